// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

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

    /// @dev Which actor sits there; the first, when nobody does.
    function _evaluator(bytes32 id, uint256 seat) private view returns (uint256) {
        if (seat >= panel.panelOf(id).seatCount) return 0;
        return panel.evaluatorOf(id, seat).agentId - 1;
    }
}
