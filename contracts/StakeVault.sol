// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {IStakeVault} from "./interfaces/IStakeVault.sol";
import {ExactTransfer} from "./libraries/ExactTransfer.sol";
import {Periods} from "./libraries/Periods.sol";

/// @title StakeVault
/// @notice See {IStakeVault}. Nobody administers it.
/// @dev Storage:
/// - `_positions`: key of agent id, depositor and module => one slot: staked (13 bytes), locked (13), availableAt (6).
///   It is all that locking touches, and is read and written whole.
/// - `_queued`: the same key => minor units, not 0 exactly when availableAt is not.
/// - `claimable`: account => minor units.
/// - `toBurn`: minor units.
///
/// Modules call no token through this contract, so no token can stand in the way of what they do.
contract StakeVault is IStakeVault, ReentrancyGuardTransient {
    using ExactTransfer for IERC20;

    struct Position {
        uint104 staked;
        uint104 locked;
        uint48 availableAt;
    }

    address private constant BURNED = 0x000000000000000000000000000000000000dEaD;

    /// @inheritdoc IStakeVault
    IERC20 public immutable stakeToken;
    /// @inheritdoc IStakeVault
    IIdentityRegistry public immutable identityRegistry;

    mapping(bytes32 key => Position) private _positions;
    mapping(bytes32 key => uint256) private _queued;
    /// @inheritdoc IStakeVault
    mapping(address account => uint256) public claimable;
    /// @inheritdoc IStakeVault
    uint256 public toBurn;

    /// @param stakeToken_ The token to stake.
    /// @param identityRegistry_ The registry that says who owns an agent.
    constructor(IERC20 stakeToken_, IIdentityRegistry identityRegistry_) {
        stakeToken = stakeToken_;
        identityRegistry = identityRegistry_;
    }

    /// @inheritdoc IStakeVault
    function stake(uint256 agentId, address module, uint256 amount) external nonReentrant {
        require(identityRegistry.ownerOf(agentId) == msg.sender, NotAgentOwner(msg.sender, agentId));
        require(amount != 0, ZeroAmount());
        _requireRecipient(module);
        stakeToken.receiveExactly(msg.sender, amount);
        Position storage position = _positions[_key(agentId, msg.sender, module)];
        uint256 staked = position.staked + amount;
        require(staked <= type(uint104).max, StakeTooLarge(amount));
        position.staked = uint104(staked);
        emit Staked(agentId, msg.sender, module, amount);
    }

    /// @inheritdoc IStakeVault
    function requestUnstake(uint256 agentId, address module, uint256 amount) external {
        bytes32 key = _key(agentId, msg.sender, module);
        uint256 staked = _positions[key].staked;
        require(amount <= staked, NotStaked(agentId, msg.sender, module, staked, amount));
        uint256 availableAt = amount == 0 ? 0 : block.timestamp + Periods.STAKE_WITHDRAWAL;
        _queued[key] = amount;
        _positions[key].availableAt = uint48(availableAt);
        emit UnstakeRequested(agentId, msg.sender, module, amount, availableAt);
    }

    /// @inheritdoc IStakeVault
    function unstake(uint256 agentId, address module, address to) external nonReentrant {
        _requireRecipient(to);
        bytes32 key = _key(agentId, msg.sender, module);
        Position memory position = _positions[key];
        uint256 queued = _queued[key];
        uint256 amount = Math.min(queued, position.staked - position.locked);
        require(amount != 0, NothingToUnstake(msg.sender));
        uint256 availableAt = position.availableAt;
        require(block.timestamp >= availableAt, UnstakeNotReady(availableAt, block.timestamp));

        position.staked -= uint104(amount);
        _queue(key, position, queued - amount);
        _positions[key] = position;
        emit Unstaked(agentId, msg.sender, module, to, amount);
        stakeToken.sendExactly(to, amount);
    }

    /// @inheritdoc IStakeVault
    function claim(address to) external nonReentrant {
        _requireRecipient(to);
        uint256 amount = claimable[msg.sender];
        require(amount != 0, NothingToClaim(msg.sender));
        claimable[msg.sender] = 0;
        emit Claimed(msg.sender, to, amount);
        stakeToken.sendExactly(to, amount);
    }

    /// @inheritdoc IStakeVault
    function burn() external nonReentrant {
        uint256 amount = toBurn;
        require(amount != 0, ZeroAmount());
        toBurn = 0;
        emit Burned(amount);
        stakeToken.sendExactly(BURNED, amount);
    }

    /// @inheritdoc IStakeVault
    function lock(uint256 agentId, address depositor, uint256 amount) external {
        bytes32 key = _key(agentId, depositor, msg.sender);
        (uint256 free, uint256 locked) = _free(key);
        require(amount <= free, InsufficientStake(agentId, depositor, msg.sender, free, amount));
        unchecked {
            _positions[key].locked = uint104(locked + amount);
        }
    }

    /// @inheritdoc IStakeVault
    function unlock(uint256 agentId, address depositor, uint256 amount) external {
        _unlock(agentId, depositor, amount);
    }

    /// @inheritdoc IStakeVault
    function slash(uint256 agentId, address depositor, uint256 amount, address harmed) external {
        bytes32 key = _key(agentId, depositor, msg.sender);
        Position memory position = _positions[key];
        require(amount <= position.locked, NotLocked(agentId, depositor, msg.sender, position.locked, amount));
        position.staked -= uint104(amount);
        position.locked -= uint104(amount);
        if (_queued[key] > position.staked) _queue(key, position, position.staked);
        _positions[key] = position;

        uint256 compensation = amount / 2;
        uint256 burned = amount - compensation;
        claimable[harmed] += compensation;
        toBurn += burned;
        emit Slashed(agentId, depositor, msg.sender, harmed, burned, compensation);
    }

    /// @inheritdoc IStakeVault
    function positionOf(uint256 agentId, address depositor, address module)
        external
        view
        returns (uint128 staked, uint128 locked, uint128 queued, uint64 availableAt)
    {
        bytes32 key = _key(agentId, depositor, module);
        Position memory position = _positions[key];
        return (position.staked, position.locked, uint128(_queued[key]), position.availableAt);
    }

    /// @inheritdoc IStakeVault
    function freeStake(uint256 agentId, address depositor, address module) external view returns (uint256) {
        (uint256 free,) = _free(_key(agentId, depositor, module));
        return free;
    }

    /// @inheritdoc IStakeVault
    function unstakeDelay() external pure returns (uint32) {
        return Periods.STAKE_WITHDRAWAL;
    }

    /// @dev For the calling module.
    function _unlock(uint256 agentId, address depositor, uint256 amount) internal {
        Position storage position = _positions[_key(agentId, depositor, msg.sender)];
        uint256 locked = position.locked;
        require(amount <= locked, NotLocked(agentId, depositor, msg.sender, locked, amount));
        unchecked {
            position.locked = uint104(locked - amount);
        }
    }

    /// @dev Changes what is queued; the position is the caller's to write.
    function _queue(bytes32 key, Position memory position, uint256 queued) private {
        _queued[key] = queued;
        if (queued == 0) position.availableAt = 0;
    }

    /// @dev What is free to lock, and what is locked. Reads the queue only when something is queued.
    function _free(bytes32 key) private view returns (uint256 free, uint256 locked) {
        Position storage position = _positions[key];
        uint256 staked = position.staked;
        locked = position.locked;
        bool isQueued = position.availableAt != 0;
        unchecked {
            free = staked - locked;
        }
        if (isQueued) free = Math.saturatingSub(free, _queued[key]);
    }

    function _key(uint256 agentId, address depositor, address module) private pure returns (bytes32) {
        return keccak256(abi.encode(agentId, depositor, module));
    }

    function _requireRecipient(address account) private view {
        require(account != address(0) && account != address(this), InvalidRecipient(account));
    }
}
