// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {RoundStatus} from "./LearningTypes.sol";

/// @title What both parts of a learning round refuse
interface ILearningErrors {
    /// @notice Thrown at deployment when the vault asks another registry who owns an agent.
    error RegistryMismatch(address vaultRegistry, address registry);
    /// @notice Thrown when the round is not in the state that the call needs; a task with other terms is another one.
    error UnexpectedStatus(bytes32 id, RoundStatus actual, RoundStatus required);
    /// @notice Thrown when a call comes in the last second of an earlier phase or before.
    error TooEarly(uint256 from, uint256 timestamp);
    /// @notice Thrown when a call comes after the last second of its phase.
    error TooLate(uint256 until, uint256 timestamp);
    /// @notice Thrown when the wallet speaks for no agent.
    error NotBound(address wallet);
    /// @notice Thrown when an agent would enter a round twice.
    error AlreadyEntered(uint256 agentId);
    /// @notice Thrown when an owner would stand on both sides of a round: evaluators belong neither to the requester
    /// nor to a participant.
    error ConflictOfInterest(address owner);
    /// @notice Thrown when a round has all the participants, or lots, that it takes.
    error RoundFull(uint256 maximum);
    /// @notice Thrown when what is revealed is not what was committed to.
    error CommitmentMismatch(bytes32 committed, bytes32 revealed);
}
