// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {OrderBook} from "./OrderBook.sol";
import {PriceSearch} from "./PriceSearch.sol";

/// @title UniformPrice
/// @notice The price of a book of orders, and what the book comes to at it. Pure; {IClearingHouse} states the rules, and
/// a readable twin in TypeScript is compared with this on random books.
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

    /// @dev All orders that are not void, held against a price.
    struct Totals {
        int256 price;
        int256 retailPrice;
        /// Wh that buyers take at more than the price, and sellers give for less.
        uint256[2] better;
        /// Wh at exactly the price.
        uint256[2] margin;
        /// Wh that buyers take at all prices together.
        uint256 demand;
        /// The next price that any step names below the price, and above it; the market's bounds where there is none.
        int256 below;
        int256 above;
    }

    /// @dev What comes of a book. All lists are in the sequence of the orders.
    struct Outcome {
        int256 price;
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

    /// @dev Clears a book of valid orders. Any price of equilibrium shows the middle of them all; the hint mostly is that
    /// middle, or else one of equilibrium is looked for.
    /// @param book The orders, packed.
    /// @param count How many they are.
    /// @param balances What each order's account has, in minor units, at least as many.
    /// @param rules The market's.
    /// @param hint What the price is taken to be; any price at all.
    function clear(
        uint256[] calldata book,
        uint256 count,
        uint256[] memory balances,
        Rules memory rules,
        int256 hint
    ) internal pure returns (Outcome memory outcome) {
        outcome.voided = new uint256[]((count + 255) / 256);
        outcome.fills = new int256[](count);
        Totals memory totals = _scan(book.start(), outcome, balances, rules, hint);
        (bool found, int256 price) = _middle(totals);
        if (!found) {
            price = PriceSearch.find(book.start(), outcome.voided, count, totals.demand, rules.minPrice, rules.maxPrice);
            totals = _scan(book.start(), outcome, balances, rules, price);
            (found, price) = _middle(totals);
            assert(found);
        }
        // What is filled is the same at every price of equilibrium: between two of them nobody has anything.
        (totals.price, outcome.price) = (price, price);
        _fill(book.start(), outcome, totals, _margins(outcome, totals));
    }

    /// @dev A price times Wh in minor units, rounded down, towards negative infinity.
    function perLot(int256 amount) internal pure returns (int256 quotient) {
        unchecked {
            quotient = amount / LOT;
            if (amount < 0 && quotient * LOT != amount) --quotient;
        }
    }

    /// @dev A pass over all steps, held against a price. What an order has at better prices (low half of the word) and at
    /// the margin (high) is noted where its fill will be. Which orders are void is the same in every pass.
    function _scan(
        uint256 cursor,
        Outcome memory outcome,
        uint256[] memory balances,
        Rules memory rules,
        int256 price
    ) private pure returns (Totals memory totals) {
        (totals.price, totals.retailPrice) = (price, rules.retailPrice);
        (totals.below, totals.above) = (rules.minPrice, rules.maxPrice);
        int256[] memory notes = outcome.fills;
        unchecked {
            for (uint256 i = 0; i < notes.length; ++i) {
                uint256 head = cursor.wordAt();
                (bool covered, uint256 note) =
                    _hold(totals, cursor + OrderBook.WORD, head, int256(balances[i]) * LOT);
                if (covered) notes[i] = int256(note);
                else outcome.voided[i >> 8] |= 1 << (i & 255);
                cursor += head.sizeOf() * OrderBook.WORD;
            }
        }
    }

    /// @dev Holds one order against the price and, if its account can cover it, adds it to the totals.
    ///
    /// All prices are turned so that more is better for the account (a seller's by their sign), and contain what a Wh
    /// costs beside its price. Whatever price the first k steps are filled at, they cost at most what the k-th step's
    /// own price would make of them: the worst of these is the worst of all.
    /// @param next Where its steps begin; then the next step.
    /// @param end The order's head; then where its steps end.
    /// @param funds What the account has, in thousandths of a minor unit.
    function _hold(Totals memory totals, uint256 next, uint256 end, int256 funds)
        private
        pure
        returns (bool covered, uint256 note)
    {
        unchecked {
            uint256 side = end.sideOf();
            int256 extra = int256(end.tariffOf()) + (side == 0 ? int256(0) : totals.retailPrice);
            int256 price = (side == 0 ? totals.price : -totals.price) + extra;
            int256 inner = NONE;
            int256 outer = -NONE;
            uint256 total;
            for (end = next + end.stepsOf() * OrderBook.STEP; next < end; next += OrderBook.STEP) {
                uint256 step = next.wordAt();
                int256 limit = int256(step) >> 192;
                limit = (side == 0 ? limit : -limit) + extra;
                step = uint64(step >> 128);
                total += step;
                if (limit * int256(total) > funds) return (false, 0);
                if (limit > price) (note, inner) = (total, limit);
                else if (limit == price) note |= step << 128;
                else if (outer == -NONE) outer = limit;
            }
            totals.better[side] += uint128(note);
            totals.margin[side] += note >> 128;
            if (side == 0) totals.demand += total;
            if (inner != NONE) _near(totals, side == 0 ? inner - extra : extra - inner);
            if (outer != -NONE) _near(totals, side == 0 ? outer - extra : extra - outer);
            return (true, note);
        }
    }

    /// @dev Takes account of a price that a step names beside the price of the scan.
    function _near(Totals memory totals, int256 named) private pure {
        if (named > totals.price) {
            if (named < totals.above) totals.above = named;
        } else if (named > totals.below) {
            totals.below = named;
        }
    }

    /// @dev Whether the price of the scan is one of equilibrium, and the middle of those that are.
    ///
    /// With e(p) = demand above p less supply at or below p, which never rises with p, the prices of equilibrium are those
    /// with e(p) <= 0 <= e(p - 1). Where e is zero it stays so until the next price that a step names.
    function _middle(Totals memory totals) private pure returns (bool found, int256 middle) {
        unchecked {
            int256 excess = int256(totals.better[0]) - int256(totals.better[1] + totals.margin[1]);
            int256 excessBelow = int256(totals.better[0] + totals.margin[0]) - int256(totals.better[1]);
            if (excess > 0 || excessBelow < 0) return (false, 0);
            int256 low = excessBelow == 0 ? totals.below : totals.price;
            int256 high = excess == 0 ? totals.above : totals.price;
            return (true, (low + high) >> 1);
        }
    }

    /// @dev How far the margin of one side is shared out.
    struct Margin {
        uint256 quantity;
        uint256 filled;
        uint256 passed;
        uint256 given;
    }

    /// @dev The quantity, and what of each side's margin it fills.
    function _margins(Outcome memory outcome, Totals memory totals) private pure returns (Margin[2] memory sides) {
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

    /// @dev Shares out the quantity and the money.
    function _fill(uint256 cursor, Outcome memory outcome, Totals memory totals, Margin[2] memory sides) private pure {
        int256[] memory fills = outcome.fills;
        int256[] memory deltas = new int256[](fills.length + 2);
        int256 reserves;
        int256 sum;
        unchecked {
            for (uint256 i = 0; i < fills.length; ++i) {
                uint256 head = cursor.wordAt();
                cursor += head.sizeOf() * OrderBook.WORD;
                uint256 side = head.sideOf();
                uint256 note = uint256(fills[i]);
                int256 filled = int256(uint128(note) + cut(sides[side], note >> 128));
                int256 each = side == 0 ? -totals.price : totals.price - totals.retailPrice;
                int256 delta = perLot((each - int256(head.tariffOf())) * filled);
                if (side == 1) {
                    reserves += totals.retailPrice * filled / LOT;
                    filled = -filled;
                }
                fills[i] = filled;
                deltas[i] = delta;
                sum += delta;
            }
            (deltas[fills.length], deltas[fills.length + 1]) = (reserves, -sum - reserves);
        }
        outcome.deltas = deltas;
    }

    /// @dev The part of the next order's marginal quantity that is filled. Parts are cut from the whole at rounded-down
    /// marks, so they sum to the whole.
    function cut(Margin memory side, uint256 quantity) internal pure returns (uint256 share) {
        if (quantity == 0) return 0;
        unchecked {
            side.passed += quantity;
            uint256 mark = side.passed * side.filled / side.quantity;
            share = mark - side.given;
            side.given = mark;
        }
    }
}
