// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AgreementPacking} from "../AgreementPacking.sol";
import {Agreement, Conditions} from "../../../../contracts/interfaces/IIntentEscrow.sol";
import {vm} from "../Vm.sol";
import {ReputationWorld} from "./ReputationWorld.sol";

/// @notice Feedback on both sides of a fork that changed the chain's id.
contract ReputationForkTest is ReputationWorld {
    using AgreementPacking for Agreement;

    /// @dev What was agreed before the fork can be rated after it, once in all.
    function testFuzz_forkKeepsAgreements(uint32 forkId, bool ratedBefore) external {
        vm.warp(_now);
        Agreement memory a = _settled();
        if (ratedBefore) _rate(a);

        vm.chainId(forkId);
        require(reputation.isRated(a.encode()) == ratedBefore, "the fork took feedback for another's");
        if (!ratedBefore) _rate(a);
        require(reputation.isRated(a.encode()), "not rated");
        vm.prank(a.buyer);
        try reputation.giveSettledFeedback(a.encode(), 100, 0, "", "", "", "", 0) {
            revert("rated twice");
        } catch {}
    }

    function _settled() private returns (Agreement memory a) {
        a.agentId = 1;
        a.token = address(_tokens[0]);
        (a.buyer, a.payer) = (_client(0), _client(0));
        (a.seller, a.payout) = (vm.addr(_sellerKey(1)), _owner(1));
        (a.quantity, a.price, a.lot, a.feeBps) = (1e6, 1, 1, FEE_BPS);
        (a.expiry, a.deadline) = (uint64(_now) + 10 minutes, uint64(_now) + 1 days);
        Conditions memory conditions = _conditions(0);
        a.conditions = escrow.hashConditions(conditions);
        _open(a, _clientKey(0));
        vm.prank(a.buyer);
        escrow.settle(a.encode(), a.quantity, true, bytes32(0), "");
    }

    function _rate(Agreement memory a) private {
        vm.prank(a.buyer);
        reputation.giveSettledFeedback(a.encode(), 100, 0, "", "", "", "", 0);
    }
}
