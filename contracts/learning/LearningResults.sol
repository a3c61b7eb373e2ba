// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILearningRegistry} from "../interfaces/ILearningRegistry.sol";
import {
    ChunkChallenge,
    LearningRound,
    LearningRule,
    LearningTask,
    Proposal,
    ProposalStatus,
    RoundStatus,
    UpdateStatus
} from "../interfaces/LearningTypes.sol";
import {ChunkTree} from "../libraries/ChunkTree.sol";
import {CoordinateRules} from "../libraries/CoordinateRules.sol";
import {LearningRounds} from "./LearningRounds.sol";

/// @title LearningResults
/// @notice The aggregate's part of the {LearningRegistry}: proposals, and the proof that one is wrong.
abstract contract LearningResults is LearningRounds {
    using ChunkTree for bytes;

    /// @inheritdoc ILearningRegistry
    function proposeResult(LearningTask calldata task, bytes32 resultRoot, bytes32 contentId) external {
        bytes32 id = _requireStatus(task, RoundStatus.Open);
        _requirePhase(task.attestUntil, task.scoreUntil);
        (uint64 agentId,, address owner) = identityRegistry.bindingOf(msg.sender);
        require(agentId != 0, NotBound(msg.sender));
        require(msg.sender == task.requester || _hasRevealed(id, agentId, owner), NotConcerned(msg.sender));
        require(_proposals[id][resultRoot].status == ProposalStatus.None, AlreadyProposed(resultRoot));

        _proposals[id][resultRoot] = Proposal(owner, agentId, 0, ProposalStatus.Standing);
        if (_rounds[id].firstResult == 0) _rounds[id].firstResult = resultRoot;
        emit ResultProposed(id, resultRoot, agentId, contentId);
        vault.lock(agentId, owner, task.participantStake);
    }

    /// @inheritdoc ILearningRegistry
    function challengeResult(LearningTask calldata task, ChunkChallenge calldata challenge) external {
        bytes32 id = _requireStatus(task, RoundStatus.Open);
        _requirePhase(task.attestUntil, task.closeAt);
        bytes32 root = challenge.resultRoot;
        Proposal storage proposal = _proposals[id][root];
        require(proposal.status == ProposalStatus.Standing, NotStanding(root));
        _requireWrong(id, task, challenge);

        proposal.status = ProposalStatus.Refuted;
        _forget(_rounds[id], root);
        emit ResultRefuted(id, root, msg.sender, challenge.chunkIndex, challenge.coordinate);
        vault.slash(proposal.agentId, proposal.owner, task.participantStake, msg.sender);
    }

    /// @inheritdoc ILearningRegistry
    function aggregate(LearningRule rule, uint256 trim, uint256 clip, int256[] calldata values)
        external
        pure
        returns (int256)
    {
        return CoordinateRules.aggregate(rule, trim, clip, values);
    }

    /// @dev One wrong coordinate makes a result wrong. So does a chunk of another length, which holds no coordinates.
    function _requireWrong(bytes32 id, LearningTask calldata task, ChunkChallenge calldata challenge) private view {
        uint256 chunks = ChunkTree.chunkCount(task.dimension, task.chunkSize);
        (uint256 chunkIndex, uint256 coordinate) = (challenge.chunkIndex, challenge.coordinate);
        require(chunkIndex < chunks, OutOfRange(chunkIndex, coordinate));
        uint256 length = ChunkTree.valuesIn(chunkIndex, task.dimension, task.chunkSize);
        require(coordinate < length, OutOfRange(chunkIndex, coordinate));
        require(
            challenge.resultChunk.isAt(challenge.resultProof, challenge.resultRoot, chunkIndex, chunks),
            InvalidChunk(challenge.resultRoot)
        );
        if (!challenge.resultChunk.hasValues(length)) return;

        int256[] memory values = _valuesOf(id, challenge, chunks, length);
        int256 correct = CoordinateRules.aggregate(task.rule, task.trim, task.clip, values);
        require(challenge.resultChunk.valueAt(coordinate) != correct, ResultCorrect(correct));
    }

    /// @dev The coordinate's value in every update that counts, each out of a chunk that its root vouches for.
    function _valuesOf(bytes32 id, ChunkChallenge calldata challenge, uint256 chunks, uint256 length)
        private
        view
        returns (int256[] memory values)
    {
        uint256 counted = _counted(id, _rounds[id]);
        uint256 given = challenge.chunks.length;
        require(given == challenge.proofs.length, LengthMismatch(challenge.proofs.length, given));
        values = new int256[](given);
        uint256 next;
        for (uint256 index = 0; index < MAX_PARTICIPANTS; ++index) {
            if (!_has(counted, index)) continue;
            require(next < given, LengthMismatch(given, next + 1));
            bytes calldata chunk = challenge.chunks[next];
            bytes32 root = _participants[id][index].root;
            require(
                chunk.hasValues(length) && chunk.isAt(challenge.proofs[next], root, challenge.chunkIndex, chunks),
                InvalidChunk(root)
            );
            values[next++] = chunk.valueAt(challenge.coordinate);
        }
        require(next == given, LengthMismatch(given, next));
    }

    /// @dev What is refuted is neither first nor favoured any more; those proposed or stated later can take its place.
    function _forget(LearningRound storage round, bytes32 resultRoot) private {
        if (round.firstResult == resultRoot) round.firstResult = 0;
        if (round.result != resultRoot) return;
        round.result = 0;
        round.resultVotes = 0;
    }

    /// @dev An agent's entry is its place only on the participants' side, on which its owner then stands too.
    function _hasRevealed(bytes32 id, uint64 agentId, address owner) private view returns (bool) {
        uint256 entry = _entries[id][agentId];
        if (entry == 0 || _sides[id][owner] != Side.Participant) return false;
        return _participants[id][entry - 1].status == UpdateStatus.Revealed
            && _participants[id][entry - 1].agentId == agentId;
    }
}
