// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILearningPanel} from "../interfaces/ILearningPanel.sol";
import {LearningRound, PanelOutcome, PanelState, Seat} from "../interfaces/LearningTypes.sol";
import {CoordinateRules} from "../libraries/CoordinateRules.sol";
import {PanelDraw} from "./PanelDraw.sol";

/// @title PanelOutcomes
/// @notice What follows from the evaluators' words in the {LearningPanel}: which updates count, and what they are
/// worth.
abstract contract PanelOutcomes is PanelDraw {
    /// @inheritdoc ILearningPanel
    function seatOf(bytes32 id, uint256 seat) external view returns (Seat memory) {
        return _seats[id][seat];
    }

    /// @inheritdoc ILearningPanel
    function countedOf(bytes32 id) external view returns (uint64) {
        return uint64(_counted(_seatsOf(id), registry.roundOf(id).updates));
    }

    /// @inheritdoc ILearningPanel
    function outcomeOf(bytes32 id, uint256 tolerance) external view returns (PanelOutcome memory outcome) {
        LearningRound memory round = registry.roundOf(id);
        PanelState memory state = _panels[id];
        Seat[] memory seats = _seatsOf(id);
        uint256 counted = _counted(seats, round.updates);
        outcome.weights = new uint32[](round.participants);
        outcome.answered = state.answers != 0;
        outcome.result = _majority(seats, state.answers);
        if (state.opened && uint256(state.scorers) * 2 > seats.length) {
            _score(outcome, state, seats, counted, tolerance);
        } else if (!state.opened) {
            outcome.agreeing = _attesters(seats);
        }
        if (!outcome.byScore) _shareEqually(outcome, counted);
    }

    /// @dev Weighs each update that counts by the median of its scores, where that is positive. Scores that contradict
    /// the canary are void, and nobody who gave some is paid for them.
    function _score(
        PanelOutcome memory outcome,
        PanelState memory state,
        Seat[] memory seats,
        uint256 counted,
        uint256 tolerance
    ) private pure {
        (outcome.agreeing, outcome.byScore) = (_scorers(seats), true);
        for (uint256 index = 0; index < outcome.weights.length; ++index) {
            if (!_has(counted, index)) continue;
            int256 score = _medianOf(seats, index, state.scorers);
            outcome.agreeing &= _near(seats, index, score, tolerance);
            if (state.canaryOpened && state.canaryIndex == index && !_isNear(state.canaryScore, score, tolerance)) {
                (outcome.agreeing, outcome.byScore) = (0, false);
                return;
            }
            if (score > 0) outcome.weights[index] = uint32(uint256(score));
        }
    }

    function _shareEqually(PanelOutcome memory outcome, uint256 counted) private pure {
        for (uint256 index = 0; index < outcome.weights.length; ++index) {
            outcome.weights[index] = _has(counted, index) ? 1 : 0;
        }
    }

    /// @dev Of the updates, those that more than half of the attesting seats have, unless no more than half of the
    /// panel attests, or no update would be left.
    function _counted(Seat[] memory seats, uint256 updates) private pure returns (uint256 counted) {
        uint256 attesters = _count(_attesters(seats));
        if (attesters * 2 <= seats.length) return updates;
        for (uint256 index = 0; index < MASK_BITS; ++index) {
            if (!_has(updates, index)) continue;
            uint256 votes;
            for (uint256 i = 0; i < seats.length; ++i) {
                if (_has(seats[i].available, index)) ++votes;
            }
            if (votes * 2 > attesters) counted |= 1 << index;
        }
        if (counted == 0) return updates;
    }

    /// @dev The aggregate that more than half of the seats that answered state, zero for none.
    function _majority(Seat[] memory seats, uint256 answers) private pure returns (bytes32) {
        for (uint256 i = 0; i < seats.length; ++i) {
            uint256 votes;
            for (uint256 j = i; j < seats.length; ++j) {
                if (seats[j].answered && seats[j].root == seats[i].root) ++votes;
            }
            if (votes * 2 > answers) return seats[i].root;
        }
        return 0;
    }

    function _medianOf(Seat[] memory seats, uint256 index, uint256 scorers) private pure returns (int256) {
        int256[] memory column = new int256[](scorers);
        uint256 next;
        for (uint256 i = 0; i < seats.length; ++i) {
            if (seats[i].scores.length == 0) continue;
            column[next] = seats[i].scores[index];
            ++next;
        }
        return CoordinateRules.median(column);
    }

    /// @dev The seats that gave an update this score, within the tolerance.
    function _near(Seat[] memory seats, uint256 index, int256 score, uint256 tolerance)
        private
        pure
        returns (uint16 mask)
    {
        for (uint256 i = 0; i < seats.length; ++i) {
            int32[] memory scores = seats[i].scores;
            if (scores.length != 0 && _isNear(scores[index], score, tolerance)) mask |= uint16(1 << i);
        }
    }

    /// @dev The seats that gave scores.
    function _scorers(Seat[] memory seats) private pure returns (uint16 mask) {
        for (uint256 i = 0; i < seats.length; ++i) {
            if (seats[i].scores.length != 0) mask |= uint16(1 << i);
        }
    }

    /// @dev The seats that attested.
    function _attesters(Seat[] memory seats) private pure returns (uint16 mask) {
        for (uint256 i = 0; i < seats.length; ++i) {
            if (seats[i].attested) mask |= uint16(1 << i);
        }
    }

    function _seatsOf(bytes32 id) private view returns (Seat[] memory seats) {
        seats = new Seat[](_panels[id].seatCount);
        for (uint256 i = 0; i < seats.length; ++i) {
            seats[i] = _seats[id][i];
        }
    }

    function _isNear(int256 a, int256 b, uint256 tolerance) private pure returns (bool) {
        return uint256(a > b ? a - b : b - a) <= tolerance;
    }
}
