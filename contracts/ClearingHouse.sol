// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Markets} from "./clearing/Markets.sol";
import {Claim, IClearingHouse, Market, Position, Reading} from "./interfaces/IClearingHouse.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {BoundedSignatures} from "./libraries/BoundedSignatures.sol";
import {LedgerBatch} from "./libraries/LedgerBatch.sol";
import {MerkleTree} from "./libraries/MerkleTree.sol";
import {OrderBook} from "./libraries/OrderBook.sol";
import {SaltedEIP712} from "./libraries/SaltedEIP712.sol";
import {UniformPrice} from "./libraries/UniformPrice.sol";

/// @title ClearingHouse
/// @notice See {IClearingHouse}. Nobody administers it or pauses it.
/// @dev Storage, beside that of {Markets}:
/// - `_slots`: market => slot => two slots. First: the hash chain over the orders until clearing, then the root of the
///   positions. Second: number of orders (4 bytes), cleared (1), price (8).
/// - `_ordered`: market => slot => index / 256 => a bit for each member whose order was accepted.
/// - `_settled`: market => slot => index / 256 => a bit for each position that was settled.
///
/// The reserves of all sellers are this contract's own balance in the ledger. No call leaves for a contract other than the
/// ledger but to ask for a signature, statically, so nothing can come back in between.
contract ClearingHouse is Markets {
    using BoundedSignatures for bytes;
    using LedgerBatch for ILedger;
    using OrderBook for bytes;
    using OrderBook for bytes32;
    using OrderBook for uint256;
    using OrderBook for uint256[];

    struct Slot {
        bytes32 commitment;
        uint32 count;
        bool cleared;
        int64 price;
    }

    /// @dev What the orders of one batch are held against, and what they came to so far.
    struct Batch {
        bytes32 market;
        bytes32 separator;
        uint64 slot;
        int256 minPrice;
        int256 maxPrice;
        uint256 capacity;
        bytes32 chain;
        uint256 count;
        /// Words of the orders that were accepted, and how many they are, after room for what precedes them in the log.
        uint256[] log;
        uint256 words;
    }

    /// @dev What positions are settled by, and what they came to so far.
    struct Settlement {
        bytes32 market;
        uint64 slot;
        bytes32 root;
        uint256 retailPrice;
        uint256 excessPrice;
        uint256 capacity;
        /// What the balancing account could pay now, and what it is credited.
        uint256 funds;
        int256 balancing;
        /// Minor units of reserves that are given up.
        int256 reserves;
        address[] accounts;
        int256[] deltas;
    }

    /// @inheritdoc IClearingHouse
    uint256 public constant MAX_ORDERS = 500;
    /// @inheritdoc IClearingHouse
    uint256 public constant SIGNATURE_GAS = BoundedSignatures.GAS;
    uint256 private constant LOT = 1000;
    /// @dev Words of {OrdersSubmitted} before those of the orders: first, offset, length.
    uint256 private constant LOG_HEAD = 3;
    bytes32 private constant READING_TYPEHASH =
        keccak256("Reading(bytes32 market,uint64 slot,address account,uint64 imported,uint64 exported)");

    mapping(bytes32 market => mapping(uint64 slot => Slot)) private _slots;
    mapping(bytes32 market => mapping(uint64 slot => mapping(uint256 word => uint256))) private _ordered;
    mapping(bytes32 market => mapping(uint64 slot => mapping(uint256 word => uint256))) private _settled;

    /// @param ledger_ The ledger, deployed before with this contract's address among its modules.
    /// @param salt Random bytes, new for every deployment.
    constructor(ILedger ledger_, bytes32 salt) Markets(ledger_) SaltedEIP712(salt) {}

    /// @inheritdoc IClearingHouse
    function submit(bytes32 market, uint64 slot, uint256[] calldata book, bytes calldata signatures) external {
        Slot storage record = _slots[market][slot];
        Batch memory batch = _batch(market, slot, record);
        uint256 first = batch.count;
        _acceptAll(batch, book, signatures);
        if (batch.words == 0) return;
        (record.commitment, record.count) = (batch.chain, uint32(batch.count));
        _log(batch, first);
    }

    /// @inheritdoc IClearingHouse
    function clear(bytes32 market, uint64 slot, uint256[] calldata book, int64 price) external {
        Market storage rules = _rules(market);
        _requireClearable(rules, slot);
        Slot storage record = _slots[market][slot];
        uint256 count = record.count;
        require(count != 0 && !record.cleared, NothingToClear(market, slot));
        (bytes32 chain, address[] memory accounts) = book.read(count, 2);
        require(chain == record.commitment, WrongBook(record.commitment, chain));

        (accounts[count], accounts[count + 1]) = (address(this), rules.feeAccount);
        address token = rules.token;
        UniformPrice.Outcome memory outcome = UniformPrice.clear(
            book,
            count,
            ledger.balances(token, accounts),
            UniformPrice.Rules(rules.minPrice, rules.maxPrice, int256(uint256(rules.retailPrice))),
            price
        );
        bytes32 root = MerkleTree.rootOf(accounts, outcome.fills);
        (record.commitment, record.cleared, record.price) = (root, true, price);
        emit Cleared(market, slot, price, outcome.quantity, root, outcome.voided);
        ledger.settleAll(token, accounts, outcome.deltas);
    }

    /// @inheritdoc IClearingHouse
    function settleReadings(bytes32 market, uint64 slot, Reading[] calldata readings) external {
        Market storage rules = _rules(market);
        uint256 end = _endOf(rules, slot);
        uint256 until = end + rules.readingWindow;
        require(block.timestamp >= end && block.timestamp <= until, ReadingsClosed(end, until, block.timestamp));
        Settlement memory settlement = _settlement(rules, market, slot, readings.length);
        for (uint256 i = 0; i < readings.length; ++i) {
            Refusal refusal = _settleReading(settlement, readings[i], i);
            if (refusal != Refusal.None) emit ClaimRefused(market, slot, readings[i].claim.position.account, refusal);
        }
        _pay(rules, settlement);
    }

    /// @inheritdoc IClearingHouse
    function settleSchedules(bytes32 market, uint64 slot, Claim[] calldata claims) external {
        Market storage rules = _rules(market);
        uint256 until = _endOf(rules, slot) + rules.readingWindow;
        require(block.timestamp > until, ReadingsOpen(until, block.timestamp));
        Settlement memory settlement = _settlement(rules, market, slot, claims.length);
        for (uint256 i = 0; i < claims.length; ++i) {
            Refusal refusal = _check(settlement, claims[i]);
            if (refusal == Refusal.None) _end(settlement, claims[i].position, i, 0);
            else emit ClaimRefused(market, slot, claims[i].position.account, refusal);
        }
        _pay(rules, settlement);
    }

    /// @inheritdoc IClearingHouse
    function slotOf(bytes32 market, uint64 slot)
        external
        view
        returns (uint32 count, bool cleared, int64 price, bytes32 commitment)
    {
        Slot storage record = _slots[market][slot];
        return (record.count, record.cleared, record.price, record.commitment);
    }

    /// @inheritdoc IClearingHouse
    function hasOrdered(bytes32 market, uint64 slot, address account) external view returns (bool) {
        uint256 index = _members[market][account].index;
        return (_ordered[market][slot][index >> 8] >> (index & 255)) & 1 == 1;
    }

    /// @inheritdoc IClearingHouse
    function orderDigest(bytes32 market, uint64 slot, uint256[] calldata order) external view returns (bytes32) {
        uint256 size = order.measure(0);
        require(size == order.length, MalformedBook(size));
        uint256 head = order[0];
        (, bytes32 steps) = head.readSteps(order.start() + OrderBook.WORD, 0, 0, 0);
        return _digest(head.hashOrder(steps, market, slot));
    }

    /// @inheritdoc IClearingHouse
    function isSettled(bytes32 market, uint64 slot, uint256 index) public view returns (bool) {
        return (_settled[market][slot][index / 256] >> (index % 256)) & 1 == 1;
    }

    /// @dev Finds everything that the batch's orders have in common, if the slot takes orders.
    function _batch(bytes32 market, uint64 slot, Slot storage record) private view returns (Batch memory batch) {
        Market storage rules = _rules(market);
        uint256 gate = _gateOf(rules, slot);
        require(block.timestamp < gate, GateClosed(slot, gate, block.timestamp));
        (batch.market, batch.slot, batch.separator) = (market, slot, domainSeparator());
        (batch.minPrice, batch.maxPrice, batch.capacity) = (rules.minPrice, rules.maxPrice, rules.capacity);
        (batch.chain, batch.count) = (record.commitment, record.count);
    }

    /// @dev Takes in what is acceptable of a book.
    function _acceptAll(Batch memory batch, uint256[] calldata book, bytes calldata signatures) private {
        batch.log = new uint256[](LOG_HEAD + book.length);
        mapping(address => Member) storage members = _members[batch.market];
        mapping(uint256 => uint256) storage ordered = _ordered[batch.market][batch.slot];
        uint256 bound = signatures.end();
        uint256 next = bound - signatures.length;
        unchecked {
            for (uint256 place = 0; place < book.length;) {
                uint256 size = book.measure(place);
                bytes calldata signature;
                (signature, next) = next.signatureAt(bound);
                uint256 cursor = book.start() + place * OrderBook.WORD;
                Rejection rejection = _accept(batch, members, ordered, cursor, signature);
                _note(batch, cursor, size, rejection);
                place += size;
            }
        }
        require(next == bound, MalformedSignatures());
    }

    /// @dev Marks the order that begins at the cursor as its account's for the slot, or says why not.
    function _accept(
        Batch memory batch,
        mapping(address => Member) storage members,
        mapping(uint256 => uint256) storage ordered,
        uint256 cursor,
        bytes calldata signature
    ) private returns (Rejection) {
        uint256 head = cursor.wordAt();
        Member memory member = members[head.accountOf()];
        if (batch.count == MAX_ORDERS) return Rejection.BookFull;
        if (!member.admitted) return Rejection.NotMember;
        if (member.tariff != head.tariffOf()) return Rejection.WrongTariff;
        (bool valid, bytes32 digest) = _digestOf(batch, head, cursor + OrderBook.WORD);
        if (!valid) return Rejection.InvalidSteps;
        uint256 bits = ordered[member.index >> 8];
        uint256 bit = 1 << (member.index & 255);
        if (bits & bit != 0) return Rejection.AlreadyOrdered;
        if (!signature.isFrom(head.accountOf(), digest)) return Rejection.InvalidSignature;
        ordered[member.index >> 8] = bits | bit;
        return Rejection.None;
    }

    /// @dev What the account of an order signed, and whether its steps are as they should be.
    function _digestOf(Batch memory batch, uint256 head, uint256 steps)
        private
        pure
        returns (bool valid, bytes32 digest)
    {
        (valid, digest) = head.readSteps(steps, batch.minPrice, batch.maxPrice, batch.capacity);
        digest = head.hashOrder(digest, batch.market, batch.slot);
        digest = MessageHashUtils.toTypedDataHash(batch.separator, digest);
    }

    /// @dev Adds an order to the chain and to the log, or logs why it is left out.
    function _note(Batch memory batch, uint256 cursor, uint256 size, Rejection rejection) private {
        if (rejection != Rejection.None) {
            emit OrderRejected(batch.market, batch.slot, cursor.wordAt().accountOf(), rejection);
            return;
        }
        uint256[] memory list = batch.log;
        uint256 end;
        unchecked {
            uint256 place = LOG_HEAD + batch.words;
            assembly ("memory-safe") {
                end := add(list, add(0x20, shl(5, place)))
            }
            batch.chain = batch.chain.extend(cursor, size, end);
            batch.words += size;
            ++batch.count;
        }
    }

    /// @dev Emits {OrdersSubmitted}. The list is its encoded data but for the first words.
    function _log(Batch memory batch, uint256 first) private {
        uint256[] memory list = batch.log;
        (list[0], list[1], list[2]) = (first, 0x40, batch.words);
        (bytes32 topic, bytes32 market, uint256 slot) = (OrdersSubmitted.selector, batch.market, batch.slot);
        uint256 length = (LOG_HEAD + batch.words) * OrderBook.WORD;
        assembly ("memory-safe") {
            log3(add(list, 0x20), length, topic, market, slot)
        }
    }

    function _requireClearable(Market storage rules, uint64 slot) private view {
        (uint256 gate, uint256 end) = (_gateOf(rules, slot), _endOf(rules, slot));
        bool clearable = block.timestamp >= gate && block.timestamp < end;
        require(clearable, NotClearable(slot, gate, end, block.timestamp));
    }

    function _settlement(Market storage rules, bytes32 market, uint64 slot, uint256 count)
        private
        view
        returns (Settlement memory settlement)
    {
        Slot storage record = _slots[market][slot];
        require(record.cleared, NotCleared(market, slot));
        (settlement.market, settlement.slot, settlement.root) = (market, slot, record.commitment);
        (settlement.retailPrice, settlement.excessPrice) = (rules.retailPrice, rules.excessPrice);
        settlement.capacity = rules.capacity;
        settlement.funds = ledger.balanceOf(rules.token, rules.balancing);
        settlement.accounts = new address[](count + 2);
        settlement.deltas = new int256[](count + 2);
    }

    /// @dev Whether the claim is a position of the slot that was not settled yet.
    function _check(Settlement memory settlement, Claim calldata claim) private view returns (Refusal) {
        Position calldata position = claim.position;
        bytes32 leaf = MerkleTree.leafOf(position.index, position.account, position.quantity);
        if (!MerkleProof.verifyCalldata(claim.proof, settlement.root, leaf)) return Refusal.NotPosition;
        bool settled = isSettled(settlement.market, settlement.slot, position.index);
        return settled ? Refusal.AlreadySettled : Refusal.None;
    }

    function _settleReading(Settlement memory settlement, Reading calldata reading, uint256 place)
        private
        returns (Refusal)
    {
        Refusal refusal = _check(settlement, reading.claim);
        if (refusal != Refusal.None) return refusal;
        Position calldata position = reading.claim.position;
        if (!_isSigned(settlement, reading)) return Refusal.InvalidSignature;
        int256 deviation = _deviation(settlement.capacity, reading);
        if (_excess(settlement, deviation) > settlement.funds) return Refusal.BalancingTooLow;
        _end(settlement, position, place, deviation);
        return Refusal.None;
    }

    function _isSigned(Settlement memory settlement, Reading calldata reading) private view returns (bool) {
        address account = reading.claim.position.account;
        address meter = meterOf(settlement.market, account);
        bytes32 structHash = keccak256(
            abi.encode(
                READING_TYPEHASH, settlement.market, settlement.slot, account, reading.imported, reading.exported
            )
        );
        return meter != address(0) && reading.signature.isFrom(meter, _digest(structHash));
    }

    /// @dev Wh that the meter saw beyond the schedule and that belong to the account; below zero what it owes.
    function _deviation(uint256 capacity, Reading calldata reading) private pure returns (int256) {
        int256 quantity = reading.claim.position.quantity;
        if (quantity < 0) return int256(Math.min(reading.exported, capacity)) + quantity;
        return int256(Math.saturatingSub(uint256(quantity), reading.imported));
    }

    function _excess(Settlement memory settlement, int256 deviation) private pure returns (uint256) {
        return deviation > 0 ? settlement.excessPrice * uint256(deviation) / LOT : 0;
    }

    /// @dev Ends a position. What a seller gets back and what is kept of its reserve add up to what was reserved.
    function _end(Settlement memory settlement, Position calldata position, uint256 place, int256 deviation) private {
        uint256 sold = position.quantity < 0 ? uint256(-position.quantity) : 0;
        uint256 missing = deviation < 0 ? uint256(-deviation) : 0;
        uint256 reserve = settlement.retailPrice * sold / LOT;
        uint256 kept = reserve - settlement.retailPrice * (sold - missing) / LOT;
        uint256 excess = _excess(settlement, deviation);

        _settled[settlement.market][settlement.slot][position.index / 256] |= 1 << (position.index % 256);
        settlement.accounts[place] = position.account;
        settlement.deltas[place] = int256(reserve - kept + excess);
        settlement.reserves -= int256(reserve);
        settlement.balancing += int256(kept) - int256(excess);
        settlement.funds = settlement.funds + kept - excess;
        emit PositionSettled(
            settlement.market, settlement.slot, position.account, reserve - kept + excess, deviation
        );
    }

    function _pay(Market storage rules, Settlement memory settlement) private {
        uint256 count = settlement.accounts.length - 2;
        (settlement.accounts[count], settlement.deltas[count]) = (address(this), settlement.reserves);
        (settlement.accounts[count + 1], settlement.deltas[count + 1]) = (rules.balancing, settlement.balancing);
        ledger.settleAll(rules.token, settlement.accounts, settlement.deltas);
    }
}
