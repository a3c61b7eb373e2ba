// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AgreementPacking} from "../AgreementPacking.sol";
import {Agreement, Conditions, IIntentEscrow} from "../../../../contracts/interfaces/IIntentEscrow.sol";
import {Ghost} from "./Ghost.sol";
import {vm} from "../Vm.sol";

/// @notice What an agreement is made from; the runner draws it.
struct Wish {
    uint256 parties;
    uint256 money;
    uint256 times;
    uint256 rules;
}

/// @notice Agreements between two people that are new and in order, and the money for them.
abstract contract Drafts is Ghost {
    using AgreementPacking for Agreement;

    uint256 internal constant MAX_DEALS = 40;

    function _draft(Wish calldata wish, bool isSpot) internal view returns (Deal memory made) {
        Agreement memory a = made.a;
        a.buyer = _actor(wish.parties);
        a.seller = _actor(wish.parties % ACTORS + 1 + (wish.parties >> 8) % (ACTORS - 1));
        a.payout = _actor(wish.parties >> 16);
        a.token = address(token);
        (a.payer, a.buyerEpoch) = _payerOf(a.buyer, a.seller, wish.parties >> 24);
        (a.agentId, a.sellerEpoch, a.staker) = registry.bindingOf(a.seller);
        uint256 free = vault.freeStake(a.agentId, a.staker, address(escrow));
        if (!isSpot && a.agentId != 0) a.exposure = uint96((wish.money >> 192) % (free / 4 + 1));
        (a.quantity, a.price) = (uint64(1 + wish.money % 1000), uint64(1000 + (wish.money >> 64) % 1e6));
        (a.lot, a.relayFee) = (uint64(1 + (wish.money >> 128) % 1000), uint64((wish.rules >> 64) % (wish.rules >> 96 & 3 == 0 ? 1e6 : 100)));
        (a.feeBps, a.penaltyBps) = (FEE_BPS, uint16(wish.rules % 10_001));
        a.expiry = uint64(_now + 60);
        a.nonce = uint128(isSpot ? wish.rules % 512 : _deals.length);
        if (!isSpot) a.deadline = uint64(_now + 120 + wish.times % 5 days);
        made.c = _conditions(wish, isSpot ? _now + 1 days : a.deadline);
        a.conditions = escrow.hashConditions(made.c);
        made.id = escrow.idOf(a.encode());
        made.payment = escrow.paymentOf(a.encode(), a.quantity);
    }

    /// @dev The buyer itself, or the owner of the agent that it speaks for.
    function _payerOf(address buyer, address seller, uint256 dice) private view returns (address, uint32) {
        (, uint32 epoch, address owner) = registry.bindingOf(buyer);
        bool isMandated = dice % 2 == 0 && owner != address(0) && owner != seller && owner != buyer;
        return isMandated ? (owner, epoch) : (buyer, 0);
    }

    function _conditions(Wish calldata wish, uint256 deadline) private view returns (Conditions memory c) {
        c.end = uint64(_now + (wish.times >> 64) % (deadline - _now + 1));
        c.start = uint64(_now + (wish.times >> 128) % (c.end - _now + 1));
        c.lateFrom = uint64(_now + (wish.times >> 192) % (c.start - _now + 1));
        c.window = uint32((wish.rules >> 128) % 3 days);
        (c.lateBps, c.splitBps) = (uint16((wish.rules >> 16) % 10_001), uint16((wish.rules >> 32) % 10_001));
        c.retail = uint64((wish.rules >> 48) % 2e6);
        c.meter = _actor(wish.rules >> 192);
        if (wish.rules >> 200 & 3 != 0) c.arbitrator = address(arbitrator);
    }

    /// @dev The payer has in the ledger what the agreement takes.
    function _prefund(address payer, uint256 amount) internal {
        token.mint(payer, amount);
        deposited += amount;
        vm.prank(payer);
        ledger.deposit(address(token), payer, amount);
    }

    /// @dev The buyer's wallet pays, by an EIP-3009 authorisation for the ledger or an EIP-2612 permit.
    function _fund(Deal memory made, uint256 amount, bool byPermit) internal returns (bytes memory) {
        address buyer = made.a.buyer;
        token.mint(buyer, amount);
        deposited += amount;
        (uint128 most, uint64 never) = (type(uint128).max, type(uint64).max);
        if (byPermit) {
            bytes32 typeHash =
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
            bytes32 permit = keccak256(abi.encode(typeHash, buyer, address(ledger), most, token.nonces(buyer), never));
            return abi.encodePacked(IIntentEscrow.FundingKind.Permit, most, never, _signForToken(buyer, permit));
        }
        bytes32 orderType = keccak256(
            "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
        );
        bytes32 order = keccak256(abi.encode(orderType, buyer, address(ledger), amount, 0, never, made.id));
        bytes memory signature = _signForToken(buyer, order);
        return abi.encodePacked(IIntentEscrow.FundingKind.Authorization, uint128(0), never, signature);
    }

    function _signForToken(address account, bytes32 structHash) private view returns (bytes memory) {
        return _sign(account, _digest(token.DOMAIN_SEPARATOR(), structHash));
    }
}
