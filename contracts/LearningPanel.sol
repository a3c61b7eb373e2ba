// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {ILearningPanel} from "./interfaces/ILearningPanel.sol";
import {ILearningRegistry} from "./interfaces/ILearningRegistry.sol";
import {IStakeVault} from "./interfaces/IStakeVault.sol";
import {LearningRound, LearningTask, Lot, PanelState, Seat} from "./interfaces/LearningTypes.sol";
import {PanelDraw} from "./learning/PanelDraw.sol";
import {PanelOutcomes} from "./learning/PanelOutcomes.sol";
import {LearningHash} from "./libraries/LearningHash.sol";

/// @title LearningPanel
/// @notice See {ILearningPanel}. Nobody administers it; the {LearningRegistry} deploys it.
/// @dev Storage: that of {PanelDraw}. Here is what evaluators say, and what the requester discloses to them.
contract LearningPanel is PanelOutcomes {
    /// @param registry_ The registry of rounds, which is being deployed.
    /// @param vault_ The stake vault.
    /// @param identityRegistry_ The identity registry, which the vault asks too.
    /// @param salt Random bytes, new for every deployment.
    constructor(ILearningRegistry registry_, IStakeVault vault_, IIdentityRegistry identityRegistry_, bytes32 salt)
        PanelDraw(registry_, vault_, identityRegistry_, salt)
    {}

    /// @inheritdoc ILearningPanel
    function attest(LearningTask calldata task, uint256 seat, uint64 available) external {
        (bytes32 id,) = _open(task);
        _requirePhase(task.revealUntil, task.attestUntil);
        _requireEvaluator(id, seat);
        (_seats[id][seat].attested, _seats[id][seat].available) = (true, available);
        emit Attested(id, seat, available);
    }

    /// @inheritdoc ILearningPanel
    function openEvaluation(
        LearningTask calldata task,
        bytes32 setRoot,
        bytes32 canary,
        bytes32 salt,
        string calldata uri
    ) external {
        (bytes32 id,) = _open(task);
        _requirePhase(task.revealUntil, task.attestUntil);
        PanelState storage state = _panels[id];
        require(!state.opened, AlreadyOpened());
        _requireMatch(task.evaluationRoot, keccak256(abi.encode(setRoot, canary, salt)));

        (state.opened, state.canary) = (true, canary);
        emit EvaluationOpened(id, setRoot, uri);
    }

    /// @inheritdoc ILearningPanel
    function commitScores(LearningTask calldata task, uint256 seat, bytes32 commitment) external {
        (bytes32 id,) = _open(task);
        _requirePhase(task.attestUntil, task.scoreUntil);
        _requireEvaluator(id, seat);
        _seats[id][seat].root = commitment;
        emit ScoresCommitted(id, seat, commitment);
    }

    /// @inheritdoc ILearningPanel
    function revealScores(
        LearningTask calldata task,
        uint256 seat,
        int32[] calldata scores,
        bytes32 resultRoot,
        bytes32 salt
    ) external {
        (bytes32 id, LearningRound memory round) = _open(task);
        _requirePhase(task.scoreUntil, task.closeAt);
        Seat storage record = _seats[id][seat];
        address evaluator = _evaluator(id, seat).sender;
        require(!record.answered, AlreadyOpened());
        _requireMatch(record.root, _digest(LearningHash.hashScores(id, evaluator, scores, resultRoot, salt)));
        uint256 given = scores.length;
        require(given == 0 || given == round.participants, InvalidScores(given, round.participants));

        (record.answered, record.root, record.scores) = (true, resultRoot, scores);
        ++_panels[id].answers;
        if (given != 0) ++_panels[id].scorers;
        emit ScoresRevealed(id, seat, scores, resultRoot);
    }

    /// @inheritdoc ILearningPanel
    function openCanary(LearningTask calldata task, uint256 index, int32 score, bytes32 salt) external {
        (bytes32 id, LearningRound memory round) = _open(task);
        _requirePhase(task.scoreUntil, task.closeAt);
        PanelState storage state = _panels[id];
        require(!state.canaryOpened, AlreadyOpened());
        require(_has(round.updates, index), NotFound(index));
        bytes32 updateRoot = registry.participantOf(id, index).root;
        _requireMatch(state.canary, keccak256(abi.encode(updateRoot, score, salt)));

        (state.canaryOpened, state.canaryIndex, state.canaryScore) = (true, uint8(index), score);
        emit CanaryOpened(id, index, score);
    }

    function _requireEvaluator(bytes32 id, uint256 seat) private view {
        Lot storage lot = _evaluator(id, seat);
        require(msg.sender == lot.sender || msg.sender == lot.owner, NotEvaluator(msg.sender, seat));
    }

    function _requireMatch(bytes32 committed, bytes32 revealed) private pure {
        require(revealed == committed, CommitmentMismatch(committed, revealed));
    }
}
