// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILearningRegistry} from "./interfaces/ILearningRegistry.sol";
import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IStakeVault} from "./interfaces/IStakeVault.sol";
import {
    LearningRound,
    LearningTask,
    Lot,
    Participant,
    Proposal,
    ProposalStatus,
    RoundStatus,
    Seat
} from "./interfaces/LearningTypes.sol";
import {LearningPanel} from "./learning/LearningPanel.sol";
import {LearningResults} from "./learning/LearningResults.sol";
import {LearningRounds} from "./learning/LearningRounds.sol";
import {LearningScores} from "./learning/LearningScores.sol";
import {LearningUpdates} from "./learning/LearningUpdates.sol";

/// @title LearningRegistry
/// @notice See {ILearningRegistry}. Nobody administers it, and it takes no fee.
/// @dev Storage: that of {LearningRounds}. Ledger and vault call nobody back; records are written before they are
/// called all the same.
contract LearningRegistry is LearningUpdates, LearningPanel, LearningResults, LearningScores {
    /// @param ledger_ The ledger, deployed before with this contract's address among its modules.
    /// @param vault_ The stake vault, over the same registry.
    /// @param identityRegistry_ The identity registry.
    /// @param salt Random bytes, new for every deployment.
    constructor(ILedger ledger_, IStakeVault vault_, IIdentityRegistry identityRegistry_, bytes32 salt)
        LearningRounds(ledger_, vault_, identityRegistry_, salt)
    {}

    /// @inheritdoc ILearningRegistry
    function settle(LearningTask calldata task) external {
        _settle(task, _requireStatus(task, RoundStatus.Open));
    }

    /// @inheritdoc ILearningRegistry
    function claim(LearningTask calldata task, uint256 index) external {
        bytes32 id = _settled(task);
        LearningRound storage round = _rounds[id];
        uint256 amount = shareOf(id, index);
        require(amount != 0 && !_has(round.claimed, index), NothingToClaim(index));

        address owner = _participants[id][index].owner;
        round.claimed |= uint64(1 << index);
        emit RewardClaimed(id, index, owner, amount);
        ledger.give(task.token, owner, amount, 0);
    }

    /// @inheritdoc ILearningRegistry
    function claimSeat(LearningTask calldata task, uint256 seat) external {
        bytes32 id = _settled(task);
        LearningRound storage round = _rounds[id];
        uint256 paidSeats = round.paidSeats;
        require(_has(paidSeats, seat) && !_has(round.claimedSeats, seat), NothingToClaim(seat));
        uint256 amount = task.evaluationFee / _count(paidSeats);
        require(amount != 0, NothingToClaim(seat));

        address owner = _evaluator(id, seat).owner;
        round.claimedSeats |= uint16(1 << seat);
        emit EvaluationClaimed(id, seat, owner, amount);
        ledger.give(task.token, owner, amount, 0);
    }

    /// @inheritdoc ILearningRegistry
    function claimResult(LearningTask calldata task) external {
        bytes32 id = _settled(task);
        LearningRound storage round = _rounds[id];
        (bytes32 result, uint256 amount) = (round.result, task.aggregationFee);
        require(result != 0 && amount != 0 && !round.resultClaimed, NothingToClaim(0));

        address owner = _proposals[id][result].owner;
        round.resultClaimed = true;
        emit AggregationClaimed(id, result, owner, amount);
        ledger.give(task.token, owner, amount, 0);
    }

    /// @inheritdoc ILearningRegistry
    function closeSeat(LearningTask calldata task, uint256 seat) external {
        bytes32 id = _settled(task);
        LearningRound storage round = _rounds[id];
        Lot storage lot = _evaluator(id, seat);
        require(!_has(round.closedSeats, seat), NotReleasable(seat));
        bool guilty = round.opened && !_seats[id][seat].answered;

        round.closedSeats |= uint16(1 << seat);
        emit SeatClosed(id, lot.agentId, seat, guilty);
        if (guilty) vault.slash(lot.agentId, lot.owner, task.evaluatorStake, task.requester);
        else vault.unlock(lot.agentId, lot.owner, task.evaluatorStake);
    }

    /// @inheritdoc ILearningRegistry
    function closeProposal(LearningTask calldata task, bytes32 resultRoot) external {
        bytes32 id = _settled(task);
        Proposal storage proposal = _proposals[id][resultRoot];
        require(proposal.status == ProposalStatus.Standing, NotStanding(resultRoot));

        proposal.status = ProposalStatus.Closed;
        emit ProposalClosed(id, resultRoot);
        vault.unlock(proposal.agentId, proposal.owner, task.participantStake);
    }

    /// @inheritdoc ILearningRegistry
    function shareOf(bytes32 id, uint256 index) public view returns (uint256) {
        LearningRound storage round = _rounds[id];
        uint256 earning = round.earning;
        if (!_has(earning, index)) return 0;
        uint256 share = uint256(round.pool) * _weights[id][index] / round.totalWeight;
        bool isFirst = earning & ((1 << index) - 1) == 0;
        return isFirst ? share + round.dust : share;
    }

    /// @inheritdoc ILearningRegistry
    function roundOf(bytes32 id) external view returns (LearningRound memory) {
        return _rounds[id];
    }

    /// @inheritdoc ILearningRegistry
    function participantOf(bytes32 id, uint256 index) external view returns (Participant memory) {
        return _participants[id][index];
    }

    /// @inheritdoc ILearningRegistry
    function lotOf(bytes32 id, uint256 lot) external view returns (Lot memory) {
        return _lots[id][lot];
    }

    /// @inheritdoc ILearningRegistry
    function seatOf(bytes32 id, uint256 seat) external view returns (Seat memory) {
        return _seats[id][seat];
    }

    /// @inheritdoc ILearningRegistry
    function proposalOf(bytes32 id, bytes32 resultRoot) external view returns (Proposal memory) {
        return _proposals[id][resultRoot];
    }

    /// @inheritdoc ILearningRegistry
    function entryOf(bytes32 id, uint256 agentId) external view returns (uint256) {
        return _entries[id][agentId];
    }

    /// @inheritdoc ILearningRegistry
    function countedOf(bytes32 id) external view returns (uint64) {
        return _counted(id, _rounds[id]);
    }

    /// @dev The id of a settled task, which it settles if its time has come.
    function _settled(LearningTask calldata task) private returns (bytes32 id) {
        id = idOf(task);
        if (_rounds[id].status == RoundStatus.Open) _settle(task, id);
        RoundStatus actual = _rounds[id].status;
        require(actual == RoundStatus.Settled, UnexpectedStatus(id, actual, RoundStatus.Settled));
    }
}
