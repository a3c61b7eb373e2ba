// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Agreement, IIntentEscrow} from "../../../contracts/interfaces/IIntentEscrow.sol";
import {Ghost} from "./Ghost.sol";
import {vm} from "./Vm.sol";

/// @notice What honest people do with agreements. None of this may ever fail: see the runner's failOnRevert.
abstract contract AgreementActions is Ghost {
    function open(uint256 parties, uint64 quantity, uint64 price, uint256 exposure, uint256 source) external timed {
        Deal memory made = _draft(parties, quantity, price, exposure);
        uint256 payment = escrow.paymentOf(made.agreement);
        IIntentEscrow.Funding memory funding = _fund(made, payment, source % 3);
        bytes memory buyerSignature = _sign(made.buyer, made.id);
        bytes memory sellerSignature = _sign(made.seller, made.id);
        escrow.open(made.agreement, buyerSignature, sellerSignature, funding);
        made.status = IIntentEscrow.Status.Open;
        paid += payment;
        _deals.push(made);
    }

    function cancelDraft(uint256 parties, uint64 quantity, uint64 price) external timed {
        Deal memory made = _draft(parties, quantity, price, 0);
        vm.prank(parties % 2 == 0 ? made.agreement.buyer : made.agreement.seller);
        escrow.cancel(made.agreement);
        made.status = IIntentEscrow.Status.Cancelled;
        _deals.push(made);
    }

    function settle(uint256 seed, bytes32 evidence) external timed {
        (bool found, uint256 index) = _find(seed, IIntentEscrow.Status.Open);
        if (!found) return;
        Deal storage made = _deals[index];
        bytes memory release;
        if (seed % 2 == 0) release = _release(made.buyer, made.id, evidence);
        else vm.prank(made.agreement.buyer);
        escrow.settle(made.agreement, evidence, release);
        made.status = IIntentEscrow.Status.Settled;
        uint256 payment = escrow.paymentOf(made.agreement);
        fees += payment * FEE_BPS / 10_000;
        received += payment - payment * FEE_BPS / 10_000;
    }

    function refund(uint256 seed) external timed {
        (bool found, uint256 index) = _find(seed, IIntentEscrow.Status.Open);
        if (!found || _now <= _deals[index].agreement.deadline) return;
        escrow.refund(_deals[index].agreement);
        _deals[index].status = IIntentEscrow.Status.Refunded;
        refunded += escrow.paymentOf(_deals[index].agreement);
    }

    /// @dev An agreement between two people that is new, valid, and within the seller's free stake.
    function _draft(uint256 parties, uint64 quantity, uint64 price, uint256 exposure)
        private
        view
        returns (Deal memory made)
    {
        made.buyer = parties % ACTORS;
        made.seller = (made.buyer + 1 + (parties >> 8) % (ACTORS - 1)) % ACTORS;
        made.agentId = registry.agentIdOf(actors[made.seller]);
        made.agreement = Agreement({
            buyer: actors[made.buyer],
            seller: actors[made.seller],
            payout: actors[(parties >> 16) % ACTORS],
            token: address(token),
            quantity: 1 + quantity % 1e6,
            price: 1000 + price % 1e6,
            lot: 1000,
            exposure: 0,
            feeBps: FEE_BPS,
            expiry: uint64(_now + 60),
            deadline: uint64(_now + 1 days),
            intentHash: bytes32(0),
            termsHash: bytes32(0),
            nonce: _deals.length
        });
        if (made.agentId != 0) {
            made.depositor = registry.ownerOf(made.agentId);
            bool approved = vault.isModuleApproved(made.depositor, address(escrow));
            uint256 free = vault.freeStake(made.agentId);
            if (approved) made.agreement.exposure = uint128(exposure % (free + 1));
        }
        made.id = escrow.idOf(made.agreement);
    }

    function _fund(Deal memory made, uint256 payment, uint256 source)
        private
        returns (IIntentEscrow.Funding memory)
    {
        address buyer = made.agreement.buyer;
        token.mint(buyer, payment);
        deposited += payment;
        if (source == 1) return _permit(made.buyer, type(uint256).max);
        if (source == 2) return _authorization(made.buyer, payment, made.id);
        vm.prank(buyer);
        ledger.deposit(address(token), buyer, payment);
        return _balance();
    }
}
