// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ghost} from "./Ghost.sol";
import {vm} from "../Vm.sol";

/// @notice What people do with balances, and with time. Nothing here may fail.
abstract contract BalanceActions is Ghost {
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
}
