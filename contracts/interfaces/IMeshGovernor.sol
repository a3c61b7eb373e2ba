// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What MeshGovernor adds to OpenZeppelin's Governor
/// @notice Bounds on its own settings, so that one vote that was won can neither shut the others out for ever nor
/// open the door to votes that nobody has time to notice. Everything else is {IGovernor}'s.
interface IMeshGovernor {
    /// @notice The settings that a vote may change, each within its bounds. Durations are in seconds.
    struct Settings {
        /// @dev From a proposal to the moment whose votes count: 1 to 7 days.
        uint48 votingDelay;
        /// @dev From there to the end of the vote: 3 to 14 days.
        uint32 votingPeriod;
        /// @dev What is left to vote, at least, when the quorum is reached late: 1 day to the voting period.
        uint48 voteExtension;
        /// @dev Votes that a proposer needs: at most 1 % of the supply.
        uint256 proposalThreshold;
        /// @dev Votes for or abstaining that a decision needs, in percent of the supply: 2 to 25.
        uint256 quorumPercent;
    }

    /// @notice Thrown when a setting lies outside its bounds.
    error SettingOutOfBounds(bytes32 setting, uint256 value, uint256 min, uint256 max);
    /// @notice Thrown when a proposal would exchange the timelock, which alone owns the directory.
    error TimelockFixed();
}
