// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Scores, Tally} from "../contracts/libraries/Scores.sol";

/// @dev Points are weight * rating, and the registry has a prior.
abstract contract SoundTally {
    modifier sound(Tally memory tally, uint64 priorWeight, uint16 priorRating) {
        require(tally.points <= uint256(tally.weight) * Scores.BPS);
        require(priorWeight != 0 && priorRating <= Scores.BPS);
        _;
    }
}

/// @notice A score is at most 1, so 64 bits hold it.
contract ScoreIsAtMostOne is SoundTally {
    function check(Tally memory tally, uint64 priorWeight, uint16 priorRating)
        external
        pure
        sound(tally, priorWeight, priorRating)
    {
        uint256 mean = Scores.mean(tally, priorWeight, priorRating);
        assert(mean <= Scores.ONE && Scores.ONE <= type(uint64).max);
    }
}

/// @notice At the same weight, better ratings make no worse score.
contract ScoreRisesWithPoints is SoundTally {
    function check(Tally memory worse, Tally memory better, uint64 priorWeight, uint16 priorRating)
        external
        pure
        sound(better, priorWeight, priorRating)
    {
        require(worse.weight == better.weight && worse.points <= better.points);
        assert(Scores.mean(worse, priorWeight, priorRating) <= Scores.mean(better, priorWeight, priorRating));
    }
}

/// @notice With a prior of a half, an owner whose weight is at most the prior's lifts nobody above 0.75.
contract OneOwnerLiftsToThreeQuarters is SoundTally {
    function check(Tally memory tally, uint64 priorWeight) external pure sound(tally, priorWeight, 5000) {
        require(tally.weight <= priorWeight);
        assert(Scores.mean(tally, priorWeight, 5000) <= 0.75e18);
    }
}

/// @notice With a prior of a half, an owner whose weight is at most the prior's presses nobody below 0.25.
contract OneOwnerPressesToOneQuarter is SoundTally {
    function check(Tally memory tally, uint64 priorWeight) external pure sound(tally, priorWeight, 5000) {
        require(tally.weight <= priorWeight);
        assert(Scores.mean(tally, priorWeight, 5000) >= 0.25e18);
    }
}
