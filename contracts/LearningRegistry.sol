// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {ILearningRegistry} from "./interfaces/ILearningRegistry.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IStakeVault} from "./interfaces/IStakeVault.sol";
import {
    LearningRound,
    LearningTask,
    Participant,
    PanelOutcome,
    ProposalStatus,
    RoundStatus
} from "./interfaces/LearningTypes.sol";
import {LearningResults} from "./learning/LearningResults.sol";
import {LearningRounds} from "./learning/LearningRounds.sol";
import {LearningUpdates} from "./learning/LearningUpdates.sol";

/// @title LearningRegistry
/// @notice See {ILearningRegistry}. Nobody administers it, and it takes no fee.
/// @dev Storage: that of {LearningRounds}. Ledger and vault call nobody back; records are written before they are
/// called all the same. Here is the end of a round: who is paid by what.
contract LearningRegistry is LearningUpdates, LearningResults {
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

        address owner = panel.evaluatorOf(id, seat).owner;
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
    function roundOf(bytes32 id) external view returns (LearningRound memory) {
        return _rounds[id];
    }

    /// @inheritdoc ILearningRegistry
    function participantOf(bytes32 id, uint256 index) external view returns (Participant memory) {
        return _participants[id][index];
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

    /// @dev The id of a settled task, which it settles if its time has come.
    function _settled(LearningTask calldata task) private returns (bytes32 id) {
        id = idOf(task);
        if (_rounds[id].status == RoundStatus.Open) _settle(task, id);
        RoundStatus actual = _rounds[id].status;
        require(actual == RoundStatus.Settled, UnexpectedStatus(id, actual, RoundStatus.Settled));
    }

    /// @dev Ends a round. With nobody to pay it all goes back, and needs no waiting for the later phases.
    function _settle(LearningTask calldata task, bytes32 id) private {
        LearningRound storage round = _rounds[id];
        bool empty = round.updates == 0;
        _requireAfter(empty ? task.revealUntil : task.closeAt);
        round.status = RoundStatus.Settled;
        if (empty) {
            round.result = 0;
            emit RoundSettled(id, 0, 0, false);
            ledger.give(task.token, task.requester, _escrowed(task), 0);
            return;
        }
        PanelOutcome memory outcome = panel.outcomeOf(id, task.tolerance);
        bytes32 result = _resultOf(id, outcome);
        uint256 unspent = _unspent(task, result != 0, _count(outcome.agreeing));
        uint256 total = _totalOf(outcome.weights);

        round.result = result;
        round.paidSeats = outcome.agreeing;
        if (total != 0) _share(round, outcome.weights, total, unspent);
        _weights[id] = outcome.weights;
        emit RoundSettled(id, result, round.pool, outcome.byScore);
        if (total == 0) ledger.give(task.token, task.requester, unspent, 0);
    }

    /// @dev The proposal that more than half of the answering evaluators state; when none answers, the first one.
    function _resultOf(bytes32 id, PanelOutcome memory outcome) private view returns (bytes32) {
        if (!outcome.answered) return _rounds[id].result;
        bool stands = _proposals[id][outcome.result].status == ProposalStatus.Standing;
        return stands ? outcome.result : bytes32(0);
    }

    /// @dev Records who has a share of the pool, by what sum, and what the roundings leave.
    function _share(LearningRound storage round, uint32[] memory weights, uint256 total, uint256 pool) private {
        (uint256 earning, uint256 dust) = (0, pool);
        for (uint256 index = 0; index < weights.length; ++index) {
            if (weights[index] != 0) earning |= 1 << index;
            dust -= pool * weights[index] / total;
        }
        round.pool = uint128(pool);
        round.totalWeight = uint64(total);
        round.earning = uint64(earning);
        round.dust = uint8(dust);
    }

    /// @dev The reward, and of the fees what nobody earned.
    function _unspent(LearningTask calldata task, bool hasResult, uint256 paidSeats)
        private
        pure
        returns (uint256 amount)
    {
        amount = _escrowed(task);
        if (hasResult) amount -= task.aggregationFee;
        if (paidSeats != 0) amount -= task.evaluationFee / paidSeats * paidSeats;
    }

    function _totalOf(uint32[] memory weights) private pure returns (uint256 total) {
        for (uint256 index = 0; index < weights.length; ++index) {
            total += weights[index];
        }
    }
}
