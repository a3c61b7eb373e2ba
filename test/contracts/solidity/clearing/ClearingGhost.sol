// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {UniformPrice} from "../../../../contracts/libraries/UniformPrice.sol";
import {ClearingWorld} from "./ClearingWorld.sol";
import {vm} from "../Vm.sol";

/// @notice What ought to be true, kept apart from the contract: who ordered what, and what is still reserved.
abstract contract ClearingGhost is ClearingWorld {
    struct Round {
        uint64 slot;
        uint256[] book;
        uint256[] orders;
        bool cleared;
        int256[] fills;
        bool[] settled;
    }

    Round[] internal _rounds;
    uint256 internal _now = 1_700_000_000;

    uint256 public deposited;
    uint256 public withdrawn;
    /// @notice Minor units that the house should hold for sellers.
    uint256 public reserved;
    /// @notice How often each thing happened, so that a run that did nothing is noticed.
    uint256 public clearings;
    uint256 public trades;
    uint256 public settlements;
    /// @notice What somebody achieved that nobody must.
    string public breach;

    /// @dev The first round has no orders, so that there always is one.
    constructor() {
        _rounds.push();
    }

    /// @dev Cheat codes may forget the time between calls of the runner.
    modifier timed() {
        vm.warp(_now);
        _;
    }

    function _warp(uint256 time) internal {
        if (time > _now) _now = time;
        vm.warp(_now);
    }

    /// @dev The round of the first slot whose gate is open.
    function _openRound() internal returns (Round storage round) {
        uint64 slot = uint64((_now + LEAD) / SLOT + 1);
        if (_rounds[_rounds.length - 1].slot < slot) {
            _rounds.push();
            _rounds[_rounds.length - 1].slot = slot;
        }
        return _rounds[_rounds.length - 1];
    }

    function _accounts(Round storage round) internal view returns (address[] memory accounts) {
        accounts = new address[](round.orders.length);
        for (uint256 i = 0; i < accounts.length; ++i) {
            accounts[i] = members[round.orders[i]];
        }
    }

    /// @dev The one price at which the round clears, and what comes of it. Every price is tried as a hint.
    function _price(Round storage round) internal returns (int64 price, UniformPrice.Outcome memory outcome) {
        uint256[] memory balances = ledger.balancesOf(address(token), _accounts(round));
        outcome = harness.clear(_words(round.book, balances, MIN_PRICE - 2));
        price = int64(outcome.price);
        for (int64 hint = MIN_PRICE - 1; hint <= MAX_PRICE + 2; ++hint) {
            bytes memory other = abi.encode(harness.clear(_words(round.book, balances, hint)));
            if (keccak256(other) != keccak256(abi.encode(outcome))) breach = "the outcome depends on the hint";
        }
        if (price != _middleOf(round, outcome.voided[0])) breach = "not the middle of the prices of equilibrium";
        _checkLimits(round, price, outcome);
    }

    /// @dev The middle of the prices at which all that is strictly better can be filled, found by trying them all.
    function _middleOf(Round storage round, uint256 voided) private view returns (int64) {
        (int64 low, int64 high) = (MAX_PRICE + 1, MIN_PRICE - 1);
        for (int64 price = MIN_PRICE; price <= MAX_PRICE; ++price) {
            int256[2] memory better;
            int256[2] memory most;
            for (uint256 i = 0; i < round.orders.length; ++i) {
                if (voided >> i & 1 == 1) continue;
                uint256 side = round.book[2 * i] >> 8 & 1;
                (int256 wanted, int256 wantedMost) = _wanted(round.book[2 * i], round.book[2 * i + 1], price);
                (better[side], most[side]) = (better[side] + wanted, most[side] + wantedMost);
            }
            if (better[0] > most[1] || better[1] > most[0]) continue;
            if (price < low) low = price;
            high = price;
        }
        return (low + high) >> 1;
    }

    /// @dev Nobody gets more than it asked for at the price, nor less than all that is strictly better, and nobody pays
    /// what it does not have.
    function _checkLimits(Round storage round, int64 price, UniformPrice.Outcome memory outcome) private {
        uint256[] memory balances = ledger.balancesOf(address(token), _accounts(round));
        int256 net;
        int256 money;
        for (uint256 i = 0; i < outcome.fills.length; ++i) {
            (int256 better, int256 most) = _wanted(round.book[2 * i], round.book[2 * i + 1], price);
            int256 fill = outcome.fills[i] < 0 ? -outcome.fills[i] : outcome.fills[i];
            bool isVoid = outcome.voided[0] >> i & 1 == 1;
            if (isVoid ? fill != 0 : fill < better || fill > most) breach = "a fill is not what the order says";
            if (int256(balances[i]) + outcome.deltas[i] < 0) breach = "an account pays more than it has";
            net += outcome.fills[i];
            money += outcome.deltas[i];
        }
        if (net != 0) breach = "more is bought than sold, or less";
        if (money + outcome.deltas[outcome.fills.length] + outcome.deltas[outcome.fills.length + 1] != 0) {
            breach = "money comes from nowhere";
        }
        if (outcome.deltas[outcome.fills.length + 1] < 0) breach = "the fee account pays";
    }

    function _wanted(uint256 head, uint256 steps, int64 price) private pure returns (int256 better, int256 most) {
        bool sell = head & 256 != 0;
        for (uint256 i = 0; i < uint8(head); ++i) {
            uint256 step = i == 0 ? steps >> WORD_LEFT : steps;
            int64 limit = int64(uint64(step >> 64));
            int256 quantity = int256(uint256(uint64(step)));
            if (limit == price || (sell ? limit < price : limit > price)) most += quantity;
            if (sell ? limit < price : limit > price) better += quantity;
        }
    }

    function _words(uint256[] memory book, uint256[] memory balances, int64 hint)
        private
        pure
        returns (uint256[] memory words)
    {
        words = new uint256[](6 + balances.length + book.length);
        words[0] = uint256(int256(MIN_PRICE));
        words[1] = uint256(int256(MAX_PRICE));
        words[2] = RETAIL;
        words[3] = uint256(int256(hint));
        words[4] = balances.length;
        words[5] = book.length;
        for (uint256 i = 0; i < balances.length; ++i) {
            words[6 + i] = balances[i];
        }
        for (uint256 i = 0; i < book.length; ++i) {
            words[6 + balances.length + i] = book[i];
        }
    }
}
