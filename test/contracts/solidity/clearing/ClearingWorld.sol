// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClearingHouse} from "../../../../contracts/ClearingHouse.sol";
import {Ledger} from "../../../../contracts/Ledger.sol";
import {Claim, Market, Position, Reading} from "../../../../contracts/interfaces/IClearingHouse.sol";
import {ClearingHarness} from "../../../../contracts/mocks/ClearingHarness.sol";
import {TestDollar} from "../../../../contracts/mocks/TestDollar.sol";
import {vm} from "../Vm.sol";

/// @notice One market with few prices and little money, so that ties, roundings and void orders are common; its
/// members, and the signatures that they and their meters give.
abstract contract ClearingWorld {
    uint256 internal constant MEMBERS = 5;
    uint256 internal constant WORD_LEFT = 128;
    int64 internal constant MIN_PRICE = -6;
    int64 internal constant MAX_PRICE = 12;
    uint64 internal constant RETAIL = 9;
    uint64 internal constant EXCESS = 4;
    uint64 internal constant CAPACITY = 9000;
    uint32 internal constant SLOT = 100;
    uint32 internal constant LEAD = 20;
    uint32 internal constant WINDOW = 50;
    uint256 internal constant METER_KEYS = 0x3E7E4;

    TestDollar public immutable token = new TestDollar();
    ClearingHarness public immutable harness = new ClearingHarness();
    Ledger public immutable ledger;
    ClearingHouse public immutable house;
    bytes32 public immutable market;
    address public immutable balancing = address(0xBA1);
    address public immutable feeAccount = address(0xFEE);
    address[MEMBERS] public members;

    constructor() {
        address[] memory modules = new address[](1);
        modules[0] = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        ledger = new Ledger(modules, address(0xFEE2));
        house = new ClearingHouse(ledger, keccak256("salt"));
        market = _createMarket();
        address[] memory accounts = new address[](MEMBERS);
        address[] memory meters = new address[](MEMBERS);
        for (uint256 i = 0; i < MEMBERS; ++i) {
            (members[i], accounts[i]) = (vm.addr(_key(i)), vm.addr(_key(i)));
            meters[i] = vm.addr(METER_KEYS + i);
        }
        house.admit(market, accounts, new uint48[](MEMBERS));
        house.registerMeters(market, accounts, meters);
        token.approve(address(ledger), type(uint256).max);
    }

    function _createMarket() private returns (bytes32) {
        Market memory rules = Market({
            admin: address(this),
            token: address(token),
            attester: address(this),
            balancing: balancing,
            feeAccount: feeAccount,
            slotLength: SLOT,
            gateLead: LEAD,
            readingWindow: WINDOW,
            minPrice: MIN_PRICE,
            maxPrice: MAX_PRICE,
            retailPrice: RETAIL,
            excessPrice: EXCESS,
            capacity: CAPACITY
        });
        vm.prank(balancing);
        return house.createMarket(rules, "");
    }

    function _key(uint256 member) internal pure returns (uint256) {
        return 0xA11CE + member;
    }

    function _sign(uint256 key, bytes32 structHash) internal view returns (bytes memory) {
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", house.domainSeparator(), structHash));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    /// @dev An order of one or two steps; the second is left out when its quantity is zero.
    function _pack(uint256 member, bool sell, int64[2] memory prices, uint64[2] memory quantities)
        internal
        view
        returns (uint256[] memory words)
    {
        words = new uint256[](2);
        uint256 steps = quantities[1] == 0 ? 1 : 2;
        words[0] = uint256(uint160(members[member])) << 96 | (sell ? 256 : 0) | steps;
        words[1] = _step(prices[0], quantities[0]) << WORD_LEFT;
        if (steps == 2) words[1] |= _step(prices[1], quantities[1]);
    }

    function _step(int64 price, uint64 quantity) private pure returns (uint256) {
        return uint256(uint64(price)) << 64 | quantity;
    }

    function _signOrder(uint256 key, uint64 slot, uint256[] memory order) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, house.orderDigest(market, slot, order));
        return abi.encodePacked(uint16(65), r, s, v);
    }

    function _reading(uint256 key, uint64 slot, Claim memory claim, uint64 imported, uint64 exported)
        internal
        view
        returns (Reading[] memory readings)
    {
        bytes32 typeHash =
            keccak256("Reading(bytes32 market,uint64 slot,address account,uint64 imported,uint64 exported)");
        bytes32 structHash =
            keccak256(abi.encode(typeHash, market, slot, claim.position.account, imported, exported));
        readings = new Reading[](1);
        readings[0] = Reading(claim, imported, exported, _sign(key, structHash));
    }

    /// @dev The claim to one position, with a proof that is made in another way than the contract makes its root.
    function _claim(address[] memory accounts, int256[] memory fills, uint256 index)
        internal
        pure
        returns (Claim memory claim)
    {
        claim.position = Position(index, accounts[index], fills[index]);
        bytes32[] memory row = new bytes32[](fills.length);
        for (uint256 i = 0; i < row.length; ++i) {
            row[i] = keccak256(abi.encode(Position(i, accounts[i], fills[i])));
        }
        bytes32[] memory proof = new bytes32[](8);
        uint256 depth;
        for (; row.length > 1; index /= 2) {
            if (index ^ 1 < row.length) proof[depth++] = row[index ^ 1];
            row = _above(row);
        }
        claim.proof = new bytes32[](depth);
        for (uint256 i = 0; i < depth; ++i) {
            claim.proof[i] = proof[i];
        }
    }

    function _above(bytes32[] memory row) private pure returns (bytes32[] memory above) {
        above = new bytes32[]((row.length + 1) / 2);
        for (uint256 i = 0; i < above.length; ++i) {
            bytes32 left = row[2 * i];
            if (2 * i + 1 == row.length) {
                above[i] = left;
                continue;
            }
            bytes32 right = row[2 * i + 1];
            above[i] = left < right ? keccak256(bytes.concat(left, right)) : keccak256(bytes.concat(right, left));
        }
    }

    function _balance(address account) internal view returns (uint256) {
        return ledger.balanceOf(address(token), account);
    }
}
