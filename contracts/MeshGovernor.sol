// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {GovernorCountingSimple} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";
import {GovernorPreventLateQuorum} from "@openzeppelin/contracts/governance/extensions/GovernorPreventLateQuorum.sol";
import {GovernorSettings} from "@openzeppelin/contracts/governance/extensions/GovernorSettings.sol";
import {GovernorTimelockControl} from "@openzeppelin/contracts/governance/extensions/GovernorTimelockControl.sol";
import {GovernorVotes} from "@openzeppelin/contracts/governance/extensions/GovernorVotes.sol";
import {GovernorVotesQuorumFraction} from
    "@openzeppelin/contracts/governance/extensions/GovernorVotesQuorumFraction.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IMeshGovernor} from "./interfaces/IMeshGovernor.sol";
import {MeshToken} from "./MeshToken.sol";

/// @title MeshGovernor
/// @notice Holders of MeshToken decide, and the timelock carries out after its delay. See {IMeshGovernor}.
/// @dev It stores nothing of its own. The order of the bases is that of their constructors: the token comes before the
/// threshold, which is a share of its supply, and the voting period before the extension, which it bounds.
contract MeshGovernor is
    IMeshGovernor,
    GovernorVotesQuorumFraction,
    GovernorSettings,
    GovernorCountingSimple,
    GovernorTimelockControl,
    GovernorPreventLateQuorum
{
    /// @notice Shortest and longest time, in seconds, from a proposal to the moment whose votes count.
    uint48 public constant MIN_VOTING_DELAY = 1 days;
    uint48 public constant MAX_VOTING_DELAY = 7 days;
    /// @notice Shortest and longest vote, in seconds.
    uint32 public constant MIN_VOTING_PERIOD = 3 days;
    uint32 public constant MAX_VOTING_PERIOD = 14 days;
    /// @notice Least time, in seconds, that others have to answer a late quorum.
    uint48 public constant MIN_VOTE_EXTENSION = 1 days;
    /// @notice Lowest and highest quorum, in percent of the supply.
    uint256 public constant MIN_QUORUM_PERCENT = 2;
    uint256 public constant MAX_QUORUM_PERCENT = 25;
    /// @notice Highest proposal threshold, as a divisor of the supply: 100 is 1 %.
    uint256 public constant MAX_THRESHOLD_DIVISOR = 100;

    /// @param token_ The votes.
    /// @param timelock_ Who carries decisions out; this contract needs its proposer and canceller roles.
    /// @param settings_ The first settings.
    constructor(MeshToken token_, TimelockController timelock_, Settings memory settings_)
        Governor("MESH Governor")
        GovernorVotes(token_)
        GovernorVotesQuorumFraction(settings_.quorumPercent)
        GovernorSettings(settings_.votingDelay, settings_.votingPeriod, settings_.proposalThreshold)
        GovernorTimelockControl(timelock_)
        GovernorPreventLateQuorum(settings_.voteExtension)
    {}

    /// @notice Always refuses: the directory belongs to this timelock for good. To replace the governor, a vote gives
    /// the timelock's roles to another.
    function updateTimelock(TimelockController) public pure override {
        revert TimelockFixed();
    }

    /// @inheritdoc Governor
    function state(uint256 proposalId)
        public
        view
        override(Governor, GovernorTimelockControl)
        returns (ProposalState)
    {
        return super.state(proposalId);
    }

    /// @inheritdoc Governor
    function proposalDeadline(uint256 proposalId)
        public
        view
        override(Governor, GovernorPreventLateQuorum)
        returns (uint256)
    {
        return super.proposalDeadline(proposalId);
    }

    /// @inheritdoc Governor
    function proposalNeedsQueuing(uint256 proposalId)
        public
        view
        override(Governor, GovernorTimelockControl)
        returns (bool)
    {
        return super.proposalNeedsQueuing(proposalId);
    }

    /// @inheritdoc Governor
    function proposalThreshold() public view override(Governor, GovernorSettings) returns (uint256) {
        return super.proposalThreshold();
    }

    function _setVotingDelay(uint48 delay) internal override {
        _checkBounds("votingDelay", delay, MIN_VOTING_DELAY, MAX_VOTING_DELAY);
        super._setVotingDelay(delay);
    }

    function _setVotingPeriod(uint32 period) internal override {
        _checkBounds("votingPeriod", period, MIN_VOTING_PERIOD, MAX_VOTING_PERIOD);
        super._setVotingPeriod(period);
    }

    function _setProposalThreshold(uint256 threshold) internal override {
        uint256 supply = IERC20(address(token())).totalSupply();
        _checkBounds("proposalThreshold", threshold, 0, supply / MAX_THRESHOLD_DIVISOR);
        super._setProposalThreshold(threshold);
    }

    function _updateQuorumNumerator(uint256 percent) internal override {
        _checkBounds("quorumPercent", percent, MIN_QUORUM_PERCENT, MAX_QUORUM_PERCENT);
        super._updateQuorumNumerator(percent);
    }

    function _setLateQuorumVoteExtension(uint48 extension) internal override {
        _checkBounds("voteExtension", extension, MIN_VOTE_EXTENSION, votingPeriod());
        super._setLateQuorumVoteExtension(extension);
    }

    function _tallyUpdated(uint256 proposalId) internal override(Governor, GovernorPreventLateQuorum) {
        super._tallyUpdated(proposalId);
    }

    function _queueOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint48) {
        return super._queueOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _executeOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) {
        super._executeOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _cancel(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint256) {
        return super._cancel(targets, values, calldatas, descriptionHash);
    }

    function _executor() internal view override(Governor, GovernorTimelockControl) returns (address) {
        return super._executor();
    }

    function _checkBounds(bytes32 setting, uint256 value, uint256 min, uint256 max) private pure {
        require(value >= min && value <= max, SettingOutOfBounds(setting, value, min, max));
    }
}
