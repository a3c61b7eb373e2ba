// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LearningRound, LearningTask, RoundStatus} from "../interfaces/LearningTypes.sol";
import {CoordinateRules} from "../libraries/CoordinateRules.sol";
import {LearningRounds} from "./LearningRounds.sol";

/// @title LearningScores
/// @notice The end of a round in the {LearningRegistry}: who is paid by what.
abstract contract LearningScores is LearningRounds {
    /// @dev What a round comes to. `agreeing` has bit i for seat i.
    struct Outcome {
        uint32[] weights;
        uint64 earning;
        uint64 totalWeight;
        uint16 agreeing;
        bool byScore;
    }

    /// @dev Ends a round. With nobody to pay it all goes back, and needs no waiting for the later phases.
    function _settle(LearningTask calldata task, bytes32 id) internal {
        LearningRound storage round = _rounds[id];
        bool empty = round.updates == 0;
        _requireAfter(empty ? task.revealUntil : task.closeAt);
        round.status = RoundStatus.Settled;
        if (empty) {
            emit RoundSettled(id, 0, 0, false);
            ledger.give(task.token, task.requester, _escrowed(task), 0);
            return;
        }
        bytes32 result = _standingResult(round);
        Outcome memory outcome = _outcomeOf(task, id, round);
        uint256 pool = _poolOf(task, result != 0, _count(outcome.agreeing));

        round.result = result;
        round.pool = uint128(pool);
        round.totalWeight = outcome.totalWeight;
        round.dust = uint8(_dustOf(pool, outcome));
        round.earning = outcome.earning;
        round.paidSeats = outcome.agreeing;
        _weights[id] = outcome.weights;
        emit RoundSettled(id, result, pool, outcome.byScore);
    }

    /// @dev How many bits a mask has.
    function _count(uint256 mask) internal pure returns (uint256 bits) {
        for (; mask != 0; mask &= mask - 1) {
            ++bits;
        }
    }

    /// @dev By score when the set was opened, more than half of the panel scored it, and the canary does not say that
    /// they did not look. Evaluators who state the median, within the tolerance, earn the fee; where the set was never
    /// opened, those who attested do.
    function _outcomeOf(LearningTask calldata task, bytes32 id, LearningRound storage round)
        private
        view
        returns (Outcome memory outcome)
    {
        uint64 counted = _counted(id, round);
        if (uint256(round.scorers) * 2 > round.seatCount) {
            outcome = _scored(id, round, counted, task.tolerance);
            if (outcome.byScore && outcome.totalWeight != 0) return outcome;
        }
        if (!round.opened) outcome.agreeing = _attesters(id, round);
        outcome.byScore = false;
        outcome.weights = new uint32[](round.participants);
        for (uint256 index = 0; index < outcome.weights.length; ++index) {
            if (_has(counted, index)) outcome.weights[index] = 1;
        }
        outcome.earning = counted;
        outcome.totalWeight = uint64(_count(counted));
    }

    function _scored(bytes32 id, LearningRound storage round, uint64 counted, uint256 tolerance)
        private
        view
        returns (Outcome memory outcome)
    {
        int32[][] memory sheets;
        (sheets, outcome.agreeing) = _sheetsOf(id, round);
        outcome.weights = new uint32[](round.participants);
        outcome.byScore = true;
        for (uint256 index = 0; index < outcome.weights.length; ++index) {
            if (!_has(counted, index)) continue;
            (int256 score, uint16 agreeing) = _scoreOf(sheets, index, tolerance);
            outcome.agreeing &= agreeing;
            if (score > 0) {
                outcome.weights[index] = uint32(uint256(score));
                outcome.totalWeight += uint32(uint256(score));
                outcome.earning |= uint64(1 << index);
            }
            if (_isMissed(round, index, score, tolerance)) outcome.byScore = false;
        }
        if (!outcome.byScore) outcome.agreeing = 0;
    }

    /// @dev The median score of an update, and the seats that state it. Seats without scores agree with everything;
    /// they are left out elsewhere.
    function _scoreOf(int32[][] memory sheets, uint256 index, uint256 tolerance)
        private
        pure
        returns (int256 score, uint16 agreeing)
    {
        int256[] memory column = new int256[](sheets.length);
        uint256 given;
        for (uint256 i = 0; i < sheets.length; ++i) {
            if (sheets[i].length != 0) column[given++] = sheets[i][index];
        }
        assembly ("memory-safe") {
            mstore(column, given)
        }
        score = CoordinateRules.median(column);
        for (uint256 i = 0; i < sheets.length; ++i) {
            bool agrees = sheets[i].length == 0 || _isNear(sheets[i][index], score, tolerance);
            if (agrees) agreeing |= uint16(1 << i);
        }
    }

    /// @dev The scores by seat, and the mask of seats that gave some.
    function _sheetsOf(bytes32 id, LearningRound storage round)
        private
        view
        returns (int32[][] memory sheets, uint16 scoring)
    {
        sheets = new int32[][](round.seatCount);
        for (uint256 i = 0; i < sheets.length; ++i) {
            sheets[i] = _seats[id][i].scores;
            if (sheets[i].length != 0) scoring |= uint16(1 << i);
        }
    }

    function _attesters(bytes32 id, LearningRound storage round) private view returns (uint16 mask) {
        for (uint256 i = 0; i < round.seatCount; ++i) {
            if (_seats[id][i].attested) mask |= uint16(1 << i);
        }
    }

    /// @dev Whether the panel's score of the canary is not the one that the requester knew.
    function _isMissed(LearningRound storage round, uint256 index, int256 score, uint256 tolerance)
        private
        view
        returns (bool)
    {
        return round.canaryOpened && round.canaryIndex == index && !_isNear(round.canaryScore, score, tolerance);
    }

    /// @dev The proposal that more than half of the answering evaluators state; when none answers, the first one.
    function _standingResult(LearningRound storage round) private view returns (bytes32) {
        if (round.answers == 0) return round.firstResult;
        return uint256(round.resultVotes) * 2 > round.answers ? round.result : bytes32(0);
    }

    /// @dev What participants share: the reward, and of the fees what nobody earned.
    function _poolOf(LearningTask calldata task, bool hasResult, uint256 paidSeats) private pure returns (uint256 pool) {
        pool = _escrowed(task);
        if (hasResult) pool -= task.aggregationFee;
        if (paidSeats != 0) pool -= task.evaluationFee / paidSeats * paidSeats;
    }

    function _dustOf(uint256 pool, Outcome memory outcome) private pure returns (uint256 dust) {
        dust = pool;
        for (uint256 index = 0; index < outcome.weights.length; ++index) {
            dust -= pool * outcome.weights[index] / outcome.totalWeight;
        }
    }

    function _isNear(int256 a, int256 b, uint256 tolerance) private pure returns (bool) {
        return uint256(a > b ? a - b : b - a) <= tolerance;
    }
}
