// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";
import {ILearningPanel} from "../interfaces/ILearningPanel.sol";
import {ILearningRegistry} from "../interfaces/ILearningRegistry.sol";
import {ILedger} from "../interfaces/ILedger.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {LearningRound, LearningTask, Participant, Proposal, RoundStatus} from "../interfaces/LearningTypes.sol";
import {LearningPanel} from "../LearningPanel.sol";
import {LearningHash} from "../libraries/LearningHash.sol";
import {SaltedEIP712} from "../libraries/SaltedEIP712.sol";
import {LearningPhases} from "./LearningPhases.sol";

/// @title LearningRounds
/// @notice What every part of the {LearningRegistry} shares: its storage, and the opening of a task.
/// @dev Storage, all by task id; the task itself is passed again with every call and known by its hash:
/// - `_rounds`: three slots, laid out in {LearningRound}.
/// - `_participants`: index => three slots, as {Participant}.
/// - `_firstOf`: update root => place of its earliest commitment that was revealed, plus one.
/// - `_proposals`: result root => one slot, as {Proposal}.
/// - `entryOf`: agent id => its place, plus one.
/// - `hasCommitted`: owner => whether one of its agents has.
/// - `_weights`: what each participant is paid by, eight to a slot; written when the round is settled.
///
/// What the round owes is held by the ledger for this contract: reward and fees, less what was credited.
abstract contract LearningRounds is ILearningRegistry, SaltedEIP712, LearningPhases {
    using LearningHash for LearningTask;

    /// @notice Most participants: a mask of them fits 64 bits, and a challenge the size of a transaction.
    uint256 public constant MAX_PARTICIPANTS = MASK_BITS;
    /// @notice Most evaluators on a panel.
    uint256 public constant MAX_PANEL = 15;
    /// @notice Most coordinates in a chunk. With a path of 24 steps, {MAX_PARTICIPANTS} of them make a challenge of 123
    /// of the 128 KiB that nodes pass on.
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
    /// @inheritdoc ILearningRegistry
    ILearningPanel public immutable panel;

    mapping(bytes32 id => LearningRound) internal _rounds;
    mapping(bytes32 id => mapping(uint256 index => Participant)) internal _participants;
    mapping(bytes32 id => mapping(bytes32 updateRoot => uint256)) internal _firstOf;
    mapping(bytes32 id => mapping(bytes32 resultRoot => Proposal)) internal _proposals;
    /// @inheritdoc ILearningRegistry
    mapping(bytes32 id => mapping(uint256 agentId => uint256)) public entryOf;
    /// @inheritdoc ILearningRegistry
    mapping(bytes32 id => mapping(address owner => bool)) public hasCommitted;
    mapping(bytes32 id => uint32[]) internal _weights;

    constructor(ILedger ledger_, IStakeVault vault_, IIdentityRegistry identityRegistry_, bytes32 salt)
        SaltedEIP712(salt)
    {
        require(ledger_.isModule(address(this)), NotLedgerModule(address(ledger_), address(this)));
        address vaultRegistry = address(vault_.identityRegistry());
        require(vaultRegistry == address(identityRegistry_), RegistryMismatch(vaultRegistry, address(identityRegistry_)));
        ledger = ledger_;
        vault = vault_;
        identityRegistry = identityRegistry_;
        panel = new LearningPanel(this, vault_, identityRegistry_, salt);
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

    /// @dev The caller's agent and its owner.
    function _requireBound() internal view returns (uint64 agentId, address owner) {
        (agentId,, owner) = identityRegistry.bindingOf(msg.sender);
        require(agentId != 0, NotBound(msg.sender));
    }

    /// @dev What was escrowed with a task.
    function _escrowed(LearningTask calldata task) internal pure returns (uint256) {
        return uint256(task.reward) + task.evaluationFee + task.aggregationFee;
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
