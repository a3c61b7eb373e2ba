// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClearingHouse} from "../interfaces/IClearingHouse.sol";

/// @title OrderBook
/// @notice Reads packed orders. See {IClearingHouse} for the packing.
/// @dev An order is named by its head word and by the `steps` that follow it: where in the calldata they begin. A word
/// beyond the end of a book reads as something else of the calldata, or as zero: whoever reads a book bounds it first.
library OrderBook {
    uint256 internal constant MAX_STEPS = 8;
    bytes32 internal constant ORDER_TYPEHASH = keccak256(
        "Order(bytes32 market,uint64 slot,address account,uint8 side,uint48 tariff,Step[] steps)"
        "Step(int64 price,uint64 quantity)"
    );
    bytes32 internal constant STEP_TYPEHASH = keccak256("Step(int64 price,uint64 quantity)");
    /// @dev Bytes of one step, and of one word.
    uint256 internal constant STEP = 16;
    uint256 internal constant WORD = 32;

    function accountOf(uint256 head) internal pure returns (address) {
        return address(uint160(head >> 96));
    }

    function tariffOf(uint256 head) internal pure returns (uint256) {
        return uint48(head >> 16);
    }

    /// @dev 0 buys, 1 sells.
    function sideOf(uint256 head) internal pure returns (uint256) {
        return uint8(head >> 8);
    }

    function stepsOf(uint256 head) internal pure returns (uint256) {
        return uint8(head);
    }

    /// @dev How many words the order with this head has.
    function sizeOf(uint256 head) internal pure returns (uint256) {
        unchecked {
            return 1 + (uint8(head) + 1) / 2;
        }
    }

    /// @dev Where in the calldata the book's words begin.
    function start(uint256[] calldata book) internal pure returns (uint256 cursor) {
        assembly ("memory-safe") {
            cursor := book.offset
        }
    }

    /// @dev Where in the calldata the signatures end.
    function end(bytes calldata signatures) internal pure returns (uint256 cursor) {
        assembly ("memory-safe") {
            cursor := add(signatures.offset, signatures.length)
        }
    }

    function wordAt(uint256 cursor) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(cursor)
        }
    }

    /// @dev The signature that begins at the cursor with two bytes of length, and where the next begins. All of it lies
    /// before `bound`.
    function signatureAt(uint256 cursor, uint256 bound) internal pure returns (bytes calldata signature, uint256 next) {
        assembly ("memory-safe") {
            signature.offset := add(cursor, 2)
            signature.length := shr(240, calldataload(cursor))
            next := add(signature.offset, signature.length)
        }
        require(next <= bound, IClearingHouse.MalformedSignatures());
    }

    /// @dev How many words the order at this place of the book has. Only what packs in exactly one way is an order.
    function measure(uint256[] calldata book, uint256 place) internal pure returns (uint256 size) {
        unchecked {
            require(place < book.length, IClearingHouse.MalformedBook(place));
            uint256 cursor = start(book) + place * WORD;
            uint256 head = wordAt(cursor);
            uint256 steps = stepsOf(head);
            size = sizeOf(head);
            // The four bytes below the account, and the seven high bits of the side.
            bool canonical = head & 0xffffffff000000000000fe00 == 0 && steps != 0 && steps <= MAX_STEPS;
            bool complete = canonical && size <= book.length - place;
            bool odd = steps & 1 == 1 && uint128(wordAt(cursor + (size - 1) * WORD)) != 0;
            require(complete && !odd, IClearingHouse.MalformedBook(place));
        }
    }

    /// @dev Whether an order's steps run from the best price to the worst, within the bounds, each with a quantity, and
    /// all together within the capacity; and the hash of their EIP-712 hashes. The prices of a seller, and those of a
    /// buyer with their sign turned, must rise.
    function readSteps(uint256 head, uint256 steps, int256 minPrice, int256 maxPrice, uint256 capacity)
        internal
        pure
        returns (bool valid, bytes32 hashed)
    {
        bytes32 typeHash = STEP_TYPEHASH;
        int256 sign = 1;
        uint256 length;
        unchecked {
            length = stepsOf(head) * STEP;
            if (sideOf(head) == 0) (sign, minPrice, maxPrice) = (-1, -maxPrice, -minPrice);
            // What the first step has to exceed.
            --minPrice;
        }
        assembly ("memory-safe") {
            let hashes := mload(0x40)
            let scratch := add(hashes, 0x100)
            let total := 0
            mstore(scratch, typeHash)
            valid := 1
            for { let i := 0 } lt(i, length) { i := add(i, 0x10) } {
                let step := calldataload(add(steps, i))
                let price := sar(192, step)
                let quantity := and(shr(128, step), 0xffffffffffffffff)
                mstore(add(scratch, 0x20), price)
                mstore(add(scratch, 0x40), quantity)
                mstore(add(hashes, shl(1, i)), keccak256(scratch, 0x60))
                price := mul(sign, price)
                valid := and(valid, and(slt(minPrice, price), gt(quantity, 0)))
                minPrice := price
                total := add(total, quantity)
            }
            hashed := keccak256(hashes, shl(1, length))
            valid := and(valid, iszero(or(sgt(minPrice, maxPrice), gt(total, capacity))))
        }
    }

    /// @dev EIP-712 struct hash of the order whose steps have this hash.
    function hashOrder(uint256 head, bytes32 stepsHash, bytes32 market, uint256 slot)
        internal
        pure
        returns (bytes32 hashed)
    {
        bytes32 typeHash = ORDER_TYPEHASH;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, typeHash)
            mstore(add(free, 0x20), market)
            mstore(add(free, 0x40), slot)
            mstore(add(free, 0x60), shr(96, head))
            mstore(add(free, 0x80), and(shr(8, head), 0xff))
            mstore(add(free, 0xa0), and(shr(16, head), 0xffffffffffff))
            mstore(add(free, 0xc0), stepsHash)
            hashed := keccak256(free, 0xe0)
        }
    }

    /// @dev The chain with one more order, which has `size` words from the cursor on. They are copied to `memoryAt`
    /// as well.
    function extend(bytes32 chain, uint256 cursor, uint256 size, uint256 memoryAt)
        internal
        pure
        returns (bytes32 next)
    {
        assembly ("memory-safe") {
            let free := mload(0x40)
            let length := shl(5, size)
            mstore(free, chain)
            calldatacopy(add(free, 0x20), cursor, length)
            next := keccak256(free, add(0x20, length))
            calldatacopy(memoryAt, cursor, length)
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
        assembly ("memory-safe") {
            let free := mload(0x40)
            let cursor := book.offset
            let bound := add(cursor, shl(5, book.length))
            let place := add(accounts, 0x20)
            for { let last := add(place, shl(5, count)) } lt(place, last) { place := add(place, 0x20) } {
                let head := calldataload(cursor)
                let length := shl(5, add(1, shr(1, add(1, and(head, 0xff)))))
                mstore(place, shr(96, head))
                mstore(free, chain)
                calldatacopy(add(free, 0x20), cursor, length)
                chain := keccak256(free, add(0x20, length))
                cursor := add(cursor, length)
            }
            if iszero(eq(cursor, bound)) { chain := 0 }
        }
    }
}
