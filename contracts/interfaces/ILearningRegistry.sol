// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IIdentityRegistry} from "./IIdentityRegistry.sol";
import {ILearningErrors} from "./ILearningErrors.sol";
import {ILearningPanel} from "./ILearningPanel.sol";
import {ILedger} from "./ILedger.sol";
import {IStakeVault} from "./IStakeVault.sol";
import {ChunkChallenge, LearningRound, LearningRule, LearningTask, Participant, Proposal} from "./LearningTypes.sol";

/// @title Rounds in which agents improve a model together, and are paid by what their updates are worth
/// @notice None -> Open -> Settled, or None -> Open -> Cancelled while nobody has committed. An open round passes
/// through its phases by the clock alone:
///
///     commit, enlist | reveal, enlist | draw, attest, open the set | propose, commit scores | reveal scores, challenge
///
/// and after the last one anybody settles it. Nobody administers or pauses it; no phase waits for anybody:
/// - Nobody revealed: everything goes back to the requester.
/// - The requester never opens the hidden set, or at least half of the panel gives no scores, or the scores
///   contradict the canary: everybody whose update counts is paid equally.
/// - Otherwise pay is in proportion to an update's score, the median of the evaluators', where it is positive. Where
///   none is, the reward goes back to the requester; the evaluators and the aggregate are paid.
///
/// So whoever takes part relies on the hidden set: by one that calls every update worthless, a requester gets the
/// updates for the fees, as it could before by an update of its own that is made for the set. And scores are shares: an
/// update that alone is worth a little earns all, so an evaluation counts from what is worth paying for.
///
/// An update counts when it was revealed, is not a copy, and more than half of those who attest have it; without the
/// word of more than half of the panel all do. Only what is provable is slashed: a commitment never revealed, a panel
/// member's silence once the set was opened, a proposed aggregate with a wrong coordinate. Equivocation needs no
/// penalty: there is one commitment per agent, and a commitment opens in one way only.
///
/// An update is a vector of fixed-point numbers, 32 bits in two's complement, big-endian, cut into chunks; its root is
/// that of the binary Merkle tree (keccak256) over the chunks' hashes in order, padded with zeros to a power of two.
/// Evaluators have a contract of their own, the {ILearningPanel}, which this one deploys.
interface ILearningRegistry is ILearningErrors, IERC5267 {
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
    /// @notice Emitted when an aggregate is proposed.
    event ResultProposed(bytes32 indexed id, bytes32 indexed resultRoot, uint256 indexed agentId, bytes32 contentId);
    /// @notice Emitted when a proposed aggregate was proven wrong at one coordinate of one chunk.
    event ResultRefuted(
        bytes32 indexed id, bytes32 indexed resultRoot, address challenger, uint256 chunkIndex, uint256 coordinate
    );
    /// @notice Emitted when a proposer got its stake back.
    event ProposalClosed(bytes32 indexed id, bytes32 indexed resultRoot);
    /// @notice Emitted when a round is over: the result that stands (zero when none does), what is shared among the
    /// participants, and whether by score or equally. With nobody to pay, zero is: it went back to the requester.
    event RoundSettled(bytes32 indexed id, bytes32 resultRoot, uint256 pool, bool byScore);
    /// @notice Emitted when a participant's share was credited to its owner.
    event RewardClaimed(bytes32 indexed id, uint256 index, address indexed owner, uint256 amount);
    /// @notice Emitted when a seat's part of the evaluation fee was credited to its owner.
    event EvaluationClaimed(bytes32 indexed id, uint256 seat, address indexed owner, uint256 amount);
    /// @notice Emitted when the aggregation fee was credited to its owner.
    event AggregationClaimed(bytes32 indexed id, bytes32 indexed resultRoot, address indexed owner, uint256 amount);

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
    /// @notice Thrown when the task cannot be cancelled because somebody has committed.
    error AlreadyCommitted(uint256 participants);
    /// @notice Thrown when there is no such participant, or it has revealed, or was slashed, already.
    error NotPending(uint256 index);
    /// @notice Thrown when the caller neither requested the task nor revealed an update.
    error NotConcerned(address caller);
    /// @notice Thrown when a root is proposed that was proposed before, or zero is.
    error NotProposable(bytes32 resultRoot);
    /// @notice Thrown when there is no such proposal, or it was refuted or closed.
    error NotStanding(bytes32 resultRoot);
    /// @notice Thrown when chunks and proofs are not as many as the updates that count.
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

