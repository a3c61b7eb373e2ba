// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ghost} from "./Ghost.sol";
import {vm} from "../Vm.sol";

/// @notice What people do with balances, stake and identities, and with time. Nothing here may fail.
abstract contract AccountActions is Ghost {
    uint256 private constant MAX = 1e9;

    /// @notice Something that people do with balances.
    function manageBalance(uint256 which, uint256 actor, uint256 other, uint256 amount) external watched {
        which %= 5;
        if (which == 0) _deposit(actor, other, amount);
        else if (which == 1) _donate(amount);
        else if (which == 2) _requestBalance(actor, amount);
        else if (which == 3) _withdrawBalance(actor, other);
        else _collectFees(actor, other);
    }

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

    function _deposit(uint256 payer, uint256 account, uint256 amount) private {
        amount %= MAX;
        token.mint(_actor(payer), amount);
        vm.prank(_actor(payer));
        ledger.deposit(address(token), _actor(account), amount);
        deposited += amount;
    }

    function _donate(uint256 amount) private {
        amount %= MAX;
        token.mint(address(ledger), amount);
        stakeToken.mint(address(vault), amount);
        donated += amount;
    }

    function _requestBalance(uint256 actor, uint256 amount) private {
        vm.prank(_actor(actor));
        ledger.requestWithdrawal(address(token), amount % MAX);
    }

    function _withdrawBalance(uint256 actor, uint256 to) private {
        address account = _actor(actor);
        (uint128 asked, uint64 availableAt) = ledger.withdrawalOf(address(token), account);
        uint256 balance = ledger.balanceOf(address(token), account);
        if (asked == 0 || balance == 0 || !_await(availableAt, to)) return;
        uint256 before = token.balanceOf(_actor(to));
        vm.prank(account);
        ledger.withdraw(address(token), _actor(to));
        uint256 gained = token.balanceOf(_actor(to)) - before;
        if (gained != (asked < balance ? asked : balance)) breach = "a withdrawal paid another amount";
        withdrawn += gained;
    }

    function _collectFees(uint256 first, uint256 second) private {
        address[] memory accounts = new address[](2);
        (accounts[0], accounts[1]) = (_actor(first), _actor(second));
        uint256 before = ledger.balanceOf(address(token), FEE_RECIPIENT);
        ledger.collectFees(address(token), accounts);
        collected += ledger.balanceOf(address(token), FEE_RECIPIENT) - before;
    }

    function _stake(uint256 agentId, uint256 amount) private {
        agentId = 1 + agentId % ACTORS;
        amount = 1 + amount % MAX;
        address owner = registry.ownerOf(agentId);
        stakeToken.mint(owner, amount);
        vm.prank(owner);
        vault.stake(agentId, address(escrow), amount);
        staked += amount;
    }

    function _requestStake(uint256 agentId, uint256 actor, uint256 amount) private {
        agentId = 1 + agentId % ACTORS;
        (uint128 all,,,) = vault.positionOf(agentId, _actor(actor), address(escrow));
        vm.prank(_actor(actor));
        vault.requestWithdrawal(agentId, address(escrow), amount % (uint256(all) + 1));
    }

    function _withdrawStake(uint256 agentId, uint256 actor, uint256 patience) private {
        agentId = 1 + agentId % ACTORS;
        (uint128 all, uint128 locked, uint128 queued, uint64 availableAt) =
            vault.positionOf(agentId, _actor(actor), address(escrow));
        uint128 amount = queued < all - locked ? queued : all - locked;
        if (amount == 0 || !_await(availableAt, patience)) return;
        vm.prank(_actor(actor));
        vault.withdraw(agentId, address(escrow), _actor(actor));
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

    function pass(uint256 time) external {
        _now += time % 2 hours;
    }

    /// @notice To just before, at, or just after a moment that a deal waits for.
    function passTo(uint256 seed, uint256 moment) external {
        if (_deals.length == 0) return;
        Deal memory made = _deals[seed % _deals.length];
        (,,, uint256 deliveredAt, uint256 disputedAt) = escrow.recordOf(made.id);
        uint256[6] memory moments = [
            made.c.lateFrom,
            made.c.start,
            made.c.end,
            made.a.deadline,
            deliveredAt + made.c.window,
            disputedAt + escrow.MAX_ARBITRATION()
        ];
        uint256 then = moments[moment % 6] + (seed >> 128) % 3;
        if (then > _now + 1 && then < _now + 20 days) _now = then - 1;
    }
}
