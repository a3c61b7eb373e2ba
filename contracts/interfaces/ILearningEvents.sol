// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LearningTask, RoundStatus} from "./LearningTypes.sol";

/// @title What a learning round says, and what it refuses
interface ILearningEvents {
    /// @notice Emitted when a task is funded; its terms are passed again with every call.
    event TaskOpened(bytes32 indexed id, address indexed requester, LearningTask task);
    /// @notice Emitted when the requester took a task back to which nobody had committed.
    event TaskCancelled(bytes32 indexed id);
    /// @notice Emitted when an agent committed to an update. `index` is its place in the round, from 0.
    event UpdateCommitted(
        bytes32 indexed id, uint256 indexed agentId, uint256 index, address participant, address owner, bytes32 commitment
    );
    /// @notice Emitted when a commitment was opened. The earliest commitment to a root is the `original`, until one
    /// committed to even earlier is revealed; the others are copies, which earn nothing.
    event UpdateRevealed(bytes32 indexed id, uint256 index, bytes32 updateRoot, bytes32 contentId, bool original);
    /// @notice Emitted when a participant that never revealed lost its stake.
    event ParticipantSlashed(bytes32 indexed id, uint256 indexed agentId, uint256 index, uint256 amount);

    /// @notice Emitted when an agent offers to evaluate. `lot` is its number in the draw, from 0.
    event Enlisted(bytes32 indexed id, uint256 indexed agentId, uint256 lot, address evaluator, address owner);
    /// @notice Emitted when a block is named whose hash will draw the panel.
    event DrawAnnounced(bytes32 indexed id, uint256 blockNumber);
    /// @notice Emitted when the panel is drawn: the lot that took each seat.
    event PanelDrawn(bytes32 indexed id, uint256[] lots);
    /// @notice Emitted when a lot that took no seat got its stake back.
    event LotReleased(bytes32 indexed id, uint256 indexed agentId, uint256 lot);
    /// @notice Emitted when a seat says which updates it holds whole and well formed: bit i for participant i.
    event Attested(bytes32 indexed id, uint256 seat, uint64 available);
    /// @notice Emitted when the requester disclosed the hidden evaluation set.
    event EvaluationOpened(bytes32 indexed id, bytes32 setRoot, string uri);
    /// @notice Emitted when a seat committed to scores and to the result that it computed.
    event ScoresCommitted(bytes32 indexed id, uint256 seat, bytes32 commitment);
    /// @notice Emitted when they were revealed; no scores at all say that the set could not be had.
    event ScoresRevealed(bytes32 indexed id, uint256 seat, int32[] scores, bytes32 resultRoot);
    /// @notice Emitted when the requester disclosed which update it knew the score of beforehand.
    event CanaryOpened(bytes32 indexed id, uint256 index, int32 score);

    /// @notice Emitted when an aggregate is proposed.
    event ResultProposed(bytes32 indexed id, bytes32 indexed resultRoot, uint256 indexed agentId, bytes32 contentId);
    /// @notice Emitted when a proposed aggregate was proven wrong at one coordinate of one chunk.
    event ResultRefuted(
        bytes32 indexed id, bytes32 indexed resultRoot, address challenger, uint256 chunkIndex, uint256 coordinate
    );
    /// @notice Emitted when a proposer got its stake back.
    event ProposalClosed(bytes32 indexed id, bytes32 indexed resultRoot);

    /// @notice Emitted when a round is over: the result that stands (zero when none does), what is shared among the
    /// participants, and whether by score or equally. With nobody to pay, everything went back to the requester.
    event RoundSettled(bytes32 indexed id, bytes32 resultRoot, uint256 pool, bool byScore);
    /// @notice Emitted when a participant's share was credited to its owner.
    event RewardClaimed(bytes32 indexed id, uint256 index, address indexed owner, uint256 amount);
    /// @notice Emitted when a seat's part of the evaluation fee was credited to its owner.
    event EvaluationClaimed(bytes32 indexed id, uint256 seat, address indexed owner, uint256 amount);
    /// @notice Emitted when the aggregation fee was credited to its owner.
    event AggregationClaimed(bytes32 indexed id, bytes32 indexed resultRoot, address indexed owner, uint256 amount);
    /// @notice Emitted when a seat's stake was released or, had it owed scores and been silent, slashed.
    event SeatClosed(bytes32 indexed id, uint256 indexed agentId, uint256 seat, bool slashed);

