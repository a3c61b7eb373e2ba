// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IIdentityRegistry} from "./IIdentityRegistry.sol";
import {ILearningEvents} from "./ILearningEvents.sol";
import {ILedger} from "./ILedger.sol";
import {IStakeVault} from "./IStakeVault.sol";
import {
    ChunkChallenge,
    LearningRound,
    LearningRule,
    LearningTask,
    Lot,
    Participant,
    Proposal,
    Seat
} from "./LearningTypes.sol";

/// @title Rounds in which agents improve a model together, and are paid by what their updates are worth
/// @notice None -> Open -> Settled, or None -> Open -> Cancelled while nobody has committed. An open round passes
/// through its phases by the clock alone:
///
///     commit, enlist | reveal, enlist | draw, attest, open the set | propose, commit scores | reveal scores, challenge
///
/// and after the last one anybody settles it. Nobody administers or pauses it; no phase waits for anybody:
/// - Nobody revealed: everything goes back to the requester.
/// - The requester never opens the hidden set, or at least half of the panel gives no scores, or the scores
///   contradict the canary, or no update is worth anything: everybody whose update counts is paid equally.
/// - Otherwise pay is in proportion to an update's score, the median of the evaluators', where it is positive.
///
/// An update counts when it was revealed, is not a copy, and more than half of those who attest have it; without the
/// word of more than half of the panel all do. Only what is provable is slashed: a commitment never revealed, a panel
/// member's silence once the set was opened, a proposed aggregate with a wrong coordinate. Equivocation needs no
/// penalty: there is one commitment per agent, and a commitment opens in one way only.
///
/// An update is a vector of fixed-point numbers, 32 bits in two's complement, big-endian, cut into chunks; its root is
/// that of the binary Merkle tree (keccak256) over the chunks' hashes in order, padded with zeros to a power of two.
interface ILearningRegistry is ILearningEvents, IERC5267 {
    /// @notice Where rewards come from and go to.
    function ledger() external view returns (ILedger);

    /// @notice Where stake is locked; participants and evaluators stake for this contract.
    function vault() external view returns (IStakeVault);

    /// @notice Who says which agent a wallet speaks for.
    function identityRegistry() external view returns (IIdentityRegistry);

    /// @notice The id of a task: its EIP-712 digest.
    function idOf(LearningTask calldata task) external view returns (bytes32);

    /// @notice What is known of a round.
    function roundOf(bytes32 id) external view returns (LearningRound memory);

    /// @notice A participant, by its place from 0.
    function participantOf(bytes32 id, uint256 index) external view returns (Participant memory);

    /// @notice Somebody who enlisted, by number from 0.
    function lotOf(bytes32 id, uint256 lot) external view returns (Lot memory);

    /// @notice What the evaluator on a seat has done.
    function seatOf(bytes32 id, uint256 seat) external view returns (Seat memory);

    /// @notice A proposed aggregate.
    function proposalOf(bytes32 id, bytes32 resultRoot) external view returns (Proposal memory);

    /// @notice An agent's place as participant, or its lot, plus one; 0 when it has not entered.
    function entryOf(bytes32 id, uint256 agentId) external view returns (uint256);

    /// @notice Which updates count, bit i for participant i. Final when attesting is over.
    function countedOf(bytes32 id) external view returns (uint64);

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

    /// @notice Opens a commitment. Anybody who knows the salt may.
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

    /// @notice Offers to evaluate; the caller's agent has staked for this contract.
    /// @return lot The evaluator's number in the draw.
    function enlist(LearningTask calldata task) external returns (uint256 lot);

    /// @notice Draws the panel, in two calls: the first names its own block, the second, at least one and at most 256
    /// blocks later, draws by that block's hash. When it comes too late, it names a block again. Anybody may.
    function drawPanel(LearningTask calldata task) external;

    /// @notice Gives a lot without a seat its stake back. Anybody may.
    function releaseLot(LearningTask calldata task, uint256 lot) external;

    /// @notice States which updates the evaluator holds whole and well formed. It may state that again.
    function attest(LearningTask calldata task, uint256 seat, uint64 available) external;

    /// @notice Discloses the hidden evaluation set. Anybody may whom the requester told.
    /// @param setRoot Root of the set.
    /// @param canary keccak256(abi.encode(updateRoot, score, salt)), or zero for none.
    /// @param salt What kept the two secret.
    /// @param uri Where the set is to be had.
    function openEvaluation(
        LearningTask calldata task,
        bytes32 setRoot,
        bytes32 canary,
        bytes32 salt,
        string calldata uri
    ) external;

    /// @notice Commits to scores. It may commit again in the same phase.
    /// @param commitment The EIP-712 digest of
    /// `ScoreCommitment(bytes32 task,address evaluator,int32[] scores,bytes32 resultRoot,bytes32 salt)`.
    function commitScores(LearningTask calldata task, uint256 seat, bytes32 commitment) external;

    /// @notice Reveals scores. Anybody who knows the salt may.
    /// @param scores One per participant: the marginal value of its update, as the task's evaluation defines it. None
    /// at all when the set could not be had.
    /// @param resultRoot The aggregate that the evaluator has computed.
    function revealScores(
        LearningTask calldata task,
        uint256 seat,
        int32[] calldata scores,
        bytes32 resultRoot,
        bytes32 salt
    ) external;

    /// @notice Discloses an update of the round whose score the requester knew beforehand. Anybody may whom it told.
    function openCanary(LearningTask calldata task, uint256 index, int32 score, bytes32 salt) external;

    /// @notice Proposes an aggregate, with stake. Only the requester, or an agent whose update was revealed.
    /// @param contentId Where the aggregate is to be had: the digest of its content id.
    function proposeResult(LearningTask calldata task, bytes32 resultRoot, bytes32 contentId) external;

    /// @notice Proves a proposed aggregate wrong; its proposer is slashed, and half goes to the caller.
    function challengeResult(LearningTask calldata task, ChunkChallenge calldata challenge) external;

    /// @notice Ends a round whose time is over, or in which nobody revealed. Anybody may.
    function settle(LearningTask calldata task) external;

    /// @notice Credits a participant's share to its owner; settles before, if need be. Anybody may.
    function claim(LearningTask calldata task, uint256 index) external;

    /// @notice Credits a seat's part of the evaluation fee to its owner; settles before, if need be. Anybody may.
    function claimSeat(LearningTask calldata task, uint256 seat) external;

    /// @notice Credits the aggregation fee to the owner of who proposed the result that stands; settles before, if
    /// need be. Anybody may.
    function claimResult(LearningTask calldata task) external;

    /// @notice Releases a seat's stake, or slashes it if the set was opened and the seat silent; half goes to the
    /// requester. Apart from {claimSeat}, so that no payment token can hold stake back. Anybody may.
    function closeSeat(LearningTask calldata task, uint256 seat) external;

    /// @notice Releases the stake of a proposal that was not refuted. Anybody may.
    function closeProposal(LearningTask calldata task, bytes32 resultRoot) external;
}
