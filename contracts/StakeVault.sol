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
/// - `_positions`: key of agent id, depositor and module => two slots. First, which is all that locking touches:
///   staked (13 bytes), locked (13), availableAt (6). Second: queued (13), not 0 exactly when availableAt is not.
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
        uint104 queued;
    }

    address private constant BURNED = 0x000000000000000000000000000000000000dEaD;

    /// @inheritdoc IStakeVault
    IERC20 public immutable stakeToken;
    /// @inheritdoc IStakeVault
    IIdentityRegistry public immutable identityRegistry;

    mapping(bytes32 key => Position) private _positions;
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
        _requireUsable(module);
        stakeToken.receiveExactly(msg.sender, amount);
        Position storage position = _position(agentId, msg.sender, module);
        uint256 staked = position.staked + amount;
        require(staked <= type(uint104).max, StakeTooLarge(amount));
        position.staked = uint104(staked);
        emit Staked(agentId, msg.sender, module, amount);
    }

    /// @inheritdoc IStakeVault
    function requestWithdrawal(uint256 agentId, address module, uint256 amount) external {
        Position storage position = _position(agentId, msg.sender, module);
        require(
            amount <= position.staked, NotStaked(agentId, msg.sender, module, position.staked, amount)
        );
        uint256 availableAt = amount == 0 ? 0 : block.timestamp + Periods.STAKE_WITHDRAWAL;
        position.queued = uint104(amount);
        position.availableAt = uint48(availableAt);
        emit WithdrawalRequested(agentId, msg.sender, module, amount, availableAt);
    }

    /// @inheritdoc IStakeVault
    function withdraw(uint256 agentId, address module, address to) external nonReentrant {
        _requireUsable(to);
        Position storage position = _position(agentId, msg.sender, module);
        (uint104 queued, uint48 availableAt) = (position.queued, position.availableAt);
        uint104 amount = uint104(Math.min(queued, position.staked - position.locked));
        require(amount != 0, NothingToWithdraw(msg.sender));
        require(block.timestamp >= availableAt, WithdrawalNotReady(availableAt, block.timestamp));

        position.staked -= amount;
        position.queued = queued - amount;
        if (queued == amount) position.availableAt = 0;
        emit Withdrawn(agentId, msg.sender, module, to, amount);
        stakeToken.sendExactly(to, amount);
    }

    /// @inheritdoc IStakeVault
    function claim(address to) external nonReentrant {
        _requireUsable(to);
        uint256 amount = claimable[msg.sender];
        require(amount != 0, NothingToWithdraw(msg.sender));
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
        Position storage position = _position(agentId, depositor, msg.sender);
        uint256 free = _free(position);
        require(amount <= free, InsufficientStake(agentId, depositor, msg.sender, free, amount));
        position.locked += uint104(amount);
    }

    /// @inheritdoc IStakeVault
    function unlock(uint256 agentId, address depositor, uint256 amount) external {
        Position storage position = _position(agentId, depositor, msg.sender);
        uint104 locked = position.locked;
        require(amount <= locked, NotLocked(agentId, depositor, msg.sender, locked, amount));
        position.locked = locked - uint104(amount);
    }

    /// @inheritdoc IStakeVault
    function slash(uint256 agentId, address depositor, uint256 amount, address harmed) external {
        Position storage position = _position(agentId, depositor, msg.sender);
        (uint104 staked, uint104 locked, uint104 queued) = (position.staked, position.locked, position.queued);
        require(amount <= locked, NotLocked(agentId, depositor, msg.sender, locked, amount));
        staked -= uint104(amount);
        (position.staked, position.locked) = (staked, locked - uint104(amount));
        if (queued > staked) {
            position.queued = staked;
            if (staked == 0) position.availableAt = 0;
        }

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
        Position storage position = _position(agentId, depositor, module);
        return (position.staked, position.locked, position.queued, position.availableAt);
    }

    /// @inheritdoc IStakeVault
    function freeStake(uint256 agentId, address depositor, address module) external view returns (uint256) {
        return _free(_position(agentId, depositor, module));
    }

    /// @inheritdoc IStakeVault
    function withdrawalDelay() external pure returns (uint32) {
        return Periods.STAKE_WITHDRAWAL;
    }

    /// @dev Reads the second slot only when something is queued.
    function _free(Position storage position) private view returns (uint256 free) {
        free = position.staked - position.locked;
        if (position.availableAt != 0) free = Math.saturatingSub(free, position.queued);
    }

    function _position(uint256 agentId, address depositor, address module) private view returns (Position storage) {
        return _positions[keccak256(abi.encode(agentId, depositor, module))];
    }

    function _requireUsable(address account) private view {
        require(account != address(0) && account != address(this), InvalidRecipient(account));
    }
}
