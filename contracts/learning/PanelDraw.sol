// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";
import {ILearningPanel} from "../interfaces/ILearningPanel.sol";
import {ILearningRegistry} from "../interfaces/ILearningRegistry.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {LearningRound, LearningTask, Lot, PanelState, RoundStatus, Seat} from "../interfaces/LearningTypes.sol";
import {Draw} from "../libraries/Draw.sol";
import {SaltedEIP712} from "../libraries/SaltedEIP712.sol";
import {LearningPhases} from "./LearningPhases.sol";

/// @title PanelDraw
/// @notice What every part of the {LearningPanel} shares: its storage, and how evaluators come to their seats and go.
/// @dev Storage, all by task id:
/// - `_panels`: three slots, laid out in {PanelState}.
/// - `_lots`: lot => two slots, as {Lot}.
/// - `_seats`: seat => two slots and the scores, as {Seat}.
/// - `entryOf`: agent id => its lot, plus one.
/// - `hasEnlisted`: owner => whether one of its agents has.
abstract contract PanelDraw is ILearningPanel, SaltedEIP712, LearningPhases {
    using Draw for uint256;

    /// @dev The chain forgets older hashes.
    uint256 private constant BLOCK_HASHES = 256;

    /// @inheritdoc ILearningPanel
    ILearningRegistry public immutable registry;
    /// @inheritdoc ILearningPanel
    IStakeVault public immutable vault;
    /// @inheritdoc ILearningPanel
    IIdentityRegistry public immutable identityRegistry;

    mapping(bytes32 id => PanelState) internal _panels;
    mapping(bytes32 id => mapping(uint256 lot => Lot)) internal _lots;
    mapping(bytes32 id => mapping(uint256 seat => Seat)) internal _seats;
    /// @inheritdoc ILearningPanel
    mapping(bytes32 id => mapping(uint256 agentId => uint256)) public entryOf;
    /// @inheritdoc ILearningPanel
    mapping(bytes32 id => mapping(address owner => bool)) public hasEnlisted;

    constructor(ILearningRegistry registry_, IStakeVault vault_, IIdentityRegistry identityRegistry_, bytes32 salt)
        SaltedEIP712(salt)
    {
        registry = registry_;
        vault = vault_;
        identityRegistry = identityRegistry_;
    }

    /// @inheritdoc ILearningPanel
    function enlist(LearningTask calldata task) external returns (uint256 lot) {
        (bytes32 id,) = _open(task);
        _requireUntil(task.revealUntil);
        lot = _panels[id].lots;
        require(lot < type(uint16).max, RoundFull(type(uint16).max));
        (uint64 agentId,, address owner) = identityRegistry.bindingOf(msg.sender);
        require(agentId != 0, NotBound(msg.sender));
        require(entryOf[id][agentId] == 0, AlreadyEntered(agentId));
        _requireImpartial(id, task.requester, owner);

        entryOf[id][agentId] = lot + 1;
        hasEnlisted[id][owner] = true;
        _panels[id].lots = uint16(lot + 1);
        _lots[id][lot] = Lot(msg.sender, agentId, false, owner);
        emit Enlisted(id, agentId, lot, msg.sender, owner);
        vault.lock(agentId, owner, task.evaluatorStake);
    }

    /// @inheritdoc ILearningPanel
    function drawPanel(LearningTask calldata task) external {
        (bytes32 id, LearningRound memory round) = _open(task);
        _requirePhase(task.revealUntil, task.attestUntil);
        PanelState storage state = _panels[id];
        (uint256 lots, uint256 drawBlock) = (state.lots, state.drawBlock);
        require(state.seatCount == 0, AlreadyDrawn());
        uint256 seatCount = task.panel < lots ? task.panel : lots;
        require(seatCount != 0 && round.updates != 0, NothingToDraw());

        if (drawBlock == 0 || block.number > drawBlock + BLOCK_HASHES) {
            state.drawBlock = uint64(block.number);
            emit DrawAnnounced(id, block.number);
            return;
        }
        require(block.number > drawBlock, DrawPending(drawBlock));
        uint256 seats = Draw.sample(keccak256(abi.encode(id, blockhash(drawBlock))), seatCount, lots);
        (state.seatCount, state.seats) = (uint8(seatCount), seats);
        emit PanelDrawn(id, seats.lotsOf(seatCount));
    }

    /// @inheritdoc ILearningPanel
    function releaseLot(LearningTask calldata task, uint256 lot) external {
        bytes32 id = registry.idOf(task);
        Lot storage entry = _lots[id][lot];
        require(entry.agentId != 0, NotFound(lot));
        require(!entry.released && _isOut(task, id, lot), NotReleasable(lot));

        entry.released = true;
        emit LotReleased(id, entry.agentId, lot);
        vault.unlock(entry.agentId, entry.owner, task.evaluatorStake);
    }

    /// @inheritdoc ILearningPanel
    function closeSeat(LearningTask calldata task, uint256 seat) external {
        _requireAfter(task.closeAt);
        bytes32 id = registry.idOf(task);
        PanelState storage state = _panels[id];
        Lot storage lot = _evaluator(id, seat);
        require(!_has(state.closedSeats, seat), NotReleasable(seat));
        bool guilty = state.opened && !_seats[id][seat].answered;

        state.closedSeats |= uint16(1 << seat);
        emit SeatClosed(id, lot.agentId, seat, guilty);
        if (guilty) vault.slash(lot.agentId, lot.owner, task.evaluatorStake, task.requester);
        else vault.unlock(lot.agentId, lot.owner, task.evaluatorStake);
    }

    /// @inheritdoc ILearningPanel
    function panelOf(bytes32 id) external view returns (PanelState memory) {
        return _panels[id];
    }

    /// @inheritdoc ILearningPanel
    function lotOf(bytes32 id, uint256 lot) external view returns (Lot memory) {
        return _lots[id][lot];
    }

    /// @inheritdoc ILearningPanel
    function evaluatorOf(bytes32 id, uint256 seat) external view returns (Lot memory) {
        return _evaluator(id, seat);
    }

    /// @dev A task that is open, by its id, and what the registry knows of it.
    function _open(LearningTask calldata task) internal view returns (bytes32 id, LearningRound memory round) {
        id = registry.idOf(task);
        round = registry.roundOf(id);
        require(round.status == RoundStatus.Open, UnexpectedStatus(id, round.status, RoundStatus.Open));
    }

    /// @dev Who was drawn for a seat.
    function _evaluator(bytes32 id, uint256 seat) internal view returns (Lot storage) {
        require(seat < _panels[id].seatCount, NotFound(seat));
        return _lots[id][_panels[id].seats.lotAt(seat)];
    }

    /// @dev Neither the requester, nor the owner that it speaks for, nor a participant's.
    function _requireImpartial(bytes32 id, address requester, address owner) private view {
        (,, address requesterOwner) = identityRegistry.bindingOf(requester);
        bool partial_ = owner == requester || owner == requesterOwner || registry.hasCommitted(id, owner);
        require(!partial_, ConflictOfInterest(owner));
    }

    /// @dev Whether a lot can take no seat any more.
    function _isOut(LearningTask calldata task, bytes32 id, uint256 lot) private view returns (bool) {
        uint256 seatCount = _panels[id].seatCount;
        if (seatCount != 0) return !_panels[id].seats.hasSeat(seatCount, lot);
        return block.timestamp > task.attestUntil || registry.roundOf(id).status != RoundStatus.Open;
    }
}
