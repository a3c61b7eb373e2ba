// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILearningRegistry} from "../interfaces/ILearningRegistry.sol";
import {
    ChunkChallenge,
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
        (uint64 agentId, address owner) = _requireBound();
        require(msg.sender == task.requester || _hasRevealed(id, agentId), NotConcerned(msg.sender));
        Proposal storage proposal = _proposals[id][resultRoot];
        require(resultRoot != 0 && proposal.status == ProposalStatus.None, NotProposable(resultRoot));

        (proposal.owner, proposal.agentId, proposal.status) = (owner, agentId, ProposalStatus.Standing);
        if (_rounds[id].result == 0) _rounds[id].result = resultRoot;
        emit ResultProposed(id, resultRoot, agentId, contentId);
        vault.lock(agentId, owner, task.participantStake);
    }

    /// @inheritdoc ILearningRegistry
    function challengeResult(LearningTask calldata task, ChunkChallenge calldata challenge) external {
        bytes32 id = _requireStatus(task, RoundStatus.Open);
        _requirePhase(task.attestUntil, task.closeAt);
        bytes32 root = challenge.resultRoot;
        Proposal storage proposal = _standing(id, root);
        _requireWrong(id, task, challenge);

        proposal.status = ProposalStatus.Refuted;
        if (_rounds[id].result == root) _rounds[id].result = _successor(id, challenge.successor);
        emit ResultRefuted(id, root, msg.sender, challenge.chunkIndex, challenge.coordinate);
        vault.slash(proposal.agentId, proposal.owner, task.participantStake, msg.sender);
    }

    /// @inheritdoc ILearningRegistry
    function closeProposal(LearningTask calldata task, bytes32 resultRoot) external {
        _requireAfter(task.closeAt);
        bytes32 id = idOf(task);
        Proposal storage proposal = _standing(id, resultRoot);

        proposal.status = ProposalStatus.Closed;
        emit ProposalClosed(id, resultRoot);
        vault.unlock(proposal.agentId, proposal.owner, task.participantStake);
    }

    /// @inheritdoc ILearningRegistry
    function proposalOf(bytes32 id, bytes32 resultRoot) external view returns (Proposal memory) {
        return _proposals[id][resultRoot];
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
        _requireAt(challenge.resultChunk, challenge.resultProof, challenge.resultRoot, chunkIndex, chunks);
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
        uint256 counted = panel.countedOf(id);
        values = new int256[](_count(counted));
        require(challenge.chunks.length == values.length, LengthMismatch(challenge.chunks.length, values.length));
        require(challenge.proofs.length == values.length, LengthMismatch(challenge.proofs.length, values.length));
        uint256 next;
        for (uint256 index = 0; index < MAX_PARTICIPANTS; ++index) {
            if (!_has(counted, index)) continue;
            bytes calldata chunk = challenge.chunks[next];
            bytes32 root = _participants[id][index].root;
            require(chunk.hasValues(length), InvalidChunk(root));
            _requireAt(chunk, challenge.proofs[next], root, challenge.chunkIndex, chunks);
            values[next] = chunk.valueAt(challenge.coordinate);
            ++next;
        }
    }

    function _requireAt(bytes calldata chunk, bytes32[] calldata proof, bytes32 root, uint256 index, uint256 chunks)
        private
        pure
    {
        require(chunk.isAt(proof, root, index, chunks), InvalidChunk(root));
    }

    /// @dev The successor named, if it stands.
    function _successor(bytes32 id, bytes32 resultRoot) private view returns (bytes32) {
        return _proposals[id][resultRoot].status == ProposalStatus.Standing ? resultRoot : bytes32(0);
    }

    function _standing(bytes32 id, bytes32 resultRoot) private view returns (Proposal storage proposal) {
        proposal = _proposals[id][resultRoot];
        require(proposal.status == ProposalStatus.Standing, NotStanding(resultRoot));
    }

    function _hasRevealed(bytes32 id, uint64 agentId) private view returns (bool) {
        uint256 entry = entryOf[id][agentId];
        return entry != 0 && _participants[id][entry - 1].status == UpdateStatus.Revealed;
    }
}
