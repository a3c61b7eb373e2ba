// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IIdentityRegistry} from "./IIdentityRegistry.sol";

/// @title Stake behind agents
/// @notice An agent's owner stakes tokens behind it, for one module: a contract that locks parts of the stake while
/// the agent is answerable for something, and can have them slashed.
///
/// A position is (agent, depositor, module). Staking for a module is the consent to it: no module reaches what was
/// staked for another, and nobody can add a module over a staker's head. Stake belongs to who deposited it: when the
/// identity token is transferred, the former owner keeps its position, and the agent starts with what its new owner
/// stakes.
///
/// Always: locked <= staked. Whoever asks its stake back may ask for all of it at once; what is queued can no longer
/// be locked, and as far as it is still locked it can be slashed, and does not leave.
interface IStakeVault {
    /// @notice Emitted when stake came in.
    event Staked(uint256 indexed agentId, address indexed depositor, address indexed module, uint256 amount);
    /// @notice Emitted when a withdrawal is queued; amount 0 says that it was cancelled.
    event UnstakeRequested(
        uint256 indexed agentId,
        address indexed depositor,
        address indexed module,
        uint256 amount,
        uint256 availableAt
    );
    /// @notice Emitted when stake went out.
    event Unstaked(
        uint256 indexed agentId, address indexed depositor, address indexed module, address to, uint256 amount
    );
    /// @notice Emitted when stake was slashed: `burned` is lost, `compensation` is the harmed account's to claim.
    event Slashed(
        uint256 indexed agentId,
        address indexed depositor,
        address indexed module,
        address harmed,
        uint256 burned,
        uint256 compensation
    );
    /// @notice Emitted when slashed stake left for the address that nobody has a key of.
    event Burned(uint256 amount);
    /// @notice Emitted when a harmed account took its compensation.
    event Claimed(address indexed account, address to, uint256 amount);

    /// @notice Thrown when an account stakes behind an agent that it does not own.
    error NotAgentOwner(address caller, uint256 agentId);
    /// @notice Thrown when nothing is staked, or nothing is there to burn.
    error ZeroAmount();
    /// @notice Thrown when a position would grow beyond 104 bits.
    error StakeTooLarge(uint256 amount);
    /// @notice Thrown when stake would be put up for, or go to, the zero address or this contract.
    error InvalidRecipient(address to);
    /// @notice Thrown when less is free than is to be locked.
    error InsufficientStake(uint256 agentId, address depositor, address module, uint256 available, uint256 needed);
    /// @notice Thrown when a module would unlock or slash more than it has locked.
    error NotLocked(uint256 agentId, address depositor, address module, uint256 locked, uint256 amount);
    /// @notice Thrown when more is asked back than is staked.
    error NotStaked(uint256 agentId, address depositor, address module, uint256 staked, uint256 amount);
    /// @notice Thrown when nothing is queued, or all that is queued is still locked.
    error NothingToUnstake(address account);
    /// @notice Thrown when an account has no compensation to claim.
    error NothingToClaim(address account);
    /// @notice Thrown when a withdrawal is taken before its delay is over.
    error UnstakeNotReady(uint256 availableAt, uint256 timestamp);

    /// @notice The token that is staked.
    function stakeToken() external view returns (IERC20);

    /// @notice The registry that says who owns an agent.
    function identityRegistry() external view returns (IIdentityRegistry);

    /// @notice Seconds between asking for a withdrawal and taking it.
    function unstakeDelay() external view returns (uint32);

    /// @notice A position.
    /// @return staked Minor units deposited, and neither withdrawn nor slashed.
    /// @return locked Of these, locked by the module.
    /// @return queued Of these, asked back.
    /// @return availableAt The first second (Unix time) at which the queued part may be taken, 0 when none is.
    function positionOf(uint256 agentId, address depositor, address module)
        external
        view
        returns (uint128 staked, uint128 locked, uint128 queued, uint64 availableAt);

    /// @notice What the module could lock now: staked - locked - queued, and not less than 0.
    function freeStake(uint256 agentId, address depositor, address module) external view returns (uint256);

    /// @notice What slashing left an account to claim, in minor units.
    function claimable(address account) external view returns (uint256);

    /// @notice What was slashed and has not left yet, in minor units.
    function toBurn() external view returns (uint256);

    /// @notice Stakes behind an agent, for a module. Only the agent's owner, who has approved this contract for the
    /// tokens.
    /// @param agentId The agent.
    /// @param module What may lock it; read its code first, it alone decides what is a fault.
    /// @param amount Minor units of the stake token; exactly this must arrive.
    function stake(uint256 agentId, address module, uint256 amount) external;

    /// @notice Queues a withdrawal from a position of the caller's. It replaces the one before and restarts the delay.
    /// @param agentId The agent.
    /// @param module What it was staked for.
    /// @param amount Minor units, at most what is staked, the locked part included; 0 cancels.
    function requestUnstake(uint256 agentId, address module, uint256 amount) external;

    /// @notice Pays out what the caller queued, as far as it is not locked; the rest stays queued.
    /// @param agentId The agent.
    /// @param module What it was staked for.
    /// @param to Who receives it.
    function unstake(uint256 agentId, address module, address to) external;

    /// @notice Takes the caller's compensations.
    /// @param to Who receives them.
    function claim(address to) external;

    /// @notice Sends what was slashed to 0x…dEaD. Anybody may; apart from slashing, so that no token can stop a slash.
    function burn() external;

    /// @notice Locks stake for the calling module.
    /// @param agentId The agent that is answerable.
    /// @param depositor Whose stake.
    /// @param amount Minor units, at most what is free.
    function lock(uint256 agentId, address depositor, uint256 amount) external;

    /// @notice Ends a lock of the calling module.
    /// @param agentId The agent.
    /// @param depositor Whose stake.
    /// @param amount Minor units, at most what the module has locked in this position.
    function unlock(uint256 agentId, address depositor, uint256 amount) external;

    /// @notice Takes locked stake for a fault: half of it, and the odd unit, is burned, so that nobody gains by
    /// slashing itself; the rest is the harmed account's to claim.
    /// @param agentId The agent at fault.
    /// @param depositor Whose stake.
    /// @param amount Minor units, at most what the module has locked in this position.
    /// @param harmed Who is compensated.
    function slash(uint256 agentId, address depositor, uint256 amount, address harmed) external;
}
