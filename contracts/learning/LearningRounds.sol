// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILearningRegistry} from "../interfaces/ILearningRegistry.sol";
import {IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";
import {ILedger} from "../interfaces/ILedger.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {
    LearningRound,
    LearningTask,
    Lot,
    Participant,
    Proposal,
    RoundStatus,
    Seat
} from "../interfaces/LearningTypes.sol";
import {LearningHash} from "../libraries/LearningHash.sol";
import {SaltedEIP712} from "../libraries/SaltedEIP712.sol";

/// @title LearningRounds
/// @notice What every part of the {LearningRegistry} shares: storage, phases, and the opening of a task.
/// @dev Storage, all by task id; the task itself is passed again with every call and known by its hash:
/// - `_rounds`: seven slots, laid out in {LearningRound}.
/// - `_participants`: index => three slots, as {Participant}.
/// - `_firstOf`: update root => place of its earliest commitment that was revealed, plus one.
/// - `_lots`: lot => two slots, as {Lot}.
/// - `_seats`: seat => two slots and the scores, as {Seat}.
/// - `_proposals`: result root => one slot, as {Proposal}.
/// - `_entries`: agent id => its place or its lot, plus one.
/// - `_sides`: owner => on which side of the round its agents stand.
/// - `_weights`: what each participant is paid by, eight to a slot; written when the round is settled.
///
/// What the round owes is held by the ledger for this contract: reward and fees, less what was credited.
abstract contract LearningRounds is ILearningRegistry, SaltedEIP712 {
    using LearningHash for LearningTask;

    enum Side {
        None,
        Participant,
        Evaluator
    }

    /// @notice Most participants: a mask of them fits 64 bits, and a challenge the gas and size of a transaction.
    uint256 public constant MAX_PARTICIPANTS = 64;
    /// @notice Most evaluators on a panel.
    uint256 public constant MAX_PANEL = 15;
    /// @notice Most coordinates in a chunk.
    uint256 public constant MAX_CHUNK_SIZE = 256;
    /// @notice Shortest phase, in seconds. It keeps phases apart; whether one is long enough to train, or to answer
    /// over this chain, is for those to judge who enter.
    uint64 public constant MIN_PHASE = 10 seconds;
    /// @notice Longest time, in seconds, from opening a task to the end of its last phase.
    uint64 public constant MAX_ROUND = 30 days;

    /// @inheritdoc ILearningRegistry
    ILedger public immutable ledger;
    /// @inheritdoc ILearningRegistry
    IStakeVault public immutable vault;
    /// @inheritdoc ILearningRegistry
    IIdentityRegistry public immutable identityRegistry;

    mapping(bytes32 id => LearningRound) internal _rounds;
    mapping(bytes32 id => mapping(uint256 index => Participant)) internal _participants;
    mapping(bytes32 id => mapping(bytes32 updateRoot => uint256)) internal _firstOf;
    mapping(bytes32 id => mapping(uint256 lot => Lot)) internal _lots;
    mapping(bytes32 id => mapping(uint256 seat => Seat)) internal _seats;
    mapping(bytes32 id => mapping(bytes32 resultRoot => Proposal)) internal _proposals;
    mapping(bytes32 id => mapping(uint256 agentId => uint256)) internal _entries;
    mapping(bytes32 id => mapping(address owner => Side)) internal _sides;
    mapping(bytes32 id => uint32[]) internal _weights;

    /// @param ledger_ The ledger, deployed before with this contract's address among its modules.
    /// @param vault_ The stake vault, over the same registry.
    /// @param identityRegistry_ The identity registry.
    /// @param salt Random bytes, new for every deployment.
    constructor(ILedger ledger_, IStakeVault vault_, IIdentityRegistry identityRegistry_, bytes32 salt)
        SaltedEIP712(salt)
    {
        require(ledger_.isModule(address(this)), NotLedgerModule(address(ledger_), address(this)));
        address vaultRegistry = address(vault_.identityRegistry());
        require(vaultRegistry == address(identityRegistry_), RegistryMismatch(vaultRegistry, address(identityRegistry_)));
        ledger = ledger_;
        vault = vault_;
        identityRegistry = identityRegistry_;
    }

    /// @inheritdoc ILearningRegistry
    function openTask(LearningTask calldata task) external returns (bytes32 id) {
        id = _requireStatus(task, RoundStatus.None);
        require(msg.sender == task.requester, NotRequester(msg.sender, task.requester));
        _checkTerms(task);
        _checkSchedule(task);

        _rounds[id].status = RoundStatus.Open;
        emit TaskOpened(id, task.requester, task);
        ledger.take(task.token, task.requester, _escrowed(task));
    }

    /// @inheritdoc ILearningRegistry
    function cancelTask(LearningTask calldata task) external {
        bytes32 id = _requireStatus(task, RoundStatus.Open);
        require(msg.sender == task.requester, NotRequester(msg.sender, task.requester));
        uint256 participants = _rounds[id].participants;
        require(participants == 0, AlreadyCommitted(participants));

        _rounds[id].status = RoundStatus.Cancelled;
        emit TaskCancelled(id);
        ledger.give(task.token, task.requester, _escrowed(task), 0);
    }

    /// @inheritdoc ILearningRegistry
    function idOf(LearningTask calldata task) public view returns (bytes32) {
        return _digest(task.hash());
    }

    /// @dev The id of a task that is in the given state.
    function _requireStatus(LearningTask calldata task, RoundStatus required) internal view returns (bytes32 id) {
        id = idOf(task);
        RoundStatus actual = _rounds[id].status;
        require(actual == required, UnexpectedStatus(id, actual, required));
    }

    /// @dev A phase begins after the last second of the one before.
    function _requirePhase(uint256 from, uint256 until) internal view {
        _requireAfter(from);
        require(block.timestamp <= until, TooLate(until, block.timestamp));
    }

    function _requireAfter(uint256 from) internal view {
        require(block.timestamp > from, TooEarly(from, block.timestamp));
    }

    /// @dev Enters the caller's agent into the round, on one side of it.
    function _enter(bytes32 id, uint256 place, Side side) internal returns (uint64 agentId, address owner) {
        (agentId,, owner) = identityRegistry.bindingOf(msg.sender);
        require(agentId != 0, NotBound(msg.sender));
        require(_entries[id][agentId] == 0, AlreadyEntered(agentId));
        Side other = _sides[id][owner];
        require(other == Side.None || other == side, ConflictOfInterest(owner));
        _entries[id][agentId] = place + 1;
        _sides[id][owner] = side;
    }

    /// @dev What was escrowed with a task.
    function _escrowed(LearningTask calldata task) internal pure returns (uint256) {
        return uint256(task.reward) + task.evaluationFee + task.aggregationFee;
    }

    /// @dev Which updates count: those that more than half of the attesting seats have, unless no more than half of
    /// the panel attests, or no update would be left.
    function _counted(bytes32 id, LearningRound storage round) internal view returns (uint64 counted) {
        (uint256 panel, uint64 updates, uint256 attesters) = (round.seatCount, round.updates, 0);
        uint256[] memory masks = new uint256[](panel);
        for (uint256 i = 0; i < panel; ++i) {
            Seat storage seat = _seats[id][i];
            if (seat.attested) masks[attesters++] = seat.available;
        }
        if (attesters * 2 <= panel) return updates;
        for (uint256 index = 0; index < MAX_PARTICIPANTS; ++index) {
            if (!_has(updates, index)) continue;
            uint256 votes;
            for (uint256 i = 0; i < attesters; ++i) {
                votes += (masks[i] >> index) & 1;
            }
            if (votes * 2 > attesters) counted |= uint64(1 << index);
        }
        if (counted == 0) return updates;
    }

    /// @dev Whether a mask has a bit.
    function _has(uint256 mask, uint256 index) internal pure returns (bool) {
        return (mask >> index) & 1 == 1;
    }

    function _checkTerms(LearningTask calldata task) private pure {
        require(task.reward != 0 && task.participantStake != 0 && task.evaluatorStake != 0, ZeroAmount());
        require(
            task.maxParticipants != 0 && task.maxParticipants <= MAX_PARTICIPANTS,
            InvalidParticipants(task.maxParticipants, MAX_PARTICIPANTS)
        );
        require(task.panel <= MAX_PANEL, InvalidPanel(task.panel, MAX_PANEL));
        require(
            task.dimension != 0 && task.chunkSize != 0 && task.chunkSize <= MAX_CHUNK_SIZE,
            InvalidShape(task.dimension, task.chunkSize)
        );
        require(task.clip != 0 && task.clip <= uint32(type(int32).max), InvalidClip(task.clip));
        require(uint256(task.trim) * 2 < task.maxParticipants, InvalidTrim(task.trim, task.maxParticipants));
    }

    function _checkSchedule(LearningTask calldata task) private view {
        _checkPhase(block.timestamp, task.commitUntil);
        _checkPhase(task.commitUntil, task.revealUntil);
        _checkPhase(task.revealUntil, task.attestUntil);
        _checkPhase(task.attestUntil, task.scoreUntil);
        _checkPhase(task.scoreUntil, task.closeAt);
    }

    function _checkPhase(uint256 from, uint256 until) private view {
        uint256 latest = block.timestamp + MAX_ROUND;
        require(until >= from + MIN_PHASE && until <= latest, InvalidSchedule(from, until, latest));
    }
}
