// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILearningRegistry} from "../interfaces/ILearningRegistry.sol";
import {LearningRound, LearningTask, Participant, RoundStatus, UpdateStatus} from "../interfaces/LearningTypes.sol";
import {LearningHash} from "../libraries/LearningHash.sol";
import {LearningRounds} from "./LearningRounds.sol";

/// @title LearningUpdates
/// @notice The participants' part of the {LearningRegistry}: commitments and their opening.
abstract contract LearningUpdates is LearningRounds {
    /// @inheritdoc ILearningRegistry
    function commitUpdate(LearningTask calldata task, bytes32 commitment) external returns (uint256 index) {
        bytes32 id = _requireStatus(task, RoundStatus.Open);
        _requireUntil(task.commitUntil);
        index = _rounds[id].participants;
        require(index < task.maxParticipants, RoundFull(task.maxParticipants));
        (uint64 agentId, address owner) = _requireBound();
        require(entryOf[id][agentId] == 0, AlreadyEntered(agentId));
        require(!panel.hasEnlisted(id, owner), ConflictOfInterest(owner));

        entryOf[id][agentId] = index + 1;
        hasCommitted[id][owner] = true;
        _rounds[id].participants = uint8(index + 1);
        _participants[id][index] = Participant(msg.sender, agentId, UpdateStatus.Committed, owner, commitment);
        emit UpdateCommitted(id, agentId, index, msg.sender, owner, commitment);
        vault.lock(agentId, owner, task.participantStake);
    }

    /// @inheritdoc ILearningRegistry
    function revealUpdate(
        LearningTask calldata task,
        uint256 index,
        bytes32 updateRoot,
        bytes32 contentId,
        bytes32 salt
    ) external {
        bytes32 id = _requireStatus(task, RoundStatus.Open);
        _requirePhase(task.commitUntil, task.revealUntil);
        Participant storage participant = _pending(id, index);
        bytes32 committed = participant.root;
        bytes32 revealed = _digest(LearningHash.hashUpdate(id, participant.sender, updateRoot, contentId, salt));
        require(revealed == committed, CommitmentMismatch(committed, revealed));

        participant.status = UpdateStatus.Revealed;
        participant.root = updateRoot;
        emit UpdateRevealed(id, index, updateRoot, contentId, _claimRoot(id, index, updateRoot));
        vault.unlock(participant.agentId, participant.owner, task.participantStake);
    }

    /// @inheritdoc ILearningRegistry
    function slashParticipant(LearningTask calldata task, uint256 index) external {
        _requireAfter(task.revealUntil);
        bytes32 id = idOf(task);
        Participant storage participant = _pending(id, index);

        participant.status = UpdateStatus.Slashed;
        emit ParticipantSlashed(id, participant.agentId, index, task.participantStake);
        vault.slash(participant.agentId, participant.owner, task.participantStake, task.requester);
    }

    /// @dev An update belongs to whoever committed to it first, in whatever order they reveal.
    function _claimRoot(bytes32 id, uint256 index, bytes32 updateRoot) private returns (bool original) {
        LearningRound storage round = _rounds[id];
        uint256 first = _firstOf[id][updateRoot];
        original = first == 0 || index < first - 1;
        if (!original) return false;
        uint64 updates = round.updates;
        if (first != 0) updates &= ~uint64(1 << (first - 1));
        round.updates = updates | uint64(1 << index);
        _firstOf[id][updateRoot] = index + 1;
    }

    function _pending(bytes32 id, uint256 index) private view returns (Participant storage participant) {
        participant = _participants[id][index];
        require(participant.status == UpdateStatus.Committed, NotPending(index));
    }
}
