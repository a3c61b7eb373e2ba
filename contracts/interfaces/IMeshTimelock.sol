// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What MeshTimelock adds to OpenZeppelin's TimelockController
/// @notice Bounds on the delay: never so short that nobody can react to what was decided, never so long that nothing
/// can be decided any more. Anybody executes what is due, so nobody can hold a decision back.
interface IMeshTimelock {
    /// @notice Thrown when a delay lies outside its bounds.
    error DelayOutOfBounds(uint256 delay, uint256 min, uint256 max);

    /// @notice Shortest delay in seconds.
    function MIN_DELAY() external view returns (uint256);

    /// @notice Longest delay in seconds.
    function MAX_DELAY() external view returns (uint256);
}
