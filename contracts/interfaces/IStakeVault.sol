// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IIdentityRegistry} from "./IIdentityRegistry.sol";

/// @title Stake behind agents
/// @notice An agent's owner stakes tokens behind it; modules that the owner approved lock parts of the stake while
/// the agent is answerable for something.
///
/// Stake belongs to who deposited it. A position is that of one depositor in one agent; when the identity token is
/// transferred, the former owner keeps its position and the agent starts with what its new owner has staked.
/// Always: locked + queued <= staked.
interface IStakeVault {
    /// @notice What became of a lock.
    enum LockStatus {
        None,
        Live,
        Released
    }

    /// @notice Emitted when stake came in.
    event Staked(uint256 indexed agentId, address indexed depositor, uint256 amount);
    /// @notice Emitted when a depositor lets a module lock its stake, or no longer does.
    event ModuleApproved(address indexed depositor, address indexed module, bool approved);
    /// @notice Emitted when a withdrawal is queued; amount 0 says that it was cancelled.
    event WithdrawalRequested(
        uint256 indexed agentId, address indexed depositor, uint256 amount, uint256 availableAt
    );
    /// @notice Emitted when stake went out.
    event Withdrawn(uint256 indexed agentId, address indexed depositor, address to, uint256 amount);
    /// @notice Emitted when a module locked stake.
    event Locked(
        uint256 indexed agentId, address indexed module, bytes32 indexed lockId, address depositor, uint256 amount
    );
    /// @notice Emitted when a module released what it had locked.
    event Unlocked(
        uint256 indexed agentId, address indexed module, bytes32 indexed lockId, address depositor, uint256 amount
    );

    /// @notice Thrown when an account stakes behind an agent that it does not own.
    error NotAgentOwner(address caller, uint256 agentId);
    /// @notice Thrown when a stake or a lock of nothing is asked for.
    error ZeroAmount();
    /// @notice Thrown when a position would grow beyond 128 bits.
    error StakeTooLarge(uint256 amount);
    /// @notice Thrown when a withdrawal would go to the zero address or to this contract.
    error InvalidRecipient(address to);
    /// @notice Thrown when the depositor did not approve the module that wants to lock.
    error ModuleNotApproved(address depositor, address module);
    /// @notice Thrown when less is free than is to be locked or withdrawn.
    error InsufficientStake(uint256 agentId, address depositor, uint256 available, uint256 needed);
    /// @notice Thrown when a module uses an id a second time.
    error LockExists(address module, bytes32 lockId);
    /// @notice Thrown when a module releases what it has not locked, or has released already.
    error NoLiveLock(address module, bytes32 lockId);
    /// @notice Thrown when nothing is queued.
    error NothingToWithdraw(uint256 agentId, address depositor);
    /// @notice Thrown when a withdrawal is taken before its delay is over.
    error WithdrawalNotReady(uint256 availableAt, uint256 timestamp);

    /// @notice The token that is staked.
    function stakeToken() external view returns (IERC20);

    /// @notice The registry that says who owns an agent.
    function identityRegistry() external view returns (IIdentityRegistry);

    /// @notice Seconds between asking for a withdrawal and taking it.
    function withdrawalDelay() external view returns (uint32);

    /// @notice A depositor's position in an agent.
    /// @return staked Minor units deposited and not withdrawn.
    /// @return locked Of these, locked by modules.
    /// @return queued Of these, asked back and no longer lockable.
    /// @return availableAt The first second (Unix time) at which the queued part may be taken.
    function positionOf(uint256 agentId, address depositor)
        external
        view
        returns (uint128 staked, uint128 locked, uint128 queued, uint64 availableAt);

    /// @notice What could be locked now: the present owner's staked - locked - queued.
    /// @dev Reverts for an agent that does not exist.
    function freeStake(uint256 agentId) external view returns (uint256);

    /// @notice Whether a depositor lets a module lock its stake.
    function isModuleApproved(address depositor, address module) external view returns (bool);

    /// @notice A lock.
    /// @return agentId The agent it counts for.
    /// @return depositor Whose stake it locks.
    /// @return amount Minor units, also after the release.
    /// @return status Whether it is live.
    function lockOf(address module, bytes32 lockId)
        external
        view
        returns (uint256 agentId, address depositor, uint128 amount, LockStatus status);

    /// @notice Stakes behind an agent. Only its owner, who has approved this contract for the tokens.
    /// @param agentId The agent.
    /// @param amount Minor units of the stake token; exactly this must arrive.
    function stake(uint256 agentId, uint256 amount) external;

    /// @notice Lets a module lock the caller's stake, in all its positions, or ends that for new locks.
    /// @param module The module; read its code first, it decides alone when a lock ends.
    /// @param approved True to let it, false to end it. Live locks stay.
    function approveModule(address module, bool approved) external;

    /// @notice Queues a withdrawal from the caller's position. It replaces the one before and restarts the delay.
    /// @param agentId The agent.
    /// @param amount Minor units, at most staked - locked; 0 cancels.
    function requestWithdrawal(uint256 agentId, uint256 amount) external;

    /// @notice Pays out what the caller queued.
    /// @param agentId The agent.
    /// @param to Who receives it.
    function withdraw(uint256 agentId, address to) external;

    /// @notice Locks stake of the agent's present owner, who has approved the calling module.
    /// @param lockId The module's id for the lock; each id serves once.
    /// @param agentId The agent.
    /// @param amount Minor units, at most {freeStake}.
    function lock(bytes32 lockId, uint256 agentId, uint256 amount) external;

    /// @notice Releases a lock of the calling module. Never fails for a live one.
    /// @param lockId The id it was locked under.
    function unlock(bytes32 lockId) external;
}
