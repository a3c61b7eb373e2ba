// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AgreementPacking} from "../AgreementPacking.sol";
import {Agreement, Conditions} from "../../../../contracts/interfaces/IIntentEscrow.sol";
import {vm} from "../Vm.sol";
import {ReputationModel} from "./ReputationModel.sol";

/// @notice What clients, owners and swindlers do, for the invariant runner to call in any order.
contract ReputationActions is ReputationModel {
    using AgreementPacking for Agreement;

    struct Deal {
        Agreement agreement;
        uint256 client;
        uint256 unit;
        /// Minor units: what was to be paid and what was, fee included.
        uint256 price;
        uint256 paid;
        /// Whether the agreement has ended, and whether against the seller.
        bool ended;
        bool failed;
        bool rated;
    }

    Deal[] private _deals;

    /// @notice A client buys: it settles, settles a part and is refunded, is refunded, disputes, or waits.
    function trade(uint256 parties, uint64 quantity, uint64 price, uint64 part, uint256 ending) external timed {
        Deal memory made = _newDeal(parties, quantity, price);
        Conditions memory conditions = _conditions(uint16(part % 10_001));
        made.agreement.conditions = escrow.hashConditions(conditions);
        if (made.price == 0) return;
        _open(made.agreement, _clientKey(made.client));
        made.ended = ending % 5 != 4;
        made.failed = ending % 5 != 0;
        if (ending % 5 == 0) _settle(made, made.agreement.quantity);
        if (ending % 5 == 1) _settle(made, uint64(1 + part % made.agreement.quantity));
        if (ending % 5 == 1 || ending % 5 == 2) _refund(made);
        if (ending % 5 == 3) _dispute(made, conditions);
        _deals.push(made);
    }

    /// @notice A client, or somebody else, rates an agreement. It must succeed exactly when it may.
    function rate(uint256 seed, uint256 caller, uint256 value, uint8 decimals) external timed {
        if (_deals.length == 0) return;
        Deal storage made = _deals[seed % _deals.length];
        decimals %= 19;
        int128 said = int128(int256(value % (101 * 10 ** decimals))) - (value % 50 == 0 ? int128(1) : int128(0));
        address client = caller % 4 == 0 ? _client(caller >> 8) : made.agreement.buyer;
        bool may = _mayRate(made, client, said, decimals);
        vm.prank(client);
        try reputation.giveSettledFeedback(made.agreement.encode(), said, decimals, "tag", "", "", "", 0) {
            if (!may) breach = "rated what must not be";
            else _remember(made, client, uint256(uint128(said)) * 100 / 10 ** decimals);
        } catch {
            if (may) breach = "could not rate what may be";
        }
    }

    /// @notice Feedback that costs nothing, which must not count.
    function giveFeedback(uint256 client, uint256 agentId, int128 value) external timed {
        agentId = 1 + agentId % SELLERS;
        address account = _client(client);
        if (registry.isAuthorizedOrOwner(account, agentId)) return;
        vm.prank(account);
        reputation.giveFeedback(agentId, value / 2, 0, "tag", "another", "", "", 0);
    }

    /// @notice A client takes back what it said; a second time it must fail.
    function revoke(uint256 seed) external timed {
        if (_opinions.length == 0) return;
        Opinion storage said = _opinions[seed % _opinions.length];
        vm.prank(said.client);
        try reputation.revokeFeedback(said.agentId, said.index) {
            if (said.revoked) breach = "taken back twice";
            said.revoked = true;
        } catch {
            if (!said.revoked) breach = "could not be taken back";
        }
    }

    /// @notice A client's key begins to speak for a household, or ceases to speak for any.
    function rebind(uint256 client, uint256 household, bool bound) external timed {
        (uint64 agentId,, address owner) = registry.bindingOf(_client(client));
        if (agentId != 0) {
            vm.prank(owner);
            registry.unsetAgentWallet(agentId);
        }
        if (bound) _bind(_household(household), _clientKey(client));
    }

    /// @notice An agent changes hands: to another owner, or to a client.
    function sell(uint256 agentId, uint256 to, bool toClient) external timed {
        agentId = 1 + agentId % (SELLERS + HOUSEHOLDS);
        address owner = registry.ownerOf(agentId);
        vm.prank(owner);
        registry.transferFrom(owner, toClient ? _client(to) : _owner(to), agentId);
    }

    /// @notice An owner makes a client, or another owner, its operator, or no longer.
    function approve(uint256 owner, uint256 account, bool client, bool approved) external timed {
        address operator = client ? _client(account) : _owner(account);
        if (operator == _owner(owner)) return;
        vm.prank(_owner(owner));
        registry.setApprovalForAll(operator, approved);
    }

    function _newDeal(uint256 parties, uint64 quantity, uint64 price) private view returns (Deal memory made) {
        made.client = (parties >> 8) % CLIENTS;
        made.unit = _units[(parties >> 16) % TOKENS];
        Agreement memory a = made.agreement;
        a.agentId = uint64(1 + parties % SELLERS);
        a.token = address(_tokens[(parties >> 16) % TOKENS]);
        (a.buyer, a.payer) = (_client(made.client), _client(made.client));
        (a.seller, a.payout) = (vm.addr(_sellerKey(a.agentId)), _owner(parties >> 24));
        // From nothing to far above the cap, each order of magnitude as often.
        (a.quantity, a.price, a.lot) = (1 + quantity % 1e6, price >> (parties >> 32) % 64, 1 + uint64(parties >> 40) % 1000);
        a.feeBps = FEE_BPS;
        (a.expiry, a.deadline) = (uint64(_now) + 10 minutes, uint64(_now) + 1 days);
        a.nonce = uint128(_deals.length / 2);
        a.termsHash = bytes32(_deals.length);
        made.price = escrow.paymentOf(a.encode(), a.quantity);
    }

    function _settle(Deal memory made, uint64 quantity) private {
        if (escrow.paymentOf(made.agreement.encode(), quantity) == 0) return;
        vm.prank(made.agreement.buyer);
        escrow.settle(made.agreement.encode(), quantity, quantity == made.agreement.quantity, bytes32(0), "");
        made.paid = escrow.paymentOf(made.agreement.encode(), quantity);
        made.failed = made.failed && quantity != made.agreement.quantity;
    }

    function _refund(Deal memory made) private {
        if (!made.failed) return;
        _now = made.agreement.deadline + 1;
        vm.warp(_now);
        escrow.refund(made.agreement.encode());
    }

    function _dispute(Deal memory made, Conditions memory conditions) private {
        vm.prank(made.agreement.seller);
        escrow.deliver(made.agreement.encode(), conditions, made.agreement.quantity, bytes32(0), "");
        vm.prank(made.agreement.buyer);
        escrow.dispute(made.agreement.encode(), conditions, "");
        made.paid = made.price * conditions.splitBps / 10_000;
    }

    function _mayRate(Deal memory made, address client, int128 value, uint8 decimals) private view returns (bool) {
        uint256 agentId = made.agreement.agentId;
        if (made.rated || !made.ended || client != made.agreement.buyer) return false;
        if (value < 0 || uint128(value) > 100 * 10 ** decimals) return false;
        if ((made.failed ? made.price : made.paid) * FEE_BPS < 10_000) return false;
        address owner = _creditOf(agentId, client);
        address self = registry.ownerOf(agentId);
        return client != self && owner != self;
    }

    function _remember(Deal storage made, address client, uint256 value) private {
        made.rated = true;
        Opinion storage said = _opinions.push();
        (said.agentId, said.client) = (made.agreement.agentId, client);
        said.index = reputation.getLastIndex(said.agentId, client);
        said.owner = _creditOf(said.agentId, client);
        _creditedTo[said.agentId][client] = said.owner;
        uint256 fee = made.paid * FEE_BPS / 10_000;
        uint256 wholeFee = made.failed ? made.price * FEE_BPS / 10_000 : fee;
        said.rating = value * fee / wholeFee;
        if (made.unit == 0) return;
        said.weight = wholeFee / made.unit < OWNER_CAP ? wholeFee / made.unit : OWNER_CAP;
        said.volume = made.paid / made.unit;
    }
}
