// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ghost} from "./Ghost.sol";
import {vm} from "./Vm.sol";

/// @notice What owners do with stake, modules and identity tokens.
abstract contract StakeActions is Ghost {
    uint256 private constant MAX = 1e12;

    /// @notice Sum of stakes minus withdrawals.
    uint256 public staked;

    function stake(uint256 agentId, uint256 amount) external timed {
        agentId = 1 + agentId % ACTORS;
        amount = 1 + amount % MAX;
        address owner = registry.ownerOf(agentId);
        token.mint(owner, amount);
        vm.prank(owner);
        vault.stake(agentId, amount);
        staked += amount;
    }

    function approveModule(uint256 actor, uint256 dice) external timed {
        vm.prank(actors[actor % ACTORS]);
        vault.approveModule(address(escrow), dice % 4 != 0);
    }

    function requestUnstake(uint256 agentId, uint256 actor, uint256 amount) external timed {
        agentId = 1 + agentId % ACTORS;
        address depositor = actors[actor % ACTORS];
        (uint128 all, uint128 locked,,) = vault.positionOf(agentId, depositor);
        vm.prank(depositor);
        vault.requestWithdrawal(agentId, amount % (all - locked + 1));
    }

    function unstake(uint256 agentId, uint256 actor) external timed {
        agentId = 1 + agentId % ACTORS;
        address depositor = actors[actor % ACTORS];
        (,, uint128 queued, uint64 availableAt) = vault.positionOf(agentId, depositor);
        if (queued == 0 || _now < availableAt) return;
        vm.prank(depositor);
        vault.withdraw(agentId, depositor);
        staked -= queued;
    }

    function transferAgent(uint256 agentId, uint256 to) external timed {
        agentId = 1 + agentId % ACTORS;
        address owner = registry.ownerOf(agentId);
        vm.prank(owner);
        registry.transferFrom(owner, actors[to % ACTORS], agentId);
    }

    function bind(uint256 agentId, uint256 actor) external timed {
        agentId = 1 + agentId % ACTORS;
        uint256 bound = registry.agentIdOf(actors[actor % ACTORS]);
        if (bound == 0 || bound == agentId) _bind(agentId, actor % ACTORS);
    }
}
