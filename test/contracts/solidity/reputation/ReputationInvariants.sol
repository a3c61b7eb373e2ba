// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReputationActions} from "./ReputationActions.sol";
import {ReputationModel} from "./ReputationModel.sol";

/// @notice What holds of every score after every call, whatever anybody says.
contract ReputationInvariantsTest {
    uint256 private constant SELLERS = 2;
    /// Balances of fees in tokens that count.
    uint256 private constant ACCOUNTS = 8;

    ReputationActions private _world;

    function setUp() external {
        _world = new ReputationActions();
    }

    /// @dev Read by the runner: it calls nothing else.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_world);
    }

    /// @dev The sums that are kept are those of all that was said and not taken back.
    function invariant_scoreIsThatOfTheModel() external view {
        for (uint256 agentId = 1; agentId <= SELLERS; ++agentId) {
            (uint64 score, uint64 count, uint128 volume) = _world.reputation().scoreOf(agentId);
            ReputationModel.Expected memory expected = _world.expected(agentId);
            require(count == expected.count, "counted another number");
            require(volume == expected.volume, "added up another volume");
            require(score <= 1e18, "above one");
            require(score == _world.scoreFor(expected), "another score");
        }
    }

    /// @dev Praise is paid for: all points together are no more than the fees that the ledger holds, but for the
    /// units that those are rounded down to.
    function invariant_pointsArePaidFor() external view {
        uint256 points;
        for (uint256 agentId = 1; agentId <= SELLERS; ++agentId) {
            points += _world.expected(agentId).points;
        }
        require(points <= 10_000 * (_world.feesTaken() + _world.opinionCount() + ACCOUNTS), "praised for nothing");
    }

    /// @dev Each feedback is stored as it was weighed, also after it was taken back.
    function invariant_feedbackIsAsItWasGiven() external view {
        for (uint256 i = 0; i < _world.opinionCount(); ++i) {
            ReputationModel.Opinion memory said = _world.opinion(i);
            (address owner, uint32 weight, uint16 rating) =
                _world.reputation().settlementOf(said.agentId, said.client, said.index);
            require(owner == said.owner, "credited to another owner");
            require(weight == said.weight && rating == said.rating, "weighed differently");
            (,,,, bool revoked) = _world.reputation().readFeedback(said.agentId, said.client, said.index);
            require(revoked == said.revoked, "taken back, or not");
        }
    }

    /// @dev Once per agreement, by its client, in range, not by the agent itself; taken back once.
    function invariant_nobodySaysWhatItMustNot() external view {
        require(bytes(_world.breach()).length == 0, _world.breach());
    }
}
