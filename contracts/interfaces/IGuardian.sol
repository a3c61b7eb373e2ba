// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

/// @title A guardian that can only cancel, and expires
/// @notice Holds the canceller role of the timelock while governance is young and votes are few. Its keeper can cancel
/// what was decided and waits in the timelock, until a date that nobody can move. It can propose, execute, change and
/// hold nothing.
///
/// OpenZeppelin's GovernorProposalGuardian reaches further: it may cancel before and during a vote, a vote may exchange
/// it, and it has no end.
interface IGuardian {
    /// @notice Emitted when the keeper cancelled an operation.
    event OperationCancelled(bytes32 indexed operation);

    /// @notice Thrown when an account other than the keeper wants to cancel.
    error NotKeeper(address caller);
    /// @notice Thrown when the guardian's time is over.
    error GuardianExpired(uint256 expiresAt, uint256 timestamp);
    /// @notice Thrown when a guardian would be deployed for no time at all, or for more than {MAX_TERM}.
    error InvalidExpiry(uint256 expiresAt, uint256 timestamp);

    /// @notice Longest time, in seconds, that a guardian serves. A hostile one can stop every decision, the one that
    /// dismisses it included, but for no longer than this.
    function MAX_TERM() external view returns (uint64);

    /// @notice The timelock whose operations it can cancel.
    function timelock() external view returns (TimelockController);

    /// @notice The account that acts for it.
    function keeper() external view returns (address);

    /// @notice The first second (Unix time) at which it can do nothing any more.
    function expiresAt() external view returns (uint64);

    /// @notice Cancels an operation that waits in the timelock. Only the keeper, before {expiresAt}.
    /// @param operation The timelock's id of it, as in `TimelockController.hashOperationBatch`.
    function cancel(bytes32 operation) external;
}
