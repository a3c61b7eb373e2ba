// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What belongs to governance
interface IGoverned {
    /// @notice Thrown when an account other than {governance} wants to decide.
    error NotGovernance(address caller);
    /// @notice Thrown when a value lies outside its bounds.
    error OutOfBounds(bytes32 parameter, uint256 value, uint256 min, uint256 max);

    /// @notice The timelock that carries out what was voted, fixed at deployment. There is no other privileged account.
    function governance() external view returns (address);
}
