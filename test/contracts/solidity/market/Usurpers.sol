// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Agreement} from "../../../../contracts/interfaces/IIntentEscrow.sol";
import {AgreementPacking} from "../AgreementPacking.sol";
import {Ghost} from "./Ghost.sol";
import {Wish} from "./Drafts.sol";
import {OpenActions} from "./OpenActions.sol";
import {vm} from "../Vm.sol";

/// @notice What hostile people try with others' money and stake. Whatever succeeds is a breach.
abstract contract Usurpers is OpenActions {
    using AgreementPacking for Agreement;

    /// @notice One of these attacks.
    function usurp(Wish calldata wish, uint256 which) external watched {
        uint256 how = which >> 8;
        which %= 5;
        if (which == 0) _impersonateModule(wish.parties, wish.money, how);
        else if (which == 1) _reachForStake(wish.parties, wish.money, how);
        else if (which == 2) _tradeAgain(wish, how);
        else if (which == 3) _spendWithStolenKey(wish, how);
        else _overexpose(wish);
    }

    /// @dev Calls what only modules may.
    function _impersonateModule(uint256 seed, uint256 amount, uint256 which) private {
        (address thief, address victim) = (_actor(seed), _actor(seed % ACTORS + 1));
        amount = 1 + amount % 1e6;
        address[] memory both = new address[](2);
        int256[] memory deltas = new int256[](2);
        (both[0], both[1], deltas[0], deltas[1]) = (victim, thief, -int256(amount), int256(amount));
        bytes[6] memory calls = [
            abi.encodeCall(ledger.take, (address(token), victim, amount)),
            abi.encodeCall(ledger.takeFor, (address(token), victim, 1 + seed % ACTORS, thief, amount)),
            abi.encodeCall(ledger.give, (address(token), thief, amount, 0)),
            abi.encodeCall(ledger.move, (address(token), victim, thief, amount, 0)),
            abi.encodeCall(ledger.moveFor, (address(token), victim, 1 + seed % ACTORS, thief, amount, 0)),
            abi.encodeCall(ledger.settle, (address(token), both, deltas))
        ];
        vm.prank(thief);
        (bool done,) = address(ledger).call(calls[which % 6]);
        if (done) breach = "a stranger moved a balance";
    }

    /// @dev Reaches for stake that was put up for the escrow.
    function _reachForStake(uint256 seed, uint256 amount, uint256 which) private {
        (address thief, address victim) = (_actor(seed), _actor(seed % ACTORS + 1));
        amount = 1 + amount % 1e6;
        uint256 agentId = 1 + (seed >> 8) % ACTORS;
        bytes[4] memory calls = [
            abi.encodeCall(vault.lock, (agentId, victim, amount)),
            abi.encodeCall(vault.unlock, (agentId, victim, amount)),
            abi.encodeCall(vault.slash, (agentId, victim, amount, thief)),
            abi.encodeCall(vault.unstake, (agentId, address(vault), thief))
        ];
        vm.prank(thief);
        (bool done,) = address(vault).call(calls[which % 4]);
        if (done) breach = "a stranger reached stake";
    }

    /// @dev Trades again by a nonce that was used or revoked.
    function _tradeAgain(Wish calldata wish, uint256 relayer) private {
        Deal memory made = _draft(wish, true);
        if (!escrow.isNonceUsed(made.a.buyer, made.a.nonce)) return;
        _prefund(made.a.payer, made.payment + made.a.relayFee);
        bytes memory buyers = _sign(made.a.buyer, made.id);
        bytes memory sellers = _sign(made.a.seller, made.id);
        vm.prank(_actor(relayer));
        try escrow.trade(made.a.encode(), buyers, sellers) {
            breach = "a nonce counted twice";
        } catch {}
    }

    /// @dev A key of another epoch, or of no agent, spends an owner's money.
    function _spendWithStolenKey(Wish calldata wish, uint256 epoch) private {
        Deal memory made = _draft(wish, false);
        (uint64 agentId, uint32 current, address owner) = registry.bindingOf(made.a.buyer);
        made.a.payer = _actor(wish.parties >> 24);
        made.a.buyerEpoch = uint32(epoch % 8);
        if (made.a.payer == made.a.buyer || made.a.payer == made.a.seller) return;
        if (agentId != 0 && owner == made.a.payer && current == made.a.buyerEpoch) return;
        made.a.nonce = 2e18;
        made.id = escrow.idOf(made.a.encode());
        _prefund(made.a.payer, made.payment + made.a.relayFee);
        bytes memory buyers = _sign(made.a.buyer, made.id);
        bytes memory sellers = _sign(made.a.seller, made.id);
        try escrow.open(made.a.encode(), buyers, sellers, "") {
            breach = "a key spent what it was not bound to";
        } catch {}
    }

    /// @dev A unit more of exposure than is free; what is queued is not.
    function _overexpose(Wish calldata wish) private {
        Deal memory made = _draft(wish, false);
        if (made.a.agentId == 0) return;
        uint256 free = vault.freeStake(made.a.agentId, made.a.staker, address(escrow));
        (uint128 staked, uint128 locked, uint128 queued,) =
            vault.positionOf(made.a.agentId, made.a.staker, address(escrow));
        if (locked + queued + free > staked && free != 0) breach = "locked, queued or spoken for twice";
        (made.a.exposure, made.a.nonce, made.a.payer) = (uint96(free + 1), 3e18, made.a.buyer);
        made.id = escrow.idOf(made.a.encode());
        _prefund(made.a.buyer, made.payment + made.a.relayFee);
        bytes memory buyers = _sign(made.a.buyer, made.id);
        bytes memory sellers = _sign(made.a.seller, made.id);
        try escrow.open(made.a.encode(), buyers, sellers, "") {
            breach = "exposed what was not free";
        } catch {}
    }
}
