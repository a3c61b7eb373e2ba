// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Agreement, Conditions, IIntentEscrow} from "../../../contracts/interfaces/IIntentEscrow.sol";
import {Ghost} from "./Ghost.sol";
import {vm} from "./Vm.sol";

/// @notice What honest people do with agreements. None of this may ever fail: see the runner's failOnRevert.
abstract contract AgreementActions is Ghost {
    uint16 private constant LATE_BPS = 1000;
    uint16 private constant PENALTY_BPS = 5000;

    function open(uint256 parties, uint64 quantity, uint64 price, uint256 exposure, uint256 source) external timed {
        Deal memory made = _draft(parties, quantity, price, exposure);
        bytes memory funding = _fund(made, source % 3);
        escrow.open(made.agreement, _sign(made.buyer, made.id), _sign(made.seller, made.id), funding);
        made.status = IIntentEscrow.Status.Open;
        paid += made.payment;
        _deals.push(made);
    }

    function revokeDraft(uint256 parties, uint64 quantity, uint64 price) external timed {
        Deal memory made = _draft(parties, quantity, price, 0);
        vm.prank(parties % 2 == 0 ? made.agreement.buyer : made.agreement.seller);
        escrow.revoke(made.agreement);
        made.status = IIntentEscrow.Status.Revoked;
        _deals.push(made);
    }

    /// @dev Releases some more, or all; the buyer calls itself or somebody else brings its signature.
    function settle(uint256 seed, uint64 quantity, bytes32 evidence) external timed {
        (bool found, uint256 index) = _find(seed, IIntentEscrow.Status.Open);
        if (!found) return;
        Deal storage made = _deals[index];
        uint64 all = made.agreement.quantity;
        quantity = quantity % 2 == 0 ? all : 1 + quantity % all;
        uint256 due = escrow.paymentOf(made.agreement, quantity);
        if (quantity != all && due <= made.paid) return;
        bytes memory release;
        if (seed % 2 == 0) release = _release(made.buyer, made.id, quantity, false, evidence);
        else vm.prank(made.agreement.buyer);
        escrow.settle(made.agreement, quantity, false, evidence, release);
        _earn(made, due);
        if (quantity == all) _end(made, IIntentEscrow.Status.Settled, 0);
    }

    function refund(uint256 seed) external timed {
        (bool found, uint256 index) = _find(seed, IIntentEscrow.Status.Open);
        if (!found || _now <= _deals[index].agreement.deadline) return;
        escrow.refund(_deals[index].agreement);
        _end(_deals[index], IIntentEscrow.Status.Refunded, PENALTY_BPS);
    }

    /// @dev By the seller at any stage, by the buyer before the end of the delivery.
    function cancel(uint256 seed, bool byBuyer) external timed {
        (bool found, uint256 index) = _find(seed, IIntentEscrow.Status.Open);
        if (!found) return;
        Deal storage made = _deals[index];
        Conditions memory conditions = made.conditions;
        if (byBuyer && _now >= conditions.end) return;
        uint256 bps = _now >= conditions.start ? PENALTY_BPS : _now >= conditions.lateFrom ? LATE_BPS : 0;
        vm.prank(byBuyer ? made.agreement.buyer : made.agreement.seller);
        escrow.cancel(made.agreement, conditions);
        if (byBuyer) _earn(made, made.paid + (made.payment - made.paid) * bps / 10_000);
        _end(made, IIntentEscrow.Status.Cancelled, byBuyer ? 0 : bps);
    }

    /// @dev An agreement between two people that is new, valid, and within the seller's free stake.
    function _draft(uint256 parties, uint64 quantity, uint64 price, uint256 exposure)
        private
        view
        returns (Deal memory made)
    {
        made.buyer = parties % ACTORS;
        made.seller = (made.buyer + 1 + (parties >> 8) % (ACTORS - 1)) % ACTORS;
        made.conditions = _newConditions();
        Agreement memory a = made.agreement;
        (a.buyer, a.payer, a.seller) = (actors[made.buyer], actors[made.buyer], actors[made.seller]);
        (a.payout, a.token) = (actors[(parties >> 16) % ACTORS], address(token));
        (a.quantity, a.price, a.lot) = (1 + quantity % 1e6, 1000 + price % 1e6, 1000);
        (a.feeBps, a.penaltyBps) = (FEE_BPS, PENALTY_BPS);
        (a.expiry, a.deadline) = (uint64(_now + 60), uint64(_now + 1 days));
        (a.nonce, a.conditions) = (_deals.length, escrow.hashConditions(made.conditions));
        (a.agentId, a.sellerEpoch, a.staker) = registry.bindingOf(a.seller);
        if (a.agentId != 0) {
            a.exposure = uint128(exposure % (vault.freeStake(a.agentId, a.staker, address(escrow)) + 1));
        }
        made.id = escrow.idOf(a);
        made.payment = escrow.paymentOf(a, a.quantity);
    }

    function _newConditions() private view returns (Conditions memory c) {
        (c.lateFrom, c.start, c.end) = (uint64(_now + 1 hours), uint64(_now + 2 hours), uint64(_now + 3 hours));
        (c.lateBps, c.splitBps, c.window) = (LATE_BPS, 6000, 2 hours);
    }

    function _fund(Deal memory made, uint256 source) private returns (bytes memory) {
        address buyer = made.agreement.buyer;
        token.mint(buyer, made.payment);
        deposited += made.payment;
        if (source == 1) return _permit(made.buyer, type(uint256).max);
        if (source == 2) return _authorization(made.buyer, made.payment, made.id);
        vm.prank(buyer);
        ledger.deposit(address(token), buyer, made.payment);
        return "";
    }
}
