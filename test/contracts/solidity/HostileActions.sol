// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Agreement, IIntentEscrow} from "../../../contracts/interfaces/IIntentEscrow.sol";
import {AgreementActions} from "./AgreementActions.sol";
import {vm} from "./Vm.sol";

/// @notice What hostile people try. Whatever succeeds is a breach.
abstract contract HostileActions is AgreementActions {
    /// @dev Opens again what was opened or revoked before, with the true signatures and the money there.
    function replay(uint256 seed) external timed {
        if (_deals.length == 0) return;
        Deal memory made = _deals[seed % _deals.length];
        bytes memory buyerSignature = _sign(made.buyer, made.id);
        bytes memory sellerSignature = _sign(made.seller, made.id);
        try escrow.open(made.agreement, buyerSignature, sellerSignature, "") {
            breach = "an agreement was opened twice";
        } catch {}
    }

    /// @dev Ends once more what has ended, as whoever has the best claim.
    function endAgain(uint256 seed, uint256 how) external timed {
        if (_deals.length == 0) return;
        Deal memory made = _deals[seed % _deals.length];
        if (made.status == IIntentEscrow.Status.Open) return;
        bytes memory call = abi.encodeCall(escrow.refund, (made.agreement));
        if (how % 4 == 1) call = abi.encodeCall(escrow.revoke, (made.agreement));
        if (how % 4 == 2) call = abi.encodeCall(escrow.cancel, (made.agreement, made.conditions));
        if (how % 4 == 3) {
            call = abi.encodeCall(escrow.settle, (made.agreement, made.agreement.quantity, false, bytes32(0), ""));
        }
        vm.prank(made.agreement.buyer);
        (bool done,) = address(escrow).call(call);
        if (done) breach = "a terminal status was left";
    }

    /// @dev Takes the payment of an open agreement without the buyer's word.
    function stealPayment(uint256 seed, bytes32 evidence) external timed {
        (bool found, uint256 index) = _find(seed, IIntentEscrow.Status.Open);
        if (!found) return;
        Deal memory made = _deals[index];
        uint64 all = made.agreement.quantity;
        bytes memory forged = _release(made.seller, made.id, all, false, evidence);
        bytes memory stale = _release(made.buyer, keccak256(abi.encode(made.id)), all, false, evidence);
        vm.prank(made.agreement.seller);
        try escrow.settle(made.agreement, all, false, evidence, seed % 2 == 0 ? forged : stale) {
            breach = "a payment was released without the buyer";
        } catch {}
    }

    /// @dev Takes the payment back before its time, or after the delivery by cancelling.
    function runAway(uint256 seed) external timed {
        (bool found, uint256 index) = _find(seed, IIntentEscrow.Status.Open);
        if (!found) return;
        Deal memory made = _deals[index];
        vm.prank(made.agreement.buyer);
        try escrow.revoke(made.agreement) {
            breach = "an open agreement was revoked";
        } catch {}
        if (_now >= made.conditions.end) {
            vm.prank(made.agreement.buyer);
            try escrow.cancel(made.agreement, made.conditions) {
                breach = "a buyer cancelled after the delivery";
            } catch {}
        }
        if (_now > made.agreement.deadline) return;
        vm.prank(made.agreement.buyer);
        try escrow.refund(made.agreement) {
            breach = "a payment went back before the deadline";
        } catch {}
    }

    /// @dev Passes an agreement that differs from the open one in what it pays or to whom.
    function substitute(uint256 seed, uint256 field) external timed {
        (bool found, uint256 index) = _find(seed, IIntentEscrow.Status.Open);
        if (!found) return;
        Agreement memory other = _deals[index].agreement;
        if (field % 4 == 0) other.quantity += 1;
        if (field % 4 == 1) other.payout = address(0xBAD);
        if (field % 4 == 2) other.exposure += 1;
        if (field % 4 == 3) other.deadline = other.expiry;
        vm.prank(other.buyer);
        try escrow.settle(other, other.quantity, false, bytes32(0), "") {
            breach = "another agreement was settled";
        } catch {}
    }

    /// @dev Calls what only modules may, and unlocks what is another's.
    function impersonateModule(uint256 seed, uint256 amount) external timed {
        address thief = actors[seed % ACTORS];
        address victim = actors[(seed % ACTORS + 1) % ACTORS];
        vm.prank(thief);
        try ledger.move(address(token), victim, thief, amount % 1e6, 0) {
            breach = "a stranger moved a balance";
        } catch {}
        vm.prank(thief);
        try ledger.pullWithPermit(address(token), victim, amount % 1e6, 0, 0, "") {
            breach = "a stranger pulled by an allowance of another";
        } catch {}
        (bool found, uint256 index) = _find(seed, IIntentEscrow.Status.Open);
        if (!found) return;
        Agreement memory agreement = _deals[index].agreement;
        if (agreement.exposure == 0) return;
        vm.prank(thief);
        try vault.unlock(agreement.agentId, agreement.staker, 1) {
            breach = "a stranger unlocked stake";
        } catch {}
        vm.prank(thief);
        try vault.slash(agreement.agentId, agreement.staker, 1, thief) {
            breach = "a stranger slashed stake";
        } catch {}
        vm.prank(thief);
        try vault.lock(agreement.agentId, agreement.staker, 1) {
            breach = "a stranger locked stake";
        } catch {}
    }
}
