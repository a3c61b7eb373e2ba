// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

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
            _caps[actors[i]][i + 1] = Caps(1e10, 1e9);
        }
    }

    function setMandate(uint256 actor, uint256 agentId, uint128 perPeriod, uint128 perPayee) external watched {
        agentId = 1 + agentId % ACTORS;
        (perPeriod, perPayee) = (perPeriod % 1e10, perPayee % 1e9);
        vm.prank(_actor(actor));
        ledger.setMandate(address(token), agentId, perPeriod, perPayee, MANDATE_PERIOD);
        _caps[_actor(actor)][agentId] = Caps(perPeriod, perPayee);
    }

    /// @dev Whether the mandate still allows it.
    function _allows(address owner, uint256 agentId, address payee, uint256 amount) internal view returns (bool) {
        Caps memory caps = _caps[owner][agentId];
        return _spent[_key(owner, agentId, address(0))] + amount <= caps.perPeriod
            && _spent[_key(owner, agentId, payee)] + amount <= caps.perPayee;
    }

    /// @dev An expense that the ledger let through.
    function _count(address owner, uint256 agentId, address payee, uint256 amount) internal {
        if (!_allows(owner, agentId, payee, amount)) breach = "a key spent more than the mandate allows";
        _spent[_key(owner, agentId, address(0))] += amount;
        _spent[_key(owner, agentId, payee)] += amount;
    }

    function _key(address owner, uint256 agentId, address payee) private view returns (bytes32) {
        return keccak256(abi.encode(owner, agentId, payee, _now / MANDATE_PERIOD));
    }
}
