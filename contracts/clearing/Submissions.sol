// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {IClearingHouse, Market} from "../interfaces/IClearingHouse.sol";
import {BoundedSignatures} from "../libraries/BoundedSignatures.sol";
import {OrderBook} from "../libraries/OrderBook.sol";
import {Markets} from "./Markets.sol";

/// @title Submissions
/// @notice The part of {IClearingHouse} that takes signed orders until a slot's gate closes. It moves no money.
/// @dev Storage:
/// - `_slots`: market => slot => two slots. First: the hash chain over the orders until clearing, then the root of the
///   positions. Second: number of orders (4 bytes), cleared (1), price (8).
/// - `_ordered`: market => slot => index / 256 => a bit for each member whose order was accepted.
abstract contract Submissions is Markets {
    using BoundedSignatures for bytes;
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

    /// @inheritdoc IClearingHouse
    uint256 public constant MAX_ORDERS = 500;
    /// @inheritdoc IClearingHouse
    uint256 public constant SIGNATURE_GAS = BoundedSignatures.GAS;
    /// @dev Words of {OrdersSubmitted} before those of the orders: first, offset, length.
    uint256 private constant LOG_HEAD = 3;

    mapping(bytes32 market => mapping(uint64 slot => Slot)) internal _slots;
    mapping(bytes32 market => mapping(uint64 slot => mapping(uint256 word => uint256))) private _ordered;

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
}
