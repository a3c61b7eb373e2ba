// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LearningTask} from "../../../../contracts/interfaces/LearningTypes.sol";
import {LearningActions} from "./LearningActions.sol";

/// @notice Everything that honest and hostile people do around a round, for the invariant runner to call in any order;
/// here, what evaluators do.
contract LearningHandler is LearningActions {
    function enlist(uint256 which, uint256 actor) external timed some {
        _try(actor, address(panel), abi.encodeCall(panel.enlist, (_rounds[_which(which)].task)));
    }

    function draw(uint256 which) external timed some {
        _try(which, address(panel), abi.encodeCall(panel.drawPanel, (_rounds[_which(which)].task)));
    }

    function releaseLot(uint256 which, uint256 lot) external timed some {
        _try(lot, address(panel), abi.encodeCall(panel.releaseLot, (_rounds[_which(which)].task, lot % 8)));
    }

    function attest(uint256 which, uint256 seat, uint64 available) external timed some {
        Round storage made = _rounds[_which(which)];
        seat %= 4;
        _try(_evaluator(made.id, seat), address(panel), abi.encodeCall(panel.attest, (made.task, seat, available)));
    }

    function openEvaluation(uint256 which) external timed some {
        Round storage made = _rounds[_which(which)];
        _try(
            which,
            address(panel),
            abi.encodeCall(panel.openEvaluation, (made.task, SET_ROOT, _canary(made.canary), SALT, ""))
        );
    }

    function commitScores(uint256 which, uint256 seat, uint256 seed) external timed some {
        Round storage made = _rounds[_which(which)];
        seat %= 4;
        uint256 actor = _evaluator(made.id, seat);
        bytes32 root = made.proposals.length == 0 ? bytes32(0) : made.proposals[seed % made.proposals.length];
        int32[] memory scores = _scores(seed, rounds.roundOf(made.id).participants);
        bytes32 commitment = _scoreCommitment(made.id, actors[actor], scores, root);
        if (!_try(actor, address(panel), abi.encodeCall(panel.commitScores, (made.task, seat, commitment)))) return;
        _sheetSeeds[made.id][seat] = seed;
        _sheetRoots[made.id][seat] = root;
    }

    function revealScores(uint256 which, uint256 seat, bool honest) external timed some {
        Round storage made = _rounds[_which(which)];
        seat %= 4;
        int32[] memory scores = _scores(_sheetSeeds[made.id][seat], rounds.roundOf(made.id).participants);
        bytes32 root = _sheetRoots[made.id][seat];
        if (!honest) root = keccak256(abi.encode(root));
        bytes memory data = abi.encodeCall(panel.revealScores, (made.task, seat, scores, root, SALT));
        if (_try(which, address(panel), data) && !honest) breach = "other scores were revealed than committed to";
    }

    function openCanary(uint256 which, uint256 index) external timed some {
        Round storage made = _rounds[_which(which)];
        bytes memory data = abi.encodeCall(panel.openCanary, (made.task, index % 6, CANARY_SCORE, SALT));
        _try(which, address(panel), data);
    }

    function closeSeat(uint256 which, uint256 seat) external timed some {
        _try(seat, address(panel), abi.encodeCall(panel.closeSeat, (_rounds[_which(which)].task, seat % 5)));
    }

    /// @dev Everybody does what is due, up to five phases long: so that walks get far.
    function play(uint256 which, uint256 seed) external some {
        seed %= type(uint32).max;
        for (uint256 phases = seed % 6; phases != 0; --phases) {
            _playPhase(_which(which), seed);
        }
    }

    function _playPhase(uint256 which, uint256 seed) private {
        LearningTask memory task = _rounds[which].task;
        if (_now > task.closeAt) return;
        for (uint256 i = 0; i < ACTORS; ++i) {
            if (_now <= task.commitUntil) this.commit(which, i, seed + i / 2);
            else if (_now <= task.revealUntil) this.reveal(which, i, i, true);
            else if (_now <= task.attestUntil) _prepare(which, i);
            else if (_now <= task.scoreUntil) this.commitScores(which, i, seed % 3 + 1);
            else _disclose(which, i);
            if (i < 3 && _now <= task.commitUntil) this.enlist(which, seed + i);
        }
        if (_now > task.attestUntil && _now <= task.scoreUntil) this.propose(which, seed, seed);
        _now = _after(task);
    }

    function _prepare(uint256 which, uint256 step) private {
        if (step == 0) this.openEvaluation(which);
        if (step < 3) this.draw(which);
        else this.attest(which, step - 3, type(uint64).max);
        ++_block;
    }

    function _disclose(uint256 which, uint256 step) private {
        this.revealScores(which, step, true);
        this.openCanary(which, step);
    }

    function _after(LearningTask memory task) private view returns (uint256) {
        if (_now <= task.commitUntil) return task.commitUntil + 1;
        if (_now <= task.revealUntil) return task.revealUntil + 1;
        if (_now <= task.attestUntil) return task.attestUntil + 1;
        if (_now <= task.scoreUntil) return task.scoreUntil + 1;
        return task.closeAt + 1;
    }

    /// @dev Which actor sits there; the first, when nobody does.
    function _evaluator(bytes32 id, uint256 seat) private view returns (uint256) {
        if (seat >= panel.panelOf(id).seatCount) return 0;
        return panel.evaluatorOf(id, seat).agentId - 1;
    }
}
