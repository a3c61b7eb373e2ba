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

    /// @dev What of a market decides a clearing.
    struct Rules {
        int256 minPrice;
        int256 maxPrice;
        int256 retailPrice;
    }

    /// @dev One order, held against the price.
    struct Entry {
        bool sell;
        int256 tariff;
        /// Wh at prices that are better for the account than the price.
        uint256 better;
        /// Wh at exactly the price.
        uint256 margin;
        /// The most that it can debit, in minor units per lot and Wh: a thousandth of a minor unit.
        int256 worst;
        /// Its own next prices below and above the price, or the market's bounds.
        int256 below;
        int256 above;
    }

    /// @dev All orders that are not void, held against the price.
    struct Totals {
        uint256 demand;
        uint256 demandAtMargin;
        uint256 supply;
        uint256 supplyAtMargin;
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
        Entry[] memory entries = new Entry[](count);
        Totals memory totals;
        outcome.voided = _scan(book, balances, rules, price, entries, totals);
        require(_isPrice(totals, price), IClearingHouse.WrongPrice(price));
        _fill(entries, totals, rules.retailPrice, price, outcome);
    }

    /// @dev A price times Wh in minor units, rounded down, towards negative infinity.
    function perLot(int256 amount) internal pure returns (int256 quotient) {
        unchecked {
            quotient = amount / LOT;
            if (amount < 0 && quotient * LOT != amount) --quotient;
        }
    }

    /// @dev The one pass over all steps.
    function _scan(
        uint256[] calldata book,
        uint256[] memory balances,
        Rules memory rules,
        int256 price,
        Entry[] memory entries,
        Totals memory totals
    ) private pure returns (uint256[] memory voided) {
        (totals.below, totals.above) = (rules.minPrice, rules.maxPrice);
        voided = new uint256[]((entries.length + 255) / 256);
        uint256 begin;
        unchecked {
            for (uint256 i = 0; i < entries.length; ++i) {
                Entry memory entry = entries[i];
                _hold(entry, book, begin, rules, price);
                if (entry.worst > int256(balances[i]) * LOT) {
                    voided[i / 256] |= 1 << (i % 256);
                    (entry.better, entry.margin) = (0, 0);
                } else {
                    _add(totals, entry);
                }
                begin += book[begin].sizeOf();
            }
        }
    }

    /// @dev Holds the order that begins at `begin` against the price. Every price that an order accepts for its first k
    /// steps costs at most what the k-th step's own price costs, so the worst of these is the worst of all.
    function _hold(Entry memory entry, uint256[] calldata book, uint256 begin, Rules memory rules, int256 price)
        private
        pure
    {
        uint256 head = book[begin];
        (entry.sell, entry.tariff) = (head.isSell(), int256(uint256(head.tariffOf())));
        (entry.below, entry.above) = (rules.minPrice, rules.maxPrice);
        int256 fixedCost = entry.sell ? entry.tariff + rules.retailPrice : entry.tariff;
        uint256 steps = uint8(head);
        uint256 total;
        unchecked {
            for (uint256 i = 0; i < steps; ++i) {
                (int256 limit, uint256 quantity) = book.stepAt(begin, i);
                total += quantity;
                int256 cost = (entry.sell ? fixedCost - limit : fixedCost + limit) * int256(total);
                if (cost > entry.worst) entry.worst = cost;
                if (limit == price) {
                    entry.margin = quantity;
                } else if (limit < price) {
                    if (entry.sell) entry.better += quantity;
                    if (limit > entry.below) entry.below = limit;
                } else {
                    if (!entry.sell) entry.better += quantity;
                    if (limit < entry.above) entry.above = limit;
                }
            }
        }
    }

    function _add(Totals memory totals, Entry memory entry) private pure {
        unchecked {
            if (entry.sell) {
                totals.supply += entry.better;
                totals.supplyAtMargin += entry.margin;
            } else {
                totals.demand += entry.better;
                totals.demandAtMargin += entry.margin;
            }
            if (entry.below > totals.below) totals.below = entry.below;
            if (entry.above < totals.above) totals.above = entry.above;
        }
    }

    /// @dev With e(p) = demand above p less supply at or below p, which never rises with p, the prices of equilibrium
    /// are those with e(p) <= 0 <= e(p - 1). Where e is zero it stays so until the next price that a step names.
    function _isPrice(Totals memory totals, int256 price) private pure returns (bool) {
        unchecked {
            int256 excess = int256(totals.demand) - int256(totals.supply + totals.supplyAtMargin);
            int256 excessBelow = int256(totals.demand + totals.demandAtMargin) - int256(totals.supply);
            if (excess > 0 || excessBelow < 0) return false;
            int256 low = excessBelow == 0 ? totals.below : price;
            int256 high = excess == 0 ? totals.above : price;
            return price == (low + high) >> 1;
        }
    }

    /// @dev Shares out the quantity and the money.
    function _fill(
        Entry[] memory entries,
        Totals memory totals,
        int256 retailPrice,
        int256 price,
        Outcome memory outcome
    ) private pure {
        outcome.fills = new int256[](entries.length);
        outcome.deltas = new int256[](entries.length + 2);
        int256 reserves;
        int256 sum;
        unchecked {
            uint256 demand = totals.demand + totals.demandAtMargin;
            uint256 supply = totals.supply + totals.supplyAtMargin;
            outcome.quantity = demand < supply ? demand : supply;
            Margin memory buyers = Margin(totals.demandAtMargin, outcome.quantity - totals.demand, 0, 0);
            Margin memory sellers = Margin(totals.supplyAtMargin, outcome.quantity - totals.supply, 0, 0);
            for (uint256 i = 0; i < entries.length; ++i) {
                Entry memory entry = entries[i];
                int256 filled = int256(entry.better + _share(entry.sell ? sellers : buyers, entry.margin));
                if (filled == 0) continue;
                int256 value = price * filled;
                int256 reserve;
                if (entry.sell) {
                    (reserve, outcome.fills[i]) = (retailPrice * filled / LOT, -filled);
                    value = value - (entry.tariff + retailPrice) * filled;
                } else {
                    outcome.fills[i] = filled;
                    value = -value - entry.tariff * filled;
                }
                int256 delta = perLot(value);
                outcome.deltas[i] = delta;
                reserves += reserve;
                sum += delta + reserve;
            }
            (outcome.deltas[entries.length], outcome.deltas[entries.length + 1]) = (reserves, -sum);
        }
    }

    /// @dev How far the margin of one side is shared out.
    struct Margin {
        uint256 quantity;
        uint256 filled;
        uint256 passed;
        uint256 given;
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
