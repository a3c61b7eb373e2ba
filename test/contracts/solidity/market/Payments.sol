// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AgreementPacking} from "../AgreementPacking.sol";
import {Agreement, IIntentEscrow} from "../../../../contracts/interfaces/IIntentEscrow.sol";
import {AgreementHash} from "../../../../contracts/libraries/AgreementHash.sol";
import {Singles} from "./Singles.sol";
import {vm} from "../Vm.sol";

/// @notice Single agreements with any amounts at all.
contract PaymentFuzzTest is Singles {
    using AgreementPacking for Agreement;

    /// @dev Whatever quantity, price and lot: nothing is lost to rounding, and the fee is its share rounded down.
    function testFuzz_paymentIsSplitWhole(uint64 quantity, uint64 price, uint64 lot) external {
        Agreement memory a = _agreement(quantity, price, lot);
        uint256 payment = _payment(a);
        if (payment == 0) return;
        _open(a);
        _settle(a, a.quantity);
        uint256 fee = ledger.feesOf(address(token), a.payout);
        require(ledger.balanceOf(address(token), a.payout) + fee == payment, "lost to rounding");
        require(fee * 10_000 <= payment * FEE_BPS, "fee above its share");
        require((fee + 1) * 10_000 > payment * FEE_BPS, "fee below its share");
    }

    /// @dev Many payments cost the fee that one does, and come to the same.
    function testFuzz_partsCostWhatTheWholeDoes(uint64 quantity, uint64 price, uint64 lot, uint64[8] memory parts)
        external
    {
        Agreement memory a = _agreement(quantity, price, lot);
        uint256 payment = _payment(a);
        if (payment == 0) return;
        bytes32 id = _open(a);
        for (uint256 i = 0; i < parts.length; ++i) {
            uint64 part = a.quantity == 0 ? 0 : parts[i] % a.quantity;
            (, uint96 paid,,,) = escrow.recordOf(id);
            if (escrow.paymentOf(a.encode(), part) > paid) _settle(a, part);
        }
        (, uint96 before,,,) = escrow.recordOf(id);
        if (before < payment) _settle(a, a.quantity);
        require(ledger.feesOf(address(token), a.payout) == payment * FEE_BPS / 10_000, "parts cost another fee");
        uint256 earned = payment - payment * FEE_BPS / 10_000;
        require(ledger.balanceOf(address(token), a.payout) == earned, "parts come to another sum");
    }

    function testFuzz_refundIsWhole(uint64 quantity, uint64 price, uint64 lot, uint32 late) external {
        Agreement memory a = _agreement(quantity, price, lot);
        uint256 payment = _payment(a);
        if (payment == 0) return;
        _open(a);
        vm.warp(uint256(a.deadline) + 1 + late);
        escrow.refund(a.encode());
        require(ledger.balanceOf(address(token), a.payer) == payment, "refund is not whole");
    }

    /// @dev A cancelling buyer loses its share of what is in escrow, and not a unit is lost.
    function testFuzz_cancellingSplitsWhole(uint64 quantity, uint64 price, uint64 lot, uint16 bps) external {
        Agreement memory a = _agreement(quantity, price, lot);
        a.penaltyBps = bps % 10_001;
        uint256 payment = _payment(a);
        if (payment == 0) return;
        _open(a);
        vm.prank(a.buyer);
        escrow.cancel(a.encode(), _conditions());
        uint256 earned = ledger.balanceOf(address(token), a.payout) + ledger.feesOf(address(token), a.payout);
        require(earned == payment * a.penaltyBps / 10_000, "the seller's side got another share");
        require(ledger.balanceOf(address(token), a.payer) == payment - earned, "the rest is not the payer's");
    }

    /// @dev Whatever the meter counts: never more than agreed, and more when it counts more.
    function testFuzz_meterIsMonotonic(uint64 quantity, uint64 price, uint64 lot, uint64 less, uint64 more) external {
        Agreement memory a = _agreement(quantity, price, lot);
        uint256 payment = _payment(a);
        if (payment == 0) return;
        if (less > more) (less, more) = (more, less);
        uint256 first = _metered(a, less, 1);
        uint256 second = _metered(a, more, 2);
        require(first <= second && second <= payment, "the meter's word has another price");
    }

    /// @dev A withdrawal pays the smaller of what was asked for and what is there; spending comes first.
    function testFuzz_withdrawalPaysTheSmaller(uint96 amount, uint64 spent, uint96 asked) external {
        Agreement memory a = _agreement(spent, 1, 1);
        _give(a.payer, amount);
        if (asked == 0 || amount == 0) return;
        vm.prank(a.payer);
        ledger.requestWithdrawal(address(token), asked);
        if (spent != 0) _open(a);
        vm.warp(_now + ledger.withdrawalDelay());
        uint256 before = token.balanceOf(a.payer);
        vm.prank(a.payer);
        ledger.withdraw(address(token), a.payer);
        uint256 expected = asked < amount ? asked : amount;
        require(token.balanceOf(a.payer) - before == expected, "paid another amount");
        require(ledger.balanceOf(address(token), a.payer) == amount - expected, "charged another amount");
    }

    function _settle(Agreement memory a, uint64 quantity) private {
        vm.prank(a.buyer);
        escrow.settle(a.encode(), quantity, false, bytes32(0), "");
    }

    function _metered(Agreement memory a, uint64 quantity, uint128 nonce) private returns (uint256 paid) {
        a.nonce = nonce;
        bytes32 id = _open(a);
        bytes memory reading = _signStruct(actors[3], AgreementHash.hashReading(id, quantity));
        vm.warp(_conditions().end);
        escrow.settleByMeter(a.encode(), _conditions(), quantity, reading);
        IIntentEscrow.Status status;
        (status, paid,,,) = escrow.recordOf(id);
        bool isPaid = status == IIntentEscrow.Status.Settled && paid != 0;
        require(isPaid || (status == IIntentEscrow.Status.Refunded && paid == 0), "the meter settled otherwise");
    }
}
