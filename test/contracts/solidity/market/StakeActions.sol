// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ghost} from "./Ghost.sol";
import {vm} from "../Vm.sol";

/// @notice What owners do with stake, identities and keys. Nothing here may fail.
abstract contract StakeActions is Ghost {
    uint256 private constant MAX = 1e9;

    /// @notice Something that owners do with stake.
    function manageStake(uint256 which, uint256 agentId, uint256 actor, uint256 amount) external watched {
        which %= 5;
        if (which == 0) _stake(agentId, amount);
        else if (which == 1) _requestStake(agentId, actor, amount);
        else if (which == 2) _withdrawStake(agentId, actor, amount);
        else if (which == 3) _claimCompensation(actor);
        else _burn();
    }

    /// @notice Something that owners do with identities and keys.
    function manageIdentity(uint256 which, uint256 agentId, uint256 actor) external watched {
        which %= 6;
        if (which == 0) _transferAgent(agentId, actor);
        else if (which == 1) _unbind(agentId);
        else _bindAgain(agentId, actor);
    }

    function _stake(uint256 agentId, uint256 amount) private {
        agentId = 1 + agentId % ACTORS;
        amount = 1 + amount % MAX;
        address owner = registry.ownerOf(agentId);
        token.mint(owner, amount);
        vm.prank(owner);
        vault.stake(agentId, address(escrow), amount);
        staked += amount;
    }

    function _requestStake(uint256 agentId, uint256 actor, uint256 amount) private {
        agentId = 1 + agentId % ACTORS;
        (uint128 all,,,) = vault.positionOf(agentId, _actor(actor), address(escrow));
        vm.prank(_actor(actor));
        vault.requestUnstake(agentId, address(escrow), amount % (uint256(all) + 1));
    }

    function _withdrawStake(uint256 agentId, uint256 actor, uint256 patience) private {
        agentId = 1 + agentId % ACTORS;
        (uint128 all, uint128 locked, uint128 queued, uint64 availableAt) =
            vault.positionOf(agentId, _actor(actor), address(escrow));
        uint128 amount = queued < all - locked ? queued : all - locked;
        if (amount == 0 || !_await(availableAt, patience)) return;
        vm.prank(_actor(actor));
        vault.unstake(agentId, address(escrow), _actor(actor));
        unstaked += amount;
    }

    function _claimCompensation(uint256 actor) private {
        uint256 amount = vault.claimable(_actor(actor));
        if (amount == 0) return;
        vm.prank(_actor(actor));
        vault.claim(_actor(actor));
        claimed += amount;
    }

    function _burn() private {
        uint256 amount = vault.toBurn();
        if (amount == 0) return;
        vault.burn();
        burned += amount;
    }

    function _transferAgent(uint256 agentId, uint256 to) private {
        agentId = 1 + agentId % ACTORS;
        address owner = registry.ownerOf(agentId);
        vm.prank(owner);
        registry.transferFrom(owner, _actor(to), agentId);
    }

    function _bindAgain(uint256 agentId, uint256 actor) private {
        agentId = 1 + agentId % ACTORS;
        uint256 bound = registry.agentIdOf(_actor(actor));
        if (bound == 0 || bound == agentId) _bind(agentId, _actor(actor));
    }

    function _unbind(uint256 agentId) private {
        agentId = 1 + agentId % ACTORS;
        vm.prank(registry.ownerOf(agentId));
        registry.unsetAgentWallet(agentId);
    }
}
