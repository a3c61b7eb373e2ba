// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StakeVault} from "../../../../contracts/StakeVault.sol";
import {Ghost} from "./Ghost.sol";
import {MarketTest} from "./MarketTest.sol";

/// @notice Stake: it is there, locked for what is live and for nothing else, and slashed no further than exposed.
contract StakeInvariantsTest is MarketTest {
    function invariant_stakeIsWhatCameInAndStayed() external view {
        StakeVault vault = _handler.vault();
        uint256 staked;
        for (uint256 i = 0; i < _handler.ACTORS(); ++i) {
            for (uint256 agentId = 1; agentId <= _handler.ACTORS(); ++agentId) {
                (uint128 all,, uint128 queued, uint64 availableAt) =
                    vault.positionOf(agentId, _handler.actors(i), address(_handler.escrow()));
                require(queued <= all && (queued == 0) == (availableAt == 0), "queued what is not there");
                staked += all;
            }
        }
        require(staked == _stakeThatStayed(), "stake is not what came in and stayed");
    }

    function invariant_locksAreLiveExposures() external view {
        uint256 actors = _handler.ACTORS();
        Ghost.Deal[] memory deals = _deals();
        for (uint256 i = 0; i < actors; ++i) {
            for (uint256 agentId = 1; agentId <= actors; ++agentId) {
                _requireLocked(deals, agentId, _handler.actors(i));
            }
        }
        for (uint256 i = 0; i < deals.length; ++i) {
            require(deals[i].slashed <= deals[i].a.exposure, "slashed more than was exposed");
        }
    }

    function _requireLocked(Ghost.Deal[] memory deals, uint256 agentId, address depositor) private view {
        uint256 exposed;
        for (uint256 i = 0; i < deals.length; ++i) {
            bool isTheirs = deals[i].a.agentId == agentId && deals[i].a.staker == depositor;
            if (isTheirs && _isLive(deals[i].status)) exposed += deals[i].a.exposure;
        }
        (uint128 staked, uint128 locked,,) =
            _handler.vault().positionOf(agentId, depositor, address(_handler.escrow()));
        require(locked == exposed, "locked other than what is live");
        require(locked <= staked, "locked more than is staked");
    }
}
