// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {IStakeVault} from "./interfaces/IStakeVault.sol";
import {ExactTransfer} from "./libraries/ExactTransfer.sol";

/// @title StakeVault
/// @notice See {IStakeVault}. Nobody administers it.
/// @dev Storage:
/// - `isModuleApproved`: depositor => module => whether it may lock.
/// - `_lastPositionId`: number of positions made so far.
/// - `_positionIds`: agent id => depositor => position id, 0 when there is none.
/// - `_positions`: position id => three slots. First: free (16 bytes), locked (16). Second: queued (16),
///   availableAt (8). Third, written once: depositor (20), agentId (12).
/// - `_locks`: module => lock id => one slot: positionId (8 bytes), amount (16), status (1).
///
/// Positions are numbered so that a lock, which every agreement pays for, fits one slot. What is staked is divided
/// into free, locked and queued; their sum fits 128 bits, so nothing that goes from one to another can overflow.
contract StakeVault is IStakeVault, ReentrancyGuardTransient {
    using ExactTransfer for IERC20;
    using SafeCast for uint256;

    struct Position {
        uint128 free;
        uint128 locked;
        uint128 queued;
        uint64 availableAt;
        address depositor;
        uint96 agentId;
    }

    struct Lock {
        uint64 positionId;
        uint128 amount;
        LockStatus status;
    }

    /// @inheritdoc IStakeVault
    IERC20 public immutable stakeToken;
    /// @inheritdoc IStakeVault
    IIdentityRegistry public immutable identityRegistry;
    /// @inheritdoc IStakeVault
    uint32 public immutable withdrawalDelay;

    /// @inheritdoc IStakeVault
    mapping(address depositor => mapping(address module => bool)) public isModuleApproved;
    uint64 private _lastPositionId;
    mapping(uint256 agentId => mapping(address depositor => uint64)) private _positionIds;
    mapping(uint64 positionId => Position) private _positions;
    mapping(address module => mapping(bytes32 lockId => Lock)) private _locks;

    /// @param stakeToken_ The token to stake.
    /// @param identityRegistry_ The registry that says who owns an agent.
    /// @param withdrawalDelay_ Seconds between asking for a withdrawal and taking it.
    constructor(IERC20 stakeToken_, IIdentityRegistry identityRegistry_, uint32 withdrawalDelay_) {
        stakeToken = stakeToken_;
        identityRegistry = identityRegistry_;
        withdrawalDelay = withdrawalDelay_;
    }

    /// @inheritdoc IStakeVault
    function stake(uint256 agentId, uint256 amount) external nonReentrant {
        require(identityRegistry.ownerOf(agentId) == msg.sender, NotAgentOwner(msg.sender, agentId));
        require(amount != 0, ZeroAmount());
        stakeToken.receiveExactly(msg.sender, amount);
        Position storage position = _positions[_positionIdFor(agentId, msg.sender)];
        require(_staked(position) + amount <= type(uint128).max, StakeTooLarge(amount));
        position.free += uint128(amount);
        emit Staked(agentId, msg.sender, amount);
    }

    /// @inheritdoc IStakeVault
    function approveModule(address module, bool approved) external {
        isModuleApproved[msg.sender][module] = approved;
        emit ModuleApproved(msg.sender, module, approved);
    }

    /// @inheritdoc IStakeVault
    function requestWithdrawal(uint256 agentId, uint256 amount) external {
        Position storage position = _positions[_positionIds[agentId][msg.sender]];
        uint128 unlocked = position.free + position.queued;
        require(amount <= unlocked, InsufficientStake(agentId, msg.sender, unlocked, amount));
        uint256 availableAt = amount == 0 ? 0 : block.timestamp + withdrawalDelay;
        position.free = unlocked - uint128(amount);
        position.queued = uint128(amount);
        position.availableAt = uint64(availableAt);
        emit WithdrawalRequested(agentId, msg.sender, amount, availableAt);
    }

    /// @inheritdoc IStakeVault
    function withdraw(uint256 agentId, address to) external nonReentrant {
        require(to != address(0) && to != address(this), InvalidRecipient(to));
        Position storage position = _positions[_positionIds[agentId][msg.sender]];
        (uint128 amount, uint64 availableAt) = (position.queued, position.availableAt);
        require(amount != 0, NothingToWithdraw(agentId, msg.sender));
        require(block.timestamp >= availableAt, WithdrawalNotReady(availableAt, block.timestamp));

        position.queued = 0;
        position.availableAt = 0;
        emit Withdrawn(agentId, msg.sender, to, amount);
        stakeToken.sendExactly(to, amount);
    }

    /// @inheritdoc IStakeVault
    function lock(bytes32 lockId, uint256 agentId, uint256 amount) external {
        address depositor = identityRegistry.ownerOf(agentId);
        require(isModuleApproved[depositor][msg.sender], ModuleNotApproved(depositor, msg.sender));
        require(amount != 0, ZeroAmount());
        require(_locks[msg.sender][lockId].status == LockStatus.None, LockExists(msg.sender, lockId));
        uint64 positionId = _positionIds[agentId][depositor];
        Position storage position = _positions[positionId];
        uint128 free = position.free;
        require(amount <= free, InsufficientStake(agentId, depositor, free, amount));

        position.free = free - uint128(amount);
        position.locked += uint128(amount);
        _locks[msg.sender][lockId] = Lock(positionId, uint128(amount), LockStatus.Live);
        emit Locked(agentId, msg.sender, lockId, depositor, amount);
    }

    /// @inheritdoc IStakeVault
    function unlock(bytes32 lockId) external {
        Lock storage entry = _locks[msg.sender][lockId];
        require(entry.status == LockStatus.Live, NoLiveLock(msg.sender, lockId));
        entry.status = LockStatus.Released;
        Position storage position = _positions[entry.positionId];
        uint128 amount = entry.amount;
        position.locked -= amount;
        position.free += amount;
        emit Unlocked(position.agentId, msg.sender, lockId, position.depositor, amount);
    }

    /// @inheritdoc IStakeVault
    function positionOf(uint256 agentId, address depositor)
        external
        view
        returns (uint128 staked, uint128 locked, uint128 queued, uint64 availableAt)
    {
        Position storage position = _positions[_positionIds[agentId][depositor]];
        return (uint128(_staked(position)), position.locked, position.queued, position.availableAt);
    }

    /// @inheritdoc IStakeVault
    function freeStake(uint256 agentId) external view returns (uint256) {
        return _positions[_positionIds[agentId][identityRegistry.ownerOf(agentId)]].free;
    }

    /// @inheritdoc IStakeVault
    function lockOf(address module, bytes32 lockId)
        external
        view
        returns (uint256 agentId, address depositor, uint128 amount, LockStatus status)
    {
        Lock storage entry = _locks[module][lockId];
        Position storage position = _positions[entry.positionId];
        return (position.agentId, position.depositor, entry.amount, entry.status);
    }

    /// @dev The caller's position in the agent, made on first use. Number 0 is never given: it is the empty position
    /// of everybody who has none.
    function _positionIdFor(uint256 agentId, address depositor) private returns (uint64 positionId) {
        positionId = _positionIds[agentId][depositor];
        if (positionId == 0) {
            positionId = ++_lastPositionId;
            _positionIds[agentId][depositor] = positionId;
            _positions[positionId].depositor = depositor;
            _positions[positionId].agentId = agentId.toUint96();
        }
    }

    function _staked(Position storage position) private view returns (uint256) {
        return uint256(position.free) + position.locked + position.queued;
    }
}
