// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What one owner's clients say of one agent: one slot.
struct Credit {
    /// Sum of the weights of their feedback.
    uint64 weight;
    /// Sum of weight * rating.
    uint80 points;
}

/// @notice What counts in an agent's score: one slot.
struct Tally {
    /// Sum over the owners, each capped.
    uint64 weight;
    uint80 points;
    /// How many feedbacks count.
    uint32 count;
    /// What was paid in all rated agreements, in units of weight; stops at its highest value.
    uint80 volume;
}

/// @title Scores
/// @notice The arithmetic of the score, without storage.
/// @dev Weights are in units of weight, ratings in hundredths of a percent, points in weight * rating. Below,
/// points <= weight * BPS holds of everything that goes in, and of everything that comes out.
library Scores {
    uint256 internal constant BPS = 10_000;
    /// @notice A score of 1.
    uint256 internal constant ONE = 1e18;

    /// @dev What an owner contributes: at most the cap, at its mean rating, rounded down.
    function capped(Credit memory credit, uint32 cap) internal pure returns (uint64 weight, uint80 points) {
        if (credit.weight <= cap) return (credit.weight, credit.points);
        return (cap, uint80(uint256(credit.points) * cap / credit.weight));
    }

    /// @dev Replaces what an owner contributed by what it contributes now.
    function replace(Tally memory tally, Credit memory previous, Credit memory current, uint32 cap) internal pure {
        (uint64 weight, uint80 points) = capped(previous, cap);
        (uint64 newWeight, uint80 newPoints) = capped(current, cap);
        tally.weight = tally.weight - weight + newWeight;
        tally.points = tally.points - points + newPoints;
    }

    /// @dev The mean in 64 bits, which hold {ONE}.
    function score(Tally memory tally, uint64 priorWeight, uint16 priorRating) internal pure returns (uint64) {
        return uint64(mean(tally, priorWeight, priorRating));
    }

    /// @dev The weighted mean of all that counts and of the prior, from 0 to {ONE}, rounded down.
    function mean(Tally memory tally, uint64 priorWeight, uint16 priorRating) internal pure returns (uint256) {
        uint256 points = tally.points + uint256(priorWeight) * priorRating;
        return points * ONE / ((uint256(tally.weight) + priorWeight) * BPS);
    }
}
