// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILearningRegistry} from "../interfaces/ILearningRegistry.sol";
import {
    LearningRound,
    LearningTask,
    Lot,
    Proposal,
    ProposalStatus,
    RoundStatus,
    Seat
} from "../interfaces/LearningTypes.sol";
import {Draw} from "../libraries/Draw.sol";
import {LearningHash} from "../libraries/LearningHash.sol";
import {LearningRounds} from "./LearningRounds.sol";

/// @title LearningPanel
/// @notice The evaluators' part of the {LearningRegistry}, and the opening of the hidden set.
abstract contract LearningPanel is LearningRounds {
    using Draw for uint256;

    /// @dev The chain forgets older hashes.
    uint256 private constant BLOCK_HASHES = 256;

    /// @inheritdoc ILearningRegistry
    function enlist(LearningTask calldata task) external returns (uint256 lot) {
        bytes32 id = _requireStatus(task, RoundStatus.Open);
        _requirePhase(0, task.revealUntil);
        lot = _rounds[id].lots;
        require(lot < type(uint16).max, RoundFull(type(uint16).max));
        (uint64 agentId, address owner) = _enter(id, lot, Side.Evaluator);
        (,, address requesterOwner) = identityRegistry.bindingOf(task.requester);
        require(owner != task.requester && owner != requesterOwner, ConflictOfInterest(owner));

        _rounds[id].lots = uint16(lot + 1);
        _lots[id][lot] = Lot(msg.sender, agentId, false, owner);
        emit Enlisted(id, agentId, lot, msg.sender, owner);
        vault.lock(agentId, owner, task.evaluatorStake);
    }

    /// @inheritdoc ILearningRegistry
    function drawPanel(LearningTask calldata task) external {
        bytes32 id = _requireStatus(task, RoundStatus.Open);
        _requirePhase(task.revealUntil, task.attestUntil);
        LearningRound storage round = _rounds[id];
        require(round.seatCount == 0, AlreadyDrawn());
        uint256 seatCount = task.panel < round.lots ? task.panel : round.lots;
        require(seatCount != 0 && round.updates != 0, NothingToDraw());

        uint256 drawBlock = round.drawBlock;
        if (drawBlock == 0 || block.number > drawBlock + BLOCK_HASHES) {
            round.drawBlock = uint64(block.number);
            emit DrawAnnounced(id, block.number);
            return;
        }
        require(block.number > drawBlock, DrawPending(drawBlock));
        round.seatCount = uint8(seatCount);
        round.seats = Draw.sample(keccak256(abi.encode(id, blockhash(drawBlock))), seatCount, round.lots);
        emit PanelDrawn(id, _lotsOf(round.seats, seatCount));
    }

    /// @inheritdoc ILearningRegistry
    function releaseLot(LearningTask calldata task, uint256 lot) external {
        bytes32 id = idOf(task);
        Lot storage entry = _lots[id][lot];
        require(entry.agentId != 0, NotFound(lot));
        require(!entry.released && _isOut(task, _rounds[id], lot), NotReleasable(lot));

        entry.released = true;
        emit LotReleased(id, entry.agentId, lot);
        vault.unlock(entry.agentId, entry.owner, task.evaluatorStake);
    }

    /// @inheritdoc ILearningRegistry
    function attest(LearningTask calldata task, uint256 seat, uint64 available) external {
        bytes32 id = _requireStatus(task, RoundStatus.Open);
        _requirePhase(task.revealUntil, task.attestUntil);
        _requireEvaluator(id, seat);
        _seats[id][seat].attested = true;
        _seats[id][seat].available = available;
        emit Attested(id, seat, available);
    }

    /// @inheritdoc ILearningRegistry
    function openEvaluation(
        LearningTask calldata task,
        bytes32 setRoot,
        bytes32 canary,
        bytes32 salt,
        string calldata uri
    ) external {
        bytes32 id = _requireStatus(task, RoundStatus.Open);
        _requirePhase(task.revealUntil, task.attestUntil);
        LearningRound storage round = _rounds[id];
        require(!round.opened, AlreadyOpened());
        bytes32 revealed = keccak256(abi.encode(setRoot, canary, salt));
        require(revealed == task.evaluationRoot, CommitmentMismatch(task.evaluationRoot, revealed));

        round.opened = true;
        round.canary = canary;
        emit EvaluationOpened(id, setRoot, uri);
    }

    /// @inheritdoc ILearningRegistry
    function commitScores(LearningTask calldata task, uint256 seat, bytes32 commitment) external {
        bytes32 id = _requireStatus(task, RoundStatus.Open);
        _requirePhase(task.attestUntil, task.scoreUntil);
        _requireEvaluator(id, seat);
        _seats[id][seat].commitment = commitment;
        emit ScoresCommitted(id, seat, commitment);
    }

    /// @inheritdoc ILearningRegistry
    function revealScores(
        LearningTask calldata task,
        uint256 seat,
        int32[] calldata scores,
        bytes32 resultRoot,
        bytes32 salt
    ) external {
        bytes32 id = _requireStatus(task, RoundStatus.Open);
        _requirePhase(task.scoreUntil, task.closeAt);
        LearningRound storage round = _rounds[id];
        address evaluator = _evaluator(id, seat).sender;
        bytes32 revealed = _digest(LearningHash.hashScores(id, evaluator, scores, resultRoot, salt));
        bytes32 committed = _seats[id][seat].commitment;
        require(revealed == committed, CommitmentMismatch(committed, revealed));
        require(!_seats[id][seat].answered, AlreadyOpened());
        uint256 expected = round.participants;
        require(scores.length == 0 || scores.length == expected, InvalidScores(scores.length, expected));

        _seats[id][seat].answered = true;
        _seats[id][seat].scores = scores;
        round.answers += 1;
        if (round.opened && scores.length != 0) round.scorers += 1;
        _voteFor(id, round, resultRoot);
        emit ScoresRevealed(id, seat, scores, resultRoot);
    }

    /// @inheritdoc ILearningRegistry
    function openCanary(LearningTask calldata task, uint256 index, int32 score, bytes32 salt) external {
        bytes32 id = _requireStatus(task, RoundStatus.Open);
        _requirePhase(task.scoreUntil, task.closeAt);
        LearningRound storage round = _rounds[id];
        require(!round.canaryOpened, AlreadyOpened());
        require(_has(round.updates, index), NotFound(index));
        bytes32 revealed = keccak256(abi.encode(_participants[id][index].root, score, salt));
        require(revealed == round.canary, CommitmentMismatch(round.canary, revealed));

        round.canaryOpened = true;
        round.canaryIndex = uint8(index);
        round.canaryScore = score;
        emit CanaryOpened(id, index, score);
    }

    /// @dev Keeps the proposal in mind that most evaluators state; the earlier among equals.
    function _voteFor(bytes32 id, LearningRound storage round, bytes32 resultRoot) private {
        Proposal storage proposal = _proposals[id][resultRoot];
        if (proposal.status != ProposalStatus.Standing) return;
        uint8 votes = proposal.votes + 1;
        proposal.votes = votes;
        if (votes <= round.resultVotes) return;
        round.resultVotes = votes;
        round.result = resultRoot;
    }

    function _evaluator(bytes32 id, uint256 seat) internal view returns (Lot storage) {
        require(seat < _rounds[id].seatCount, NotFound(seat));
        return _lots[id][_rounds[id].seats.lotAt(seat)];
    }

    function _requireEvaluator(bytes32 id, uint256 seat) private view {
        Lot storage lot = _evaluator(id, seat);
        require(msg.sender == lot.sender || msg.sender == lot.owner, NotEvaluator(msg.sender, seat));
    }

    /// @dev Whether a lot can take no seat any more.
    function _isOut(LearningTask calldata task, LearningRound storage round, uint256 lot) private view returns (bool) {
        uint256 seatCount = round.seatCount;
        if (seatCount != 0) return !round.seats.hasSeat(seatCount, lot);
        return round.status != RoundStatus.Open || block.timestamp > task.attestUntil;
    }

    function _lotsOf(uint256 seats, uint256 seatCount) private pure returns (uint256[] memory lots) {
        lots = new uint256[](seatCount);
        for (uint256 i = 0; i < seatCount; ++i) {
            lots[i] = seats.lotAt(i);
        }
    }
}
