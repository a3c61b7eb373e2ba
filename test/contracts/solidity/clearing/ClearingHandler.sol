// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Claim, Reading} from "../../../../contracts/interfaces/IClearingHouse.sol";
import {UniformPrice} from "../../../../contracts/libraries/UniformPrice.sol";
import {ClearingGhost} from "./ClearingGhost.sol";
import {vm} from "../Vm.sol";

/// @notice What members, meters and hostile bystanders do, in any sequence.
contract ClearingHandler is ClearingGhost {
    function deposit(uint256 seed, uint256 amount) external timed {
        address account = seed % (MEMBERS + 1) == MEMBERS ? balancing : members[seed % MEMBERS];
        amount %= 200;
        token.mint(address(this), amount);
        ledger.deposit(address(token), account, amount);
        deposited += amount;
    }

    function withdraw(uint256 seed) external timed {
        address account = seed % (MEMBERS + 1) == MEMBERS ? balancing : members[seed % MEMBERS];
        (uint128 queued, uint64 availableAt) = ledger.withdrawalOf(address(token), account);
        if (queued != 0 && seed & 1 == 1) _warp(availableAt);
        uint256 balance = _balance(account);
        bool ready = queued != 0 && _now >= availableAt && balance != 0;
        vm.prank(account);
        if (!ready) {
            ledger.requestWithdrawal(address(token), type(uint128).max);
            return;
        }
        ledger.withdraw(address(token), account);
        withdrawn += balance;
    }

    function order(uint256 seed, bool sell, int64[2] memory prices, uint64[2] memory quantities) external timed {
        Round storage round = _openRound();
        uint256 member = seed % MEMBERS;
        bool before = house.hasOrdered(market, round.slot, members[member]);
        uint256[] memory words = _order(member, sell, prices, quantities);
        house.submit(market, round.slot, words, _signOrder(_key(member), round.slot, words));
        if (!house.hasOrdered(market, round.slot, members[member])) breach = "a good order was left out";
        if (before) return;
        round.orders.push(member);
        round.book.push(words[0]);
        round.book.push(words[1]);
    }

    function forgeOrder(uint256 seed, bool sell, int64[2] memory prices, uint64[2] memory quantities) external timed {
        Round storage round = _openRound();
        uint256 member = seed % MEMBERS;
        uint256[] memory words = _order(member, sell, prices, quantities);
        house.submit(market, round.slot, words, _signOrder(_key(member + 1), round.slot, words));
        house.submit(market, round.slot, words, _signOrder(_key(member), round.slot + 1, words));
        (uint32 count,,,) = house.slotOf(market, round.slot);
        if (count != round.orders.length) breach = "a forged order was accepted";
    }

    function clear(int64 hint) external timed {
        Round storage round = _rounds[_rounds.length - 1];
        if (round.cleared || round.orders.length == 0) return;
        _warp(uint256(round.slot) * SLOT - LEAD);
        if (_now >= (uint256(round.slot) + 1) * SLOT) return;
        (int64 price, UniformPrice.Outcome memory outcome) = _price(round);
        _tryAnotherBook(round, price);
        house.clear(market, round.slot, round.book, hint);
        (,, int64 cleared,) = house.slotOf(market, round.slot);
        if (cleared != price) breach = "a slot was cleared at another price";
        (round.cleared, round.fills, round.settled) = (true, outcome.fills, new bool[](outcome.fills.length));
        for (uint256 i = 0; i < outcome.fills.length; ++i) {
            reserved += _reserveOf(outcome.fills[i]);
        }
        ++clearings;
        if (outcome.quantity != 0) ++trades;
        _tryClear(round.slot, round.book, price, "a slot was cleared twice");
    }

    function settleReading(uint256 seed, uint64 imported, uint64 exported) external timed {
        (bool found, Round storage round, uint256 index) = _find(seed);
        if (!found) return;
        uint256 end = (uint256(round.slot) + 1) * SLOT;
        _warp(end);
        if (_now > end + WINDOW) return;
        Claim memory claim = _claim(_accounts(round), round.fills, index);
        uint256 meter = METER_KEYS + round.orders[index];
        if (seed & 1 == 1) imported %= 12_000;
        if (seed & 2 == 2) exported %= 12_000;
        house.settleReadings(market, round.slot, _reading(meter + 1, round.slot, claim, imported, exported));
        if (house.isSettled(market, round.slot, index)) breach = "a forged reading counted";
        house.settleReadings(market, round.slot, _reading(meter, round.slot, claim, imported, exported));
        if (house.isSettled(market, round.slot, index)) _settled(round, index);
        else if (_balance(balancing) * 1000 >= uint256(CAPACITY) * EXCESS) breach = "a good reading was left out";
        _again(round, claim, _reading(meter, round.slot, claim, 0, exported));
    }

    function settleSchedule(uint256 seed) external timed {
        (bool found, Round storage round, uint256 index) = _find(seed);
        if (!found) return;
        _warp((uint256(round.slot) + 1) * SLOT + WINDOW + 1);
        Claim[] memory claims = new Claim[](1);
        claims[0] = _claim(_accounts(round), round.fills, index);
        uint256 balance = _balance(claims[0].position.account);
        house.settleSchedules(market, round.slot, claims);
        if (!house.isSettled(market, round.slot, index)) breach = "a position has no exit";
        _settled(round, index);
        house.settleSchedules(market, round.slot, claims);
        if (_balance(claims[0].position.account) != balance + _reserveOf(round.fills[index])) {
            breach = "a schedule gave other than the reserve";
        }
    }

    function _order(uint256 member, bool sell, int64[2] memory prices, uint64[2] memory quantities)
        private
        view
        returns (uint256[] memory)
    {
        int64 span = MAX_PRICE - MIN_PRICE + 1;
        for (uint256 i = 0; i < 2; ++i) {
            prices[i] = MIN_PRICE + (prices[i] % span + span) % span;
            quantities[i] = i == 0 ? quantities[i] % 4000 + 1 : quantities[i] % 4000;
        }
        if (prices[0] == prices[1]) quantities[1] = 0;
        if (sell == prices[0] > prices[1]) (prices[0], prices[1]) = (prices[1], prices[0]);
        return _pack(member, sell, prices, quantities);
    }

    /// @dev A position of a round that was cleared and that is not settled, if the seed finds one within a few steps.
    function _find(uint256 seed) private view returns (bool found, Round storage round, uint256 index) {
        uint256 count = _rounds.length;
        round = _rounds[0];
        for (uint256 i = 0; i < count; ++i) {
            round = _rounds[(seed % count + i) % count];
            for (index = 0; index < round.settled.length; ++index) {
                if (!round.settled[index]) return (true, round, index);
            }
        }
    }

    function _settled(Round storage round, uint256 index) private {
        round.settled[index] = true;
        reserved -= _reserveOf(round.fills[index]);
        ++settlements;
    }

    /// @dev What was settled is not settled again, by nothing.
    function _again(Round storage round, Claim memory claim, Reading[] memory readings) private {
        if (!house.isSettled(market, round.slot, claim.position.index)) return;
        uint256 balance = _balance(claim.position.account);
        house.settleReadings(market, round.slot, readings);
        if (_balance(claim.position.account) != balance) breach = "a position was settled twice";
    }

    function _reserveOf(int256 fill) private pure returns (uint256) {
        return fill < 0 ? uint256(-fill) * RETAIL / 1000 : 0;
    }

    function _tryAnotherBook(Round storage round, int64 price) private {
        uint256[] memory book = round.book;
        book[1] ^= 1 << WORD_LEFT;
        _tryClear(round.slot, book, price, "another book was accepted");
    }

    function _tryClear(uint64 slot, uint256[] memory book, int64 price, string memory otherwise) private {
        try house.clear(market, slot, book, price) {
            breach = otherwise;
        } catch {}
    }
}
