// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {OrderBook} from "./OrderBook.sol";

/// @title PriceSearch
/// @notice Finds a price of equilibrium, for a book of which nobody knows one.
/// @dev Put the steps of buyers and sellers alike in one row, from the lowest price to the highest. A price that rises past
/// a step takes its quantity from the demand or adds it to the supply, so demand less supply falls by it either way;
/// below all steps it is the whole demand D. The lowest price at which nothing is in excess is therefore that of the D-th
/// Wh in the row.
///
/// It is found by radix selection, a byte of the price in each pass and the most significant first: as many passes as
/// the market's range of prices has bytes, whatever the orders are. See {UniformPrice} on the arithmetic.
library PriceSearch {
    using OrderBook for uint256;

    uint256 private constant DIGIT = 8;
    uint256 private constant RADIX = 1 << DIGIT;

    /// @param cursor Where the book begins in the calldata.
    /// @param voided Bit i % 256 of word i / 256 says that order i is void.
    /// @param count How many orders there are.
    /// @param demand Wh that the buyers whose orders are not void take at all prices together.
    /// @param minPrice The lowest price that a step may name.
    /// @param maxPrice The highest.
    function find(
        uint256 cursor,
        uint256[] memory voided,
        uint256 count,
        uint256 demand,
        int256 minPrice,
        int256 maxPrice
    ) internal pure returns (int256 price) {
        unchecked {
            price = minPrice;
            uint256 shift;
            while (uint256(maxPrice - minPrice) >> shift != 0) shift += DIGIT;
            while (shift != 0) {
                shift -= DIGIT;
                uint256[RADIX] memory sums = _sums(cursor, voided, count, price, shift);
                uint256 digit;
                for (; sums[digit] < demand; ++digit) {
                    demand -= sums[digit];
                }
                price += int256(digit << shift);
            }
        }
    }

    /// @dev Wh of the steps whose prices exceed the given one by less than (n + 1) << shift and not by less than n << shift.
    function _sums(uint256 cursor, uint256[] memory voided, uint256 count, int256 price, uint256 shift)
        private
        pure
        returns (uint256[RADIX] memory sums)
    {
        unchecked {
            for (uint256 i = 0; i < count; ++i) {
                uint256 head = cursor.wordAt();
                uint256 next = cursor + OrderBook.WORD;
                cursor += head.sizeOf() * OrderBook.WORD;
                if (voided[i >> 8] >> (i & 255) & 1 == 1) continue;
                for (uint256 end = next + head.stepsOf() * OrderBook.STEP; next < end; next += OrderBook.STEP) {
                    uint256 step = next.wordAt();
                    uint256 digit = uint256((int256(step) >> 192) - price) >> shift;
                    if (digit < RADIX) sums[digit] += uint64(step >> 128);
                }
            }
        }
    }
}
