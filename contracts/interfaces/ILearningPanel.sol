// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IIdentityRegistry} from "./IIdentityRegistry.sol";
import {ILearningErrors} from "./ILearningErrors.sol";
import {ILearningRegistry} from "./ILearningRegistry.sol";
import {IStakeVault} from "./IStakeVault.sol";
import {LearningTask, Lot, PanelOutcome, PanelState, Seat} from "./LearningTypes.sol";

/// @title The evaluators of learning rounds
/// @notice Staked agents enlist, and a panel is drawn among them once the updates are known. It attests which updates
/// there are, commits to scores of them on the hidden set and to the aggregate, and reveals both. What that is worth
/// is for the {ILearningRegistry} to pay; here is only the evaluators' stake.
///
/// A colluding part p of the lots decides a panel of k with the probability that a binomial variable of k and p
/// exceeds k/2; stake makes lots cost something, nothing makes more of them impossible.
interface ILearningPanel is ILearningErrors, IERC5267 {
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
    /// @notice Emitted when a seat committed to scores and to the aggregate that it computed.
    event ScoresCommitted(bytes32 indexed id, uint256 seat, bytes32 commitment);
    /// @notice Emitted when they were revealed; no scores at all say that the set could not be had.
    event ScoresRevealed(bytes32 indexed id, uint256 seat, int32[] scores, bytes32 resultRoot);
    /// @notice Emitted when the requester disclosed which update it knew the score of beforehand.
    event CanaryOpened(bytes32 indexed id, uint256 index, int32 score);
    /// @notice Emitted when a seat's stake was released or, had it owed an answer and been silent, slashed.
    event SeatClosed(bytes32 indexed id, uint256 indexed agentId, uint256 seat, bool slashed);

    /// @notice Thrown when there is no such lot, seat, or update.
    error NotFound(uint256 index);
    /// @notice Thrown when the caller is neither the evaluator nor the owner of its agent.
    error NotEvaluator(address caller, uint256 seat);
    /// @notice Thrown when there is nothing to draw from, or nothing to evaluate.
    error NothingToDraw();
    /// @notice Thrown when the panel has been drawn.
    error AlreadyDrawn();
    /// @notice Thrown in the block that was announced: its hash is not known before the next.
    error DrawPending(uint256 blockNumber);
    /// @notice Thrown when a lot or seat is to be released that was released before, or a lot that has a seat or may
    /// still be drawn.
    error NotReleasable(uint256 index);
    /// @notice Thrown when something that can be disclosed once is disclosed again.
    error AlreadyOpened();
    /// @notice Thrown when scores are neither none nor one per participant.
    error InvalidScores(uint256 given, uint256 expected);

    /// @notice The rounds that are evaluated.
    function registry() external view returns (ILearningRegistry);

    /// @notice Where stake is locked; evaluators stake for this contract.
    function vault() external view returns (IStakeVault);

    /// @notice Who says which agent a wallet speaks for.
    function identityRegistry() external view returns (IIdentityRegistry);

    /// @notice What is known of a round's panel.
    function panelOf(bytes32 id) external view returns (PanelState memory);

    /// @notice Somebody who enlisted, by number from 0.
    function lotOf(bytes32 id, uint256 lot) external view returns (Lot memory);

    /// @notice What the evaluator on a seat has done.
    function seatOf(bytes32 id, uint256 seat) external view returns (Seat memory);

    /// @notice The evaluator on a seat.
    function evaluatorOf(bytes32 id, uint256 seat) external view returns (Lot memory);

    /// @notice An agent's lot, plus one; 0 when it has not enlisted.
    function entryOf(bytes32 id, uint256 agentId) external view returns (uint256);

    /// @notice Whether an agent of an owner has enlisted.
    function hasEnlisted(bytes32 id, address owner) external view returns (bool);

    /// @notice Which updates count, bit i for participant i. Final when attesting is over.
    function countedOf(bytes32 id) external view returns (uint64);

    /// @notice What the panel's work comes to. Final when the round is over.
    /// @param tolerance How far two scores may lie apart and still agree, as in the task.
    function outcomeOf(bytes32 id, uint256 tolerance) external view returns (PanelOutcome memory);

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

    /// @notice Releases a seat's stake when the round is over, or slashes it if the set was opened and the seat silent;
    /// half goes to the requester. Anybody may.
    function closeSeat(LearningTask calldata task, uint256 seat) external;
}