    /// @notice Where rewards come from and go to.
    function ledger() external view returns (ILedger);

    /// @notice Where stake is locked; participants stake for this contract.
    function vault() external view returns (IStakeVault);

    /// @notice Who says which agent a wallet speaks for.
    function identityRegistry() external view returns (IIdentityRegistry);

    /// @notice The evaluators' contract.
    function panel() external view returns (ILearningPanel);

    /// @notice The id of a task: its EIP-712 digest.
    function idOf(LearningTask calldata task) external view returns (bytes32);

    /// @notice What is known of a round.
    function roundOf(bytes32 id) external view returns (LearningRound memory);

    /// @notice A participant, by its place from 0.
    function participantOf(bytes32 id, uint256 index) external view returns (Participant memory);

    /// @notice A proposed aggregate.
    function proposalOf(bytes32 id, bytes32 resultRoot) external view returns (Proposal memory);

    /// @notice An agent's place as participant, plus one; 0 when it has not committed.
    function entryOf(bytes32 id, uint256 agentId) external view returns (uint256);

    /// @notice Whether an agent of an owner has committed.
    function hasCommitted(bytes32 id, address owner) external view returns (bool);

    /// @notice A participant's share of a settled round, in minor units, whether claimed or not.
    function shareOf(bytes32 id, uint256 index) external view returns (uint256);

    /// @notice What a rule makes of one coordinate's values. Panics when there are none.
    function aggregate(LearningRule rule, uint256 trim, uint256 clip, int256[] calldata values)
        external
        pure
        returns (int256);

    /// @notice Opens a task and takes reward and fees from the caller's balance in the ledger.
    function openTask(LearningTask calldata task) external returns (bytes32 id);

    /// @notice Takes a task back to which nobody has committed. Only the requester.
    function cancelTask(LearningTask calldata task) external;

    /// @notice Commits to an update; the caller's agent has staked for this contract.
    /// @param commitment The EIP-712 digest of
    /// `UpdateCommitment(bytes32 task,address participant,bytes32 updateRoot,bytes32 contentId,bytes32 salt)`.
    /// @return index The participant's place.
    function commitUpdate(LearningTask calldata task, bytes32 commitment) external returns (uint256 index);

    /// @notice Opens a commitment, and releases its stake. Anybody who knows the salt may.
    /// @param contentId Where the update is to be had: the digest of its content id.
    function revealUpdate(
        LearningTask calldata task,
        uint256 index,
        bytes32 updateRoot,
        bytes32 contentId,
        bytes32 salt
    ) external;

    /// @notice Slashes a participant that has not revealed in time. Anybody may; half goes to the requester.
    function slashParticipant(LearningTask calldata task, uint256 index) external;

    /// @notice Proposes an aggregate, with stake. Only the requester, or an agent whose update was revealed.
    /// @param contentId Where the aggregate is to be had: the digest of its content id.
    function proposeResult(LearningTask calldata task, bytes32 resultRoot, bytes32 contentId) external;

    /// @notice Proves a proposed aggregate wrong; its proposer is slashed, and half goes to the caller.
    function challengeResult(LearningTask calldata task, ChunkChallenge calldata challenge) external;

    /// @notice Releases the stake of a proposal that was not refuted, when the round is over. Anybody may.
    function closeProposal(LearningTask calldata task, bytes32 resultRoot) external;

    /// @notice Ends a round whose time is over, or in which nobody revealed. Anybody may.
    function settle(LearningTask calldata task) external;

    /// @notice Credits a participant's share to its owner; settles before, if need be. Anybody may.
    function claim(LearningTask calldata task, uint256 index) external;

    /// @notice Credits a seat's part of the evaluation fee to its owner; settles before, if need be. Anybody may.
    function claimSeat(LearningTask calldata task, uint256 seat) external;

    /// @notice Credits the aggregation fee to the owner of who proposed the result that stands; settles before, if
    /// need be. Anybody may.
    function claimResult(LearningTask calldata task) external;
}
