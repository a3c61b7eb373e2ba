// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReputationWorld} from "./ReputationWorld.sol";

/// @notice What the registry should say, computed anew from everything that was ever said: readable, linear, slow.
abstract contract ReputationModel is ReputationWorld {
    struct Opinion {
        uint256 agentId;
        address client;
        uint64 index;
        address owner;
        uint256 weight;
        uint256 rating;
        /// Units of weight that were paid.
        uint256 volume;
        bool revoked;
    }

    struct Expected {
        uint256 weight;
        uint256 points;
        uint256 count;
        uint256 volume;
    }

    Opinion[] internal _opinions;
    mapping(uint256 agentId => mapping(address client => address)) internal _creditedTo;
    /// @notice What somebody achieved that nobody must, or the other way round.
    string public breach;

    function opinionCount() external view returns (uint256) {
        return _opinions.length;
    }

    function opinion(uint256 i) external view returns (Opinion memory) {
        return _opinions[i];
    }

    function expected(uint256 agentId) external view returns (Expected memory sum) {
        for (uint256 i = 0; i < _opinions.length; ++i) {
            Opinion memory said = _opinions[i];
            if (said.agentId != agentId || said.weight == 0) continue;
            sum.volume += said.volume;
            if (said.revoked) continue;
            ++sum.count;
            if (_isFirstOfOwner(i)) _addOwner(sum, agentId, said.owner);
        }
        if (sum.volume > type(uint80).max) sum.volume = type(uint80).max;
    }

    /// @notice What the protocol has really taken in fees that count, in units of weight.
    function feesTaken() external view returns (uint256 sum) {
        for (uint256 i = 0; i < TOKENS * OWNERS; ++i) {
            uint256 unit = _units[i % TOKENS];
            if (unit != 0) sum += ledger.feesOf(address(_tokens[i % TOKENS]), _owner(i / TOKENS)) / unit;
        }
    }

    /// @notice The score of an agent's weight and points, as the documentation has it.
    function scoreFor(Expected memory sum) external pure returns (uint256) {
        uint256 prior = uint256(PRIOR_WEIGHT) * 5000;
        return (sum.points + prior) * 1e18 / ((sum.weight + PRIOR_WEIGHT) * 10_000);
    }

    /// @dev Whoever a client first spoke for about the agent.
    function _creditOf(uint256 agentId, address client) internal view returns (address owner) {
        owner = _creditedTo[agentId][client];
        if (owner == address(0)) (,, owner) = registry.bindingOf(client);
        if (owner == address(0)) owner = client;
    }

    function _addOwner(Expected memory sum, uint256 agentId, address owner) private view {
        uint256 weight;
        uint256 points;
        for (uint256 i = 0; i < _opinions.length; ++i) {
            Opinion memory said = _opinions[i];
            if (said.agentId != agentId || said.owner != owner || said.revoked) continue;
            weight += said.weight;
            points += said.weight * said.rating;
        }
        uint256 counted = weight < OWNER_CAP ? weight : OWNER_CAP;
        sum.weight += counted;
        sum.points += points * counted / weight;
    }

    /// @dev Whether no live opinion before this one counts for the same owner.
    function _isFirstOfOwner(uint256 position) private view returns (bool) {
        Opinion memory said = _opinions[position];
        for (uint256 i = 0; i < position; ++i) {
            Opinion memory other = _opinions[i];
            bool same = other.agentId == said.agentId && other.owner == said.owner;
            if (same && other.weight != 0 && !other.revoked) return false;
        }
        return true;
    }
}
