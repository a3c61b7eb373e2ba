// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Agreement, IIntentEscrow} from "../../../contracts/interfaces/IIntentEscrow.sol";
import {AgreementHash} from "../../../contracts/libraries/AgreementHash.sol";
import {World} from "./World.sol";
import {vm} from "./Vm.sol";

/// @notice Single calls with any values at all.
contract FuzzTest is World {
    uint256 private constant START = 1_700_000_000;

    function setUp() external {
        vm.warp(START);
    }

    /// @dev Whatever quantity, price and lot, and in however many parts: nothing is lost to rounding, and the fee is
    /// its share of the whole, rounded down once.
    function testFuzz_paymentIsSplitWhole(uint64 quantity, uint64 price, uint64 lot, uint64 part) external {
        Agreement memory agreement = _agreement(quantity, price, lot == 0 ? 1 : lot);
        uint256 payment = escrow.paymentOf(agreement, quantity);
        if (payment == 0 || payment > type(uint96).max) return;
        bytes32 id = _open(agreement, payment);
        part = part % quantity;
        bool inParts = escrow.paymentOf(agreement, part) != 0;
        if (inParts) vm.prank(agreement.buyer);
        if (inParts) escrow.settle(agreement, part, false, id, "");
        vm.prank(agreement.buyer);
        escrow.settle(agreement, quantity, false, id, "");
        uint256 received = ledger.balanceOf(address(token), agreement.payout);
        uint256 fee = ledger.feesOf(address(token), agreement.payout);
        require(received + fee == payment, "lost to rounding");
        require(fee * 10_000 <= payment * FEE_BPS, "fee above its share");
        require((fee + 1) * 10_000 > payment * FEE_BPS, "fee below its share");
    }

    function testFuzz_refundIsWhole(uint64 quantity, uint64 price, uint64 lot, uint32 late) external {
        Agreement memory agreement = _agreement(quantity, price, lot == 0 ? 1 : lot);
        uint256 payment = escrow.paymentOf(agreement, quantity);
        if (payment == 0 || payment > type(uint96).max) return;
        _open(agreement, payment);
        vm.warp(uint256(agreement.deadline) + 1 + late);
        escrow.refund(agreement);
        require(ledger.balanceOf(address(token), agreement.buyer) == payment, "refund is not whole");
        require(token.balanceOf(address(ledger)) == payment, "something left");
    }

    /// @dev Any change of any bit is another agreement, or none at all.
    function testFuzz_idBindsEveryBit(Agreement calldata agreement, uint256 bit) external view {
        bytes memory call = abi.encodeCall(escrow.idOf, (agreement));
        bit %= (call.length - 4) * 8;
        bytes32 id = escrow.idOf(agreement);
        call[4 + bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        (bool valid, bytes memory other) = address(escrow).staticcall(call);
        require(!valid || abi.decode(other, (bytes32)) != id, "two agreements, one id");
    }

    function testFuzz_garbageIsNoSignature(bytes calldata garbage) external {
        Agreement memory agreement = _agreement(1, 1000, 1);
        bytes memory sellerSignature = _sign(1, escrow.idOf(agreement));
        vm.expectRevert(abi.encodeWithSelector(IIntentEscrow.InvalidSignature.selector, agreement.buyer));
        escrow.open(agreement, garbage, sellerSignature, "");
    }

    /// @dev A withdrawal pays the smaller of what was asked for and what is there; spending comes first.
    function testFuzz_withdrawalPaysTheSmaller(uint96 amount, uint64 spent, uint96 asked) external {
        Agreement memory agreement = _agreement(spent, 1, 1);
        address account = agreement.buyer;
        _give(account, uint256(spent) + amount);
        if (asked == 0 || amount == 0) return;
        vm.prank(account);
        ledger.requestWithdrawal(address(token), asked);
        if (spent != 0) _openFunded(agreement);
        vm.warp(START + ledger.withdrawalDelay());
        vm.prank(account);
        ledger.withdraw(address(token), account);
        uint256 expected = asked < amount ? asked : amount;
        require(token.balanceOf(account) == expected, "paid another amount");
        require(ledger.balanceOf(address(token), account) == amount - expected, "charged another amount");
    }

    /// @dev The chain forks and changes its id while an agreement is open and another one is signed.
    function testFuzz_forkKeepsExitsAndReplaysNothing(uint32 forkId, bool settled) external {
        if (forkId == block.chainid) return;
        Agreement memory agreement = _agreement(5, 1000, 1);
        bytes32 id = _open(agreement, 5000);
        bytes32 separator = escrow.domainSeparator();
        bytes memory release = _release(0, id, 5, false, bytes32(0));
        Agreement memory signed = _agreement(6, 1000, 1);
        bytes memory buyerSignature = _sign(0, escrow.idOf(signed));
        bytes memory sellerSignature = _sign(1, escrow.idOf(signed));
        _give(signed.buyer, 6000);

        vm.chainId(forkId);
        require(escrow.domainSeparator() != separator, "the domain ignores the chain");
        require(escrow.idOf(agreement) == id, "an open agreement lost its id");
        vm.expectRevert(abi.encodeWithSelector(IIntentEscrow.InvalidSignature.selector, signed.buyer));
        escrow.open(signed, buyerSignature, sellerSignature, "");
        vm.expectRevert(abi.encodeWithSelector(IIntentEscrow.InvalidSignature.selector, agreement.buyer));
        escrow.settle(agreement, 5, false, bytes32(0), release);

        vm.warp(uint256(agreement.deadline) + 1);
        if (settled) escrow.settle(agreement, 5, false, bytes32(0), _release(0, id, 5, false, bytes32(0)));
        else escrow.refund(agreement);
        IIntentEscrow.Status ended = settled ? IIntentEscrow.Status.Settled : IIntentEscrow.Status.Refunded;
        require(escrow.statusOf(id) == ended, "the exit is another agreement's");
    }

    /// @dev What is signed for the fork opens on the fork.
    function testFuzz_forkTradesOn(uint32 forkId) external {
        vm.chainId(forkId);
        Agreement memory agreement = _agreement(5, 1000, 1);
        _give(agreement.buyer, 5000);
        bytes32 typed = _digest(escrow.domainSeparator(), AgreementHash.hash(agreement));
        bytes32 id = escrow.open(agreement, _sign(0, typed), _sign(1, typed), "");
        require(escrow.statusOf(id) == IIntentEscrow.Status.Open, "not open");
        require(escrow.idOf(agreement) == id, "another id");
    }

    function _agreement(uint64 quantity, uint64 price, uint64 lot) private view returns (Agreement memory agreement) {
        agreement.buyer = actors[0];
        agreement.payer = actors[0];
        agreement.seller = actors[1];
        agreement.payout = actors[2];
        agreement.token = address(token);
        agreement.quantity = quantity;
        agreement.price = price;
        agreement.lot = lot;
        agreement.feeBps = FEE_BPS;
        agreement.expiry = uint64(START + 60);
        agreement.deadline = uint64(START + 1 days);
    }

    function _give(address account, uint256 amount) private {
        token.mint(account, amount);
        vm.prank(account);
        ledger.deposit(address(token), account, amount);
    }

    function _open(Agreement memory agreement, uint256 amount) private returns (bytes32) {
        _give(agreement.buyer, amount);
        return _openFunded(agreement);
    }

    function _openFunded(Agreement memory agreement) private returns (bytes32 id) {
        id = escrow.idOf(agreement);
        escrow.open(agreement, _sign(0, id), _sign(1, id), "");
    }
}
