// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClearingHouse} from "../interfaces/IClearingHouse.sol";

/// @title OrderBook
/// @notice Reads packed orders. See {IClearingHouse} for the packing.
library OrderBook {
    uint256 internal constant MAX_STEPS = 8;
    bytes32 internal constant ORDER_TYPEHASH = keccak256(
        "Order(bytes32 market,uint64 slot,address account,uint8 side,uint48 tariff,Step[] steps)"
        "Step(int64 price,uint64 quantity)"
    );
    bytes32 internal constant STEP_TYPEHASH = keccak256("Step(int64 price,uint64 quantity)");

    function accountOf(uint256 head) internal pure returns (address) {
        return address(uint160(head >> 96));
    }

    function tariffOf(uint256 head) internal pure returns (uint48) {
        return uint48(head >> 16);
    }

    function isSell(uint256 head) internal pure returns (bool) {
        return uint8(head >> 8) == 1;
    }

    /// @dev The step at this place, from 0, in the order that begins at `begin`.
    function stepAt(uint256[] calldata book, uint256 begin, uint256 index)
        internal
        pure
        returns (int64 price, uint64 quantity)
    {
        unchecked {
            uint256 step = book[begin + 1 + (index >> 1)] >> (index & 1 == 0 ? 128 : 0);
            return (int64(uint64(step >> 64)), uint64(step));
        }
    }

    /// @dev How many words the order with this head has.
    function sizeOf(uint256 head) internal pure returns (uint256) {
        return 1 + (uint8(head) + 1) / 2;
    }

    /// @dev Where the order that begins at `begin` ends. Only what packs in exactly one way is an order.
    function endOf(uint256[] calldata book, uint256 begin) internal pure returns (uint256 end) {
        require(begin < book.length, IClearingHouse.MalformedBook(begin));
        uint256 head = book[begin];
        uint256 steps = uint8(head);
        bool wellFormed = uint32(head >> 64) == 0 && uint8(head >> 8) <= 1 && steps != 0 && steps <= MAX_STEPS;
        end = begin + sizeOf(head);
        wellFormed = wellFormed && end <= book.length;
        require(wellFormed && (steps % 2 == 0 || uint128(book[end - 1]) == 0), IClearingHouse.MalformedBook(begin));
    }

    /// @dev Whether the steps of one order run from the best price to the worst, within the bounds, each with a
    /// quantity, and all together within the capacity.
    function hasValidSteps(uint256[] calldata order, int64 minPrice, int64 maxPrice, uint64 capacity)
        internal
        pure
        returns (bool)
    {
        uint256 steps = uint8(order[0]);
        bool sell = isSell(order[0]);
        uint256 total;
        int64 previous;
        for (uint256 i = 0; i < steps; ++i) {
            (int64 price, uint64 quantity) = stepAt(order, 0, i);
            if (quantity == 0 || price < minPrice || price > maxPrice) return false;
            if (i != 0 && (sell ? price <= previous : price >= previous)) return false;
            previous = price;
            total += quantity;
        }
        return total <= capacity;
    }

    /// @dev EIP-712 struct hash of one order.
    function hash(uint256[] calldata order, bytes32 market, uint64 slot) internal pure returns (bytes32) {
        uint256 head = order[0];
        return keccak256(
            abi.encode(
                ORDER_TYPEHASH,
                market,
                slot,
                accountOf(head),
                uint8(head >> 8),
                tariffOf(head),
                _hashSteps(order, uint8(head))
            )
        );
    }

    /// @dev The chain with one more order, which has `size` words from `begin` on.
    function extend(bytes32 chain, uint256[] calldata book, uint256 begin, uint256 size)
        internal
        pure
        returns (bytes32 next)
    {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, chain)
            calldatacopy(add(free, 0x20), add(book.offset, shl(5, begin)), shl(5, size))
            next := keccak256(free, add(0x20, shl(5, size)))
        }
    }

    /// @dev Copies the order to place `words` of the list. Returns the place after it.
    function copyTo(uint256[] calldata order, uint256[] memory list, uint256 words) internal pure returns (uint256 end) {
        end = words + order.length;
        require(end <= list.length, IClearingHouse.MalformedBook(words));
        assembly ("memory-safe") {
            calldatacopy(add(list, add(0x20, shl(5, words))), order.offset, shl(5, order.length))
        }
    }

    /// @dev The chain over a whole book of `count` orders, and their accounts, with room for more after them. A book
    /// that is not the one that was submitted has another chain, whatever its words are.
    function read(uint256[] calldata book, uint256 count, uint256 room)
        internal
        pure
        returns (bytes32 chain, address[] memory accounts)
    {
        accounts = new address[](count + room);
        uint256 begin;
        for (uint256 i = 0; i < count; ++i) {
            require(begin < book.length, IClearingHouse.MalformedBook(begin));
            uint256 size = sizeOf(book[begin]);
            require(size <= book.length - begin, IClearingHouse.MalformedBook(begin));
            accounts[i] = accountOf(book[begin]);
            chain = extend(chain, book, begin, size);
            begin += size;
        }
        require(begin == book.length, IClearingHouse.MalformedBook(begin));
    }

    /// @dev Hash of the hashes of all steps.
    function _hashSteps(uint256[] calldata order, uint256 steps) private pure returns (bytes32 hashed) {
        bytes32 typeHash = STEP_TYPEHASH;
        assembly ("memory-safe") {
            let hashes := mload(0x40)
            let scratch := add(hashes, shl(5, steps))
            mstore(scratch, typeHash)
            for { let i := 0 } lt(i, steps) { i := add(i, 1) } {
                let step := calldataload(add(order.offset, add(0x20, shl(4, i))))
                mstore(add(scratch, 0x20), sar(192, step))
                mstore(add(scratch, 0x40), and(shr(128, step), 0xffffffffffffffff))
                mstore(add(hashes, shl(5, i)), keccak256(scratch, 0x60))
            }
            hashed := keccak256(hashes, shl(5, steps))
        }
    }
}