    /// @notice Thrown at deployment when the vault asks another registry who owns an agent.
    error RegistryMismatch(address vaultRegistry, address registry);
    /// @notice Thrown at deployment when the ledger does not know this contract as a module.
    error NotLedgerModule(address ledger, address registry);

    /// @notice Thrown when somebody else opens or cancels a requester's task.
    error NotRequester(address caller, address requester);
    /// @notice Thrown when reward or one of the stakes is zero.
    error ZeroAmount();
    /// @notice Thrown when a phase is shorter than {MIN_PHASE}, or the round would end after `latest`.
    error InvalidSchedule(uint256 from, uint256 until, uint256 latest);
    /// @notice Thrown when the number of participants is zero or above the maximum.
    error InvalidParticipants(uint256 given, uint256 maximum);
    /// @notice Thrown when the panel is larger than the maximum.
    error InvalidPanel(uint256 given, uint256 maximum);
    /// @notice Thrown when the dimension is zero, or the chunk size is zero or above the maximum.
    error InvalidShape(uint256 dimension, uint256 chunkSize);
    /// @notice Thrown when the clip range is zero or exceeds 31 bits.
    error InvalidClip(uint256 clip);
    /// @notice Thrown when trimming would leave nothing of a full round.
    error InvalidTrim(uint256 trim, uint256 maxParticipants);

    /// @notice Thrown when the round is not in the state that the call needs; a task with other terms is another one.
    error UnexpectedStatus(bytes32 id, RoundStatus actual, RoundStatus required);
    /// @notice Thrown when a call comes in the last second of an earlier phase or before.
    error TooEarly(uint256 from, uint256 timestamp);
    /// @notice Thrown when a call comes after the last second of its phase.
    error TooLate(uint256 until, uint256 timestamp);
    /// @notice Thrown when the wallet speaks for no agent.
    error NotBound(address wallet);
    /// @notice Thrown when an agent would enter a round twice.
    error AlreadyEntered(uint256 agentId);
    /// @notice Thrown when an owner would stand on both sides of a round: evaluators belong neither to the requester
    /// nor to a participant.
    error ConflictOfInterest(address owner);
    /// @notice Thrown when a round has all the participants, or lots, that it takes.
    error RoundFull(uint256 maximum);
    /// @notice Thrown when the task cannot be cancelled because somebody has committed.
    error AlreadyCommitted(uint256 participants);

    /// @notice Thrown when there is no such participant, lot, seat or proposal.
    error NotFound(uint256 index);
    /// @notice Thrown when what is revealed is not what was committed to.
    error CommitmentMismatch(bytes32 committed, bytes32 revealed);
    /// @notice Thrown when a participant has revealed, or was slashed, already.
    error NotPending(uint256 index);
    /// @notice Thrown when the caller is neither the evaluator nor the owner of its agent.
    error NotEvaluator(address caller, uint256 seat);
    /// @notice Thrown when there is nothing to draw from, or nothing to evaluate.
    error NothingToDraw();
    /// @notice Thrown when the panel has been drawn.
    error AlreadyDrawn();
    /// @notice Thrown in the block that was announced: its hash is not known before the next.
    error DrawPending(uint256 blockNumber);
    /// @notice Thrown when a lot is to be released that has a seat, was released, or may still be drawn.
    error NotReleasable(uint256 lot);
    /// @notice Thrown when something that can be disclosed once is disclosed again.
    error AlreadyOpened();
    /// @notice Thrown when scores are neither none nor one per participant.
    error InvalidScores(uint256 given, uint256 expected);

    /// @notice Thrown when the caller neither requested the task nor revealed an update.
    error NotConcerned(address caller);
    /// @notice Thrown when a root is proposed that was proposed before.
    error AlreadyProposed(bytes32 resultRoot);
    /// @notice Thrown when the proposal is not in the state that the call needs.
    error NotStanding(bytes32 resultRoot);
    /// @notice Thrown when chunks or proofs are not as many as the updates that count.
    error LengthMismatch(uint256 given, uint256 expected);
    /// @notice Thrown when the chunk or the coordinate lies outside the model.
    error OutOfRange(uint256 chunkIndex, uint256 coordinate);
    /// @notice Thrown when a chunk does not belong to the root, by place, content or length.
    error InvalidChunk(bytes32 root);
    /// @notice Thrown when the challenged result is right.
    error ResultCorrect(int256 value);
    /// @notice Thrown when there is nothing to claim: a worthless update, a copy, a seat that earned nothing, or
    /// claimed already.
    error NothingToClaim(uint256 index);
}
