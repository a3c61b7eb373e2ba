// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AgreementPacking} from "../AgreementPacking.sol";
import {Agreement, IIntentEscrow} from "../../../../contracts/interfaces/IIntentEscrow.sol";
import {Wish} from "./Drafts.sol";
import {Spending} from "./Spending.sol";
import {vm} from "../Vm.sol";

/// @notice How honest people come to agreements. Nothing here may fail, but what a mandate does not allow must.
abstract contract OpenActions is Spending {
    using AgreementPacking for Agreement;

    /// @notice How often each nonce of a buyer's spot trades was settled.
    mapping(address buyer => mapping(uint256 nonce => uint256)) public trades;
    /// @notice Agreements that were never opened, with both signatures on them.
    Deal[] internal _unfunded;

    function open(Wish calldata wish, uint256 relayer) external watched {
        _open(wish, relayer);
    }

    /// @notice The same once more: deals are what everything else needs.
    function openAnother(Wish calldata wish, uint256 relayer) external watched {
        _open(wish, relayer);
    }

    function openPrepaid(Wish calldata wish, uint256 relayer, bool byPermit) external watched {
        if (_deals.length == MAX_DEALS) return;
        Deal memory made = _draft(wish, false);
        if (made.a.payer != made.a.buyer) return;
        bytes memory funding = _fund(made, made.payment + made.a.relayFee, byPermit);
        (bool done,) = _submit(made, relayer, funding);
        require(done, "a prepaid agreement was not opened");
        _deals.push(made);
    }

    /// @notice Both sign, and nobody pays.
    function openUnfunded(Wish calldata wish, uint256 relayer) external watched {
        Deal memory made = _draft(wish, false);
        made.a.nonce = uint128(1e18 + _unfunded.length);
        made.id = escrow.idOf(made.a.encode());
        uint256 balance = ledger.balanceOf(address(token), made.a.payer);
        if (balance >= made.payment + made.a.relayFee) return;
        (bool done,) = _submit(made, relayer, "");
        if (done) breach = "an agreement was opened that nobody paid";
        _unfunded.push(made);
    }

    function revoke(Wish calldata wish, uint256 party) external watched {
        if (_deals.length == MAX_DEALS) return;
        Deal memory made = _draft(wish, false);
        address[3] memory parties = [made.a.buyer, made.a.payer, made.a.seller];
        vm.prank(parties[party % 3]);
        escrow.revoke(made.a.encode());
        _deals.push(made);
    }

    function trade(Wish calldata wish, uint256 relayer) external watched {
        Deal memory made = _draft(wish, true);
        if (escrow.isNonceUsed(made.a.buyer, made.a.nonce)) return;
        _prefund(made.a.payer, made.payment + made.a.relayFee);
        _trade(made, relayer, false);
    }

    /// @notice A trade twice in a batch, and what comes after the bad one counts.
    function tradeInBatch(Wish calldata wish, uint256 relayer) external watched {
        Deal memory made = _draft(wish, true);
        if (escrow.isNonceUsed(made.a.buyer, made.a.nonce)) return;
        _prefund(made.a.payer, 2 * (made.payment + made.a.relayFee));
        _trade(made, relayer, true);
    }

    function revokeNonces(uint256 actor, uint256 word, uint256 mask) external watched {
        vm.prank(_actor(actor));
        escrow.revokeNonces(word % 2, mask);
    }

    function _open(Wish calldata wish, uint256 relayer) private {
        if (_deals.length == MAX_DEALS) return;
        Deal memory made = _draft(wish, false);
        Agreement memory a = made.a;
        uint256 amount = made.payment + a.relayFee;
        _prefund(a.payer, amount);
        (uint256 agentId,,) = registry.bindingOf(a.buyer);
        bool isAllowed = a.payer == a.buyer || _allowsBoth(made, agentId, _actor(relayer));
        (bool done,) = _submit(made, relayer, "");
        if (done && a.payer != a.buyer) _countBoth(made, agentId, _actor(relayer));
        require(done == isAllowed, "opened, or not, against the mandate");
        if (done) _deals.push(made);
    }

    function _submit(Deal memory made, uint256 relayer, bytes memory funding) private returns (bool, bytes memory) {
        bytes memory buyers = _sign(made.a.buyer, made.id);
        bytes memory sellers = _sign(made.a.seller, made.id);
        vm.prank(_actor(relayer));
        return address(escrow).call(abi.encodeCall(escrow.open, (made.a.encode(), buyers, sellers, funding)));
    }

    function _trade(Deal memory made, uint256 relayer, bool twice) private {
        Agreement memory a = made.a;
        bytes[] memory calls = new bytes[](twice ? 2 : 1);
        for (uint256 i = 0; i < calls.length; ++i) {
            calls[i] = abi.encodeCall(escrow.trade, (a.encode(), _sign(a.buyer, made.id), _sign(a.seller, made.id)));
        }
        (uint256 agentId,,) = registry.bindingOf(a.buyer);
        vm.prank(_actor(relayer));
        uint256 times = escrow.batch(calls);
        if (times > 1) breach = "a nonce counted twice";
        if (times == 0 && a.payer == a.buyer) breach = "a trade in order was skipped";
        if (times == 0) return;
        if (trades[a.buyer][a.nonce]++ != 0) breach = "a nonce counted twice";
        tradeFees += made.payment * FEE_BPS / 10_000;
        if (a.payer != a.buyer) _countBoth(made, agentId, _actor(relayer));
    }
}
