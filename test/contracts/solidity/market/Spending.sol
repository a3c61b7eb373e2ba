// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Agreement} from "../../../../contracts/interfaces/IIntentEscrow.sol";
import {Drafts} from "./Drafts.sol";
import {vm} from "../Vm.sol";

/// @notice What agents' keys spent of their owners' money, counted apart from the ledger: per period of one length, and
/// anew when the owner changes the caps.
abstract contract Spending is Drafts {
    struct Caps {
        uint128 perPeriod;
        uint128 perPayee;
    }

    mapping(address owner => mapping(uint256 agentId => Caps)) internal _caps;
    mapping(bytes32 key => uint256) private _spent;

    constructor() {
        for (uint256 i = 0; i < ACTORS; ++i) {
            _caps[actors[i]][i + 1] = Caps(PER_PERIOD, PER_PAYEE);
        }
    }

    function setMandate(uint256 actor, uint256 agentId, uint128 perPeriod, uint128 perPayee) external watched {
        agentId = 1 + agentId % ACTORS;
        (perPeriod, perPayee) = (perPeriod % (2 * PER_PERIOD), perPayee % (2 * PER_PAYEE));
        vm.prank(_actor(actor));
        ledger.setMandate(address(token), agentId, perPeriod, perPayee, MANDATE_PERIOD);
        _caps[_actor(actor)][agentId] = Caps(perPeriod, perPayee);
    }

    /// @dev Whether the mandate still allows the payment and, to whoever submits, the relay fee.
    function _allowsBoth(Deal memory made, uint256 agentId, address relayer) internal view returns (bool) {
        Agreement memory a = made.a;
        Caps memory caps = _caps[a.payer][agentId];
        uint256 amount = made.payment + a.relayFee;
        if (_spent[_key(a.payer, agentId, address(0))] + amount > caps.perPeriod) return false;
        uint256 toPayout = _spent[_key(a.payer, agentId, a.payout)] + (relayer == a.payout ? amount : made.payment);
        return toPayout <= caps.perPayee
            && (a.relayFee == 0 || _spent[_key(a.payer, agentId, relayer)] + a.relayFee <= caps.perPayee);
    }

    /// @dev Expenses that the ledger let through.
    function _countBoth(Deal memory made, uint256 agentId, address relayer) internal {
        if (!_allowsBoth(made, agentId, relayer)) breach = "a key spent more than the mandate allows";
        address owner = made.a.payer;
        _spent[_key(owner, agentId, address(0))] += made.payment + made.a.relayFee;
        _spent[_key(owner, agentId, made.a.payout)] += made.payment;
        _spent[_key(owner, agentId, relayer)] += made.a.relayFee;
    }

    function _key(address owner, uint256 agentId, address payee) private view returns (bytes32) {
        return keccak256(abi.encode(owner, agentId, payee, _now / MANDATE_PERIOD));
    }
}
