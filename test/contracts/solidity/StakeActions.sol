// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ghost} from "./Ghost.sol";
import {vm} from "./Vm.sol";

/// @notice What owners do with stake and identity tokens, and the harmed with what they are owed.
abstract contract StakeActions is Ghost {
    uint256 private constant MAX = 1e12;

    /// @notice Sum of stakes minus withdrawals.
    uint256 public staked;
    /// @notice Sums of what left after a slash.
    uint256 public claimed;
    uint256 public burned;

    function stake(uint256 agentId, uint256 amount) external timed {
        agentId = 1 + agentId % ACTORS;
        amount = 1 + amount % MAX;
        address owner = registry.ownerOf(agentId);
        token.mint(owner, amount);
        vm.prank(owner);
        vault.stake(agentId, address(escrow), amount);
        staked += amount;
    }

    function requestUnstake(uint256 agentId, uint256 actor, uint256 amount) external timed {
        agentId = 1 + agentId % ACTORS;
        address depositor = actors[actor % ACTORS];
        (uint128 all,,,) = vault.positionOf(agentId, depositor, address(escrow));
        vm.prank(depositor);
        vault.requestWithdrawal(agentId, address(escrow), amount % (uint256(all) + 1));
    }

    function unstake(uint256 agentId, uint256 actor) external timed {
        agentId = 1 + agentId % ACTORS;
        address depositor = actors[actor % ACTORS];
        (uint128 all, uint128 locked, uint128 queued, uint64 availableAt) =
            vault.positionOf(agentId, depositor, address(escrow));
        uint256 amount = queued < all - locked ? queued : all - locked;
        if (amount == 0 || _now < availableAt) return;
        vm.prank(depositor);
        vault.withdraw(agentId, address(escrow), depositor);
        staked -= amount;
    }

    function claimCompensation(uint256 actor) external timed {
        address account = actors[actor % ACTORS];
        uint256 amount = vault.claimable(account);
        if (amount == 0) return;
        vm.prank(account);
        vault.claim(account);
        claimed += amount;
    }

    function burnSlashed() external timed {
        uint256 amount = vault.toBurn();
        if (amount == 0) return;
        vault.burn();
        burned += amount;
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
