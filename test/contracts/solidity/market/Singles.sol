// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AgreementPacking} from "../AgreementPacking.sol";
import {Agreement, Conditions} from "../../../../contracts/interfaces/IIntentEscrow.sol";
import {World} from "./World.sol";
import {vm} from "../Vm.sol";

/// @notice One agreement without stake, for tests of single calls: the first actor buys of the second, the fourth has
/// the meter, and the delivery begins at once.
abstract contract Singles is World {
    using AgreementPacking for Agreement;

    function setUp() external {
        vm.warp(_now);
    }

    function _conditions() internal view returns (Conditions memory c) {
        c.meter = actors[3];
        (c.lateFrom, c.start, c.end) = (uint64(_now), uint64(_now), uint64(_now + 60));
        c.retail = type(uint64).max / 2;
    }

    function _agreement(uint64 quantity, uint64 price, uint64 lot) internal view returns (Agreement memory a) {
        (a.buyer, a.payer, a.seller, a.payout) = (actors[0], actors[0], actors[1], actors[2]);
        (a.token, a.quantity, a.price, a.lot) = (address(token), quantity, price, lot == 0 ? 1 : lot);
        (a.feeBps, a.expiry, a.deadline) = (FEE_BPS, uint64(_now + 60), uint64(_now + 1 days));
        a.conditions = escrow.hashConditions(_conditions());
    }

    /// @dev 0 when it is more than an agreement may come to.
    function _payment(Agreement memory a) internal view returns (uint256 payment) {
        payment = escrow.paymentOf(a.encode(), a.quantity);
        if (payment > type(uint96).max) payment = 0;
    }

    function _give(address account, uint256 amount) internal {
        token.mint(account, amount);
        vm.prank(account);
        ledger.deposit(address(token), account, amount);
    }

    /// @dev Opens it, and pays it in before.
    function _open(Agreement memory a) internal returns (bytes32 id) {
        _give(a.payer, escrow.paymentOf(a.encode(), a.quantity));
        id = escrow.idOf(a.encode());
        escrow.open(a.encode(), _sign(a.buyer, id), _sign(a.seller, id), "");
    }
}
