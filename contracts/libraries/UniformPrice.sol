// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {OrderBook} from "./OrderBook.sol";

/// @title UniformPrice
/// @notice What a book of orders comes to at a price, and whether that is its price. Pure; {IClearingHouse} states the
/// rules, and a readable twin in TypeScript is compared with this on random books.
/// @dev Prices, tariffs and quantities have at most 64 bits and an order at most 64 bits of quantity, so no product
/// of a price and a sum over any book comes near 256 bits: the arithmetic needs no checks.
library UniformPrice {
    using OrderBook for uint256;
    using OrderBook for uint256[];

    /// @dev Wh of one lot, which a price is for.
    int256 internal constant LOT = 1000;
    int256 private constant NONE = type(int256).max;

    /// @dev What of a market decides a clearing.
    struct Rules {
        int256 minPrice;
        int256 maxPrice;
        int256 retailPrice;
    }

    /// @dev One order, held against the price. Prices are turned so that more is better: a seller's with the sign turned.
    struct Entry {
        /// Wh at better prices than the price.
        uint256 better;
        /// Wh at exactly the price.
        uint256 margin;
        /// The most that the order can debit, in thousandths of a minor unit.
        int256 worst;
        /// The step's price that is the nearest better than the price, and the nearest worse; NONE and -NONE without.
        int256 inner;
        int256 outer;
    }

    /// @dev All orders that are not void, held against the price.
    struct Totals {
        /// Wh by side: 0 buys, 1 sells.
        uint256[2] better;
        uint256[2] margin;
        /// The next price that any step names below the price, and above it; the market's bounds where there is none.
        int256 below;
        int256 above;
    }

    /// @dev What comes of a book. All lists are in the sequence of the orders.
    struct Outcome {
        /// Wh that changes hands.
        uint256 quantity;
        /// Wh that each order bought, or, below zero, sold.
        int256[] fills;
        /// Minor units that each account is credited, a seller less its reserve; then those of all reserves together;
        /// then those of the fee account, never below zero: tariffs, and what rounding leaves. They sum to zero.
        int256[] deltas;
        /// Bit i % 256 of word i / 256 says that order i is void.
        uint256[] voided;
    }

    /// @dev Clears a book of valid orders.
    /// @param book The orders, packed.
    /// @param count How many they are.
    /// @param balances What each order's account has, in minor units, at least as many.
    /// @param rules The market's.
    /// @param price The claimed price.
    function clear(
        uint256[] calldata book,
        uint256 count,
        uint256[] memory balances,
        Rules memory rules,
        int256 price
    ) internal pure returns (Outcome memory outcome) {
        Totals memory totals;
        outcome.voided = new uint256[]((count + 255) / 256);
        uint256[] memory entries = new uint256[](count);
        _scan(book.start(), entries, balances, rules, price, totals, outcome.voided);
        require(_isPrice(totals, price), IClearingHouse.WrongPrice(price));
        _fill(book.start(), entries, totals, rules.retailPrice, price, outcome);
    }

    /// @dev A price times Wh in minor units, rounded down, towards negative infinity.
    function perLot(int256 amount) internal pure returns (int256 quotient) {
        unchecked {
            quotient = amount / LOT;
            if (amount < 0 && quotient * LOT != amount) --quotient;
        }
    }

    /// @dev The one pass over all steps. Of each order that is not void it notes better (low half) and margin (high).
    function _scan(
        uint256 cursor,
        uint256[] memory entries,
        uint256[] memory balances,
        Rules memory rules,
        int256 price,
        Totals memory totals,
        uint256[] memory voided
    ) private pure {
        (totals.below, totals.above) = (rules.minPrice, rules.maxPrice);
        Entry memory entry;
        unchecked {
            for (uint256 i = 0; i < entries.length; ++i) {
                uint256 head = cursor.wordAt();
                cursor += OrderBook.WORD;
                _hold(entry, head, cursor, rules.retailPrice, price);
                if (entry.worst > int256(balances[i]) * LOT) {
                    voided[i >> 8] |= 1 << (i & 255);
                } else {
                    entries[i] = entry.better | entry.margin << 128;
                    _add(totals, entry, head.sideOf());
                }
                cursor += (head.sizeOf() - 1) * OrderBook.WORD;
            }
        }
    }

    /// @dev Holds one order against the price. Whatever price its first k steps are filled at costs at most what
    /// the k-th step's own price would, so the worst of these is the worst of all.
    function _hold(Entry memory entry, uint256 head, uint256 cursor, int256 retailPrice, int256 price) private pure {
        unchecked {
            entry.better = 0;
            entry.margin = 0;
            entry.inner = NONE;
            entry.outer = -NONE;
            int256 sign = head.sideOf() == 0 ? int256(1) : -1;
            // What a Wh costs beside its price.
            int256 extra = int256(head.tariffOf()) + (sign == 1 ? int256(0) : retailPrice);
            uint256 end = cursor + head.stepsOf() * OrderBook.STEP;
            uint256 total;
            int256 worst;
            price *= sign;
            for (; cursor < end; cursor += OrderBook.STEP) {
                uint256 step = cursor.wordAt();
                int256 limit = (int256(step) >> 192) * sign;
                total += uint64(step >> 128);
                int256 cost = (extra + limit) * int256(total);
                if (cost > worst) worst = cost;
                if (limit > price) {
                    entry.better = total;
                    entry.inner = limit;
                } else if (limit == price) {
                    entry.margin = uint64(step >> 128);
                } else if (entry.outer == -NONE) {
                    entry.outer = limit;
                }
            }
            entry.worst = worst;
        }
    }

    function _add(Totals memory totals, Entry memory entry, uint256 side) private pure {
        unchecked {
            totals.better[side] += entry.better;
            totals.margin[side] += entry.margin;
            (int256 below, int256 above) = side == 0 ? (entry.outer, entry.inner) : (-entry.inner, -entry.outer);
            if (below > totals.below) totals.below = below;
            if (above < totals.above) totals.above = above;
        }
    }

    /// @dev With e(p) = demand above p less supply at or below p, which never rises with p, the prices of equilibrium
    /// are those with e(p) <= 0 <= e(p - 1). Where e is zero it stays so until the next price that a step names.
    function _isPrice(Totals memory totals, int256 price) private pure returns (bool) {
        unchecked {
            int256 excess = int256(totals.better[0]) - int256(totals.better[1] + totals.margin[1]);
            int256 excessBelow = int256(totals.better[0] + totals.margin[0]) - int256(totals.better[1]);
            if (excess > 0 || excessBelow < 0) return false;
            int256 low = excessBelow == 0 ? totals.below : price;
            int256 high = excess == 0 ? totals.above : price;
            return price == (low + high) >> 1;
        }
    }

    /// @dev How far the margin of one side is shared out.
    struct Margin {
        uint256 quantity;
        uint256 filled;
        uint256 passed;
        uint256 given;
    }

    /// @dev Shares out the quantity and the money.
    function _fill(
        uint256 cursor,
        uint256[] memory entries,
        Totals memory totals,
        int256 retailPrice,
        int256 price,
        Outcome memory outcome
    ) private pure {
        Margin[2] memory sides = _margins(totals, outcome);
        outcome.fills = new int256[](entries.length);
        outcome.deltas = new int256[](entries.length + 2);
        int256 reserves;
        int256 sum;
        unchecked {
            for (uint256 i = 0; i < entries.length; ++i) {
                uint256 head = cursor.wordAt();
                cursor += head.sizeOf() * OrderBook.WORD;
                uint256 side = head.sideOf();
                int256 filled = int256(uint128(entries[i]) + _share(sides[side], entries[i] >> 128));
                if (filled == 0) continue;
                int256 each = price;
                if (side == 1) {
                    each -= retailPrice;
                    reserves += retailPrice * filled / LOT;
                    outcome.fills[i] = -filled;
                } else {
                    each = -price;
                    outcome.fills[i] = filled;
                }
                int256 delta = perLot((each - int256(head.tariffOf())) * filled);
                outcome.deltas[i] = delta;
                sum += delta;
            }
            (outcome.deltas[entries.length], outcome.deltas[entries.length + 1]) = (reserves, -sum - reserves);
        }
    }

    /// @dev The quantity, and what of each side's margin it fills.
    function _margins(Totals memory totals, Outcome memory outcome) private pure returns (Margin[2] memory sides) {
        unchecked {
            uint256 demand = totals.better[0] + totals.margin[0];
            uint256 supply = totals.better[1] + totals.margin[1];
            outcome.quantity = demand < supply ? demand : supply;
            for (uint256 side = 0; side < 2; ++side) {
                sides[side].quantity = totals.margin[side];
                sides[side].filled = outcome.quantity - totals.better[side];
            }
        }
    }

    /// @dev The part of the next order's marginal quantity that is filled. Parts are cut from the whole at rounded-down
    /// marks, so they sum to the whole.
    function _share(Margin memory side, uint256 quantity) private pure returns (uint256 share) {
        if (quantity == 0) return 0;
        unchecked {
            side.passed += quantity;
            uint256 mark = side.passed * side.filled / side.quantity;
            share = mark - side.given;
            side.given = mark;
        }
    }
}
