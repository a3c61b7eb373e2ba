// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClearingHouse, Market} from "../interfaces/IClearingHouse.sol";
import {ILedger} from "../interfaces/ILedger.sol";
import {BoundedSignatures} from "../libraries/BoundedSignatures.sol";
import {SaltedEIP712} from "../libraries/SaltedEIP712.sol";

/// @title Markets
/// @notice The part of {IClearingHouse} that knows the markets, their members and their meters. It moves no money.
/// @dev Storage:
/// - `_markets`: id => rules, seven slots, written once.
/// - `_members`: id => account => one slot: index (4 bytes), tariff (6), admitted (1). The index, from 1 on, is given
///   once and kept for ever: it names a bit.
/// - `_memberCount`: id => how many indices were given.
/// - `_meters`: id => account => meter key.
abstract contract Markets is IClearingHouse, SaltedEIP712 {
    using BoundedSignatures for bytes;

    struct Member {
        uint32 index;
        uint48 tariff;
        bool admitted;
    }

    /// @inheritdoc IClearingHouse
    uint32 public constant MAX_SLOT_LENGTH = 1 days;
    /// @inheritdoc IClearingHouse
    uint32 public constant MAX_GATE_LEAD = 7 days;
    /// @inheritdoc IClearingHouse
    uint32 public constant MAX_READING_WINDOW = 7 days;
    bytes32 private constant BALANCING_TYPEHASH = keccak256("Balancing(bytes32 market)");

    /// @inheritdoc IClearingHouse
    ILedger public immutable ledger;

    mapping(bytes32 market => Market) private _markets;
    mapping(bytes32 market => mapping(address account => Member)) internal _members;
    mapping(bytes32 market => uint32) private _memberCount;
    mapping(bytes32 market => mapping(address account => address)) private _meters;

    constructor(ILedger ledger_) {
        require(ledger_.isModule(address(this)), NotLedgerModule(address(ledger_), address(this)));
        ledger = ledger_;
    }

    /// @inheritdoc IClearingHouse
    function createMarket(Market calldata rules, bytes calldata consent) external returns (bytes32 market) {
        market = marketIdOf(rules);
        require(_markets[market].slotLength == 0, MarketExists(market));
        require(_canWork(rules), InvalidRules());
        if (msg.sender != rules.balancing) {
            bytes32 digest = _digest(keccak256(abi.encode(BALANCING_TYPEHASH, market)));
            require(consent.isFrom(rules.balancing, digest), NoConsent(rules.balancing));
        }
        _markets[market] = rules;
        emit MarketCreated(market, rules.admin, rules.balancing, rules);
    }

    /// @inheritdoc IClearingHouse
    function admit(bytes32 market, address[] calldata accounts, uint48[] calldata tariffs) external {
        _requireCaller(_rules(market).admin);
        require(accounts.length == tariffs.length, LengthMismatch(accounts.length, tariffs.length));
        for (uint256 i = 0; i < accounts.length; ++i) {
            uint32 index = _members[market][accounts[i]].index;
            if (index == 0) index = ++_memberCount[market];
            _members[market][accounts[i]] = Member(index, tariffs[i], true);
            emit MemberAdmitted(market, accounts[i], tariffs[i]);
        }
    }

    /// @inheritdoc IClearingHouse
    function dismiss(bytes32 market, address[] calldata accounts) external {
        _requireCaller(_rules(market).admin);
        for (uint256 i = 0; i < accounts.length; ++i) {
            _members[market][accounts[i]].admitted = false;
            emit MemberDismissed(market, accounts[i]);
        }
    }

    /// @inheritdoc IClearingHouse
    function registerMeters(bytes32 market, address[] calldata accounts, address[] calldata meters) external {
        _requireCaller(_rules(market).attester);
        require(accounts.length == meters.length, LengthMismatch(accounts.length, meters.length));
        for (uint256 i = 0; i < accounts.length; ++i) {
            _meters[market][accounts[i]] = meters[i];
            emit MeterRegistered(market, accounts[i], meters[i]);
        }
    }

    /// @inheritdoc IClearingHouse
    function rulesOf(bytes32 market) external view returns (Market memory) {
        return _markets[market];
    }

    /// @inheritdoc IClearingHouse
    function memberOf(bytes32 market, address account) external view returns (bool admitted, uint48 tariff) {
        Member storage member = _members[market][account];
        return (member.admitted, member.tariff);
    }

    /// @inheritdoc IClearingHouse
    function gateOf(bytes32 market, uint64 slot) external view returns (uint256) {
        return _gateOf(_rules(market), slot);
    }

    /// @inheritdoc IClearingHouse
    function meterOf(bytes32 market, address account) public view returns (address) {
        return _meters[market][account];
    }

    /// @inheritdoc IClearingHouse
    function marketIdOf(Market calldata rules) public pure returns (bytes32) {
        return keccak256(abi.encode(rules));
    }

    function _rules(bytes32 market) internal view returns (Market storage rules) {
        rules = _markets[market];
        require(rules.slotLength != 0, UnknownMarket(market));
    }

    /// @dev The first second at which the slot takes no orders.
    function _gateOf(Market storage rules, uint64 slot) internal view returns (uint256) {
        uint256 start = uint256(slot) * rules.slotLength;
        return start > rules.gateLead ? start - rules.gateLead : 0;
    }

    /// @dev The first second after the slot.
    function _endOf(Market storage rules, uint64 slot) internal view returns (uint256) {
        return (uint256(slot) + 1) * rules.slotLength;
    }

    function _requireCaller(address allowed) private view {
        require(msg.sender == allowed, NotAllowed(msg.sender, allowed));
    }

    function _canWork(Market calldata rules) private view returns (bool) {
        return rules.admin != address(0) && rules.token != address(0) && rules.attester != address(0)
            && _isUsable(rules.balancing) && _isUsable(rules.feeAccount) && rules.slotLength != 0
            && rules.slotLength <= MAX_SLOT_LENGTH && rules.gateLead <= MAX_GATE_LEAD && rules.readingWindow != 0
            && rules.readingWindow <= MAX_READING_WINDOW && rules.minPrice <= rules.maxPrice
            && rules.excessPrice <= rules.retailPrice && rules.capacity != 0;
    }

    /// @dev Whether somebody could ever withdraw what this account is given.
    function _isUsable(address account) private view returns (bool) {
        return account != address(0) && account != address(ledger) && !ledger.isModule(account);
    }
}
