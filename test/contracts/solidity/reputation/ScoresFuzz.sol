// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Credit, Scores, Tally} from "../../../../contracts/libraries/Scores.sol";

/// @notice The arithmetic of the score, with any numbers at all.
contract ScoresFuzzTest {
    using Scores for Credit;
    using Scores for Tally;

    uint64 private constant MAX_WEIGHT = type(uint64).max / 4;

    function testFuzz_scoreIsFromZeroToOne(uint64 weight, uint80 points, uint64 priorWeight, uint16 prior)
        external
        pure
    {
        Tally memory tally = Tally(weight, _points(weight, points), 0, 0);
        uint64 score = tally.score(priorWeight == 0 ? 1 : priorWeight, prior % 10_001);
        require(score <= 1e18, "above one");
    }

    /// @dev More of the best rating never lowers the score, more of the worst never raises it.
    function testFuzz_scoreFollowsTheRating(uint64 weight, uint80 points, uint32 more, uint64 priorWeight)
        external
        pure
    {
        weight %= MAX_WEIGHT;
        priorWeight = priorWeight == 0 ? 1 : priorWeight;
        points = _points(weight, points);
        uint64 score = Tally(weight, points, 0, 0).score(priorWeight, 5000);
        Tally memory better = Tally(weight + more, points + uint80(more) * 10_000, 0, 0);
        Tally memory worse = Tally(weight + more, points, 0, 0);
        require(better.score(priorWeight, 5000) >= score, "praise lowers the score");
        require(worse.score(priorWeight, 5000) <= score, "blame raises the score");
    }

    /// @dev Never more than the cap, never more than was put in, and points never without weight.
    function testFuzz_cappedIsBelowCapAndFees(uint64 weight, uint80 points, uint32 cap) external pure {
        Credit memory credit = Credit(weight, _points(weight, points));
        (uint64 counted, uint80 countedPoints) = credit.capped(cap);
        require(counted <= cap && counted <= weight, "weighs more than was paid");
        require(countedPoints <= credit.points, "more points than were earned");
        require(countedPoints <= uint256(counted) * 10_000, "rated above the highest");
    }

    /// @dev Concave: two owners that share a fee weigh at most what was paid, and one owner that pays it in two parts
    /// weighs what it would have weighed at once. Below the cap, splitting changes nothing.
    function testFuzz_splittingBuysNoWeight(uint32 first, uint32 second, uint32 cap) external pure {
        uint64 sum = uint64(first) + second;
        (uint64 a,) = Credit(first, 0).capped(cap);
        (uint64 b,) = Credit(second, 0).capped(cap);
        (uint64 whole,) = Credit(sum, 0).capped(cap);
        require(a + b <= sum, "splitting makes weight of nothing");
        require(whole <= a + b, "not concave");
        if (sum <= cap) require(a + b == whole, "splitting matters below the cap");
    }

    /// @dev What is put in and taken out again leaves no trace, whatever came in between.
    function testFuzz_takingBackUndoes(Credit memory before, uint32 weight, uint16 rating, uint32 cap) external pure {
        before.weight %= MAX_WEIGHT;
        before.points = _points(before.weight, before.points);
        rating %= 10_001;
        Tally memory tally;
        tally.replace(Credit(0, 0), before, cap);
        (uint64 counted, uint80 points) = (tally.weight, tally.points);
        Credit memory current = Credit(before.weight + weight, before.points + uint80(weight) * rating);
        tally.replace(before, current, cap);
        tally.replace(current, before, cap);
        require(tally.weight == counted && tally.points == points, "a trace is left");
    }

    /// @dev Points that so much weight can have.
    function _points(uint64 weight, uint80 points) private pure returns (uint80) {
        return uint80(points % (uint256(weight) * 10_000 + 1));
    }
}
