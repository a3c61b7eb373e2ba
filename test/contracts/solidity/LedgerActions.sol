// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ghost} from "./Ghost.sol";
import {vm} from "./Vm.sol";

/// @notice What people do with their balances, and with time.
abstract contract LedgerActions is Ghost {
    uint256 private constant MAX = 1e12;

    function deposit(uint256 payer, uint256 account, uint256 amount) external timed {
        amount %= MAX;
        token.mint(actors[payer % ACTORS], amount);
        vm.prank(actors[payer % ACTORS]);
        ledger.deposit(address(token), actors[account % ACTORS], amount);
        deposited += amount;
    }

    function donate(uint256 amount) external timed {
        token.mint(address(ledger), amount % MAX);
        token.mint(address(vault), amount % MAX);
    }

    function requestWithdrawal(uint256 actor, uint256 amount) external timed {
        vm.prank(actors[actor % ACTORS]);
        ledger.requestWithdrawal(address(token), amount % MAX);
    }

    function withdraw(uint256 actor) external timed {
        address account = actors[actor % ACTORS];
        (uint128 amount, uint64 availableAt) = ledger.withdrawalOf(address(token), account);
        uint256 balance = ledger.balanceOf(address(token), account);
        if (amount == 0 || balance == 0 || _now < availableAt) return;
        uint256 before = token.balanceOf(account);
        vm.prank(account);
        ledger.withdraw(address(token), account);
        uint256 gained = token.balanceOf(account) - before;
        if (gained != (amount < balance ? amount : balance)) breach = "a withdrawal paid another amount";
        withdrawn += gained;
    }

    function collectFees() external timed {
        address[] memory accounts = new address[](ACTORS);
        for (uint256 i = 0; i < ACTORS; ++i) {
            accounts[i] = actors[i];
        }
        ledger.collectFees(address(token), accounts);
    }

    function pass(uint256 time) external {
        _now += time % 2 days;
    }
}
