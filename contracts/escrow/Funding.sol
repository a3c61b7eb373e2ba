// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Agreement} from "../interfaces/IIntentEscrow.sol";
import {EscrowBase} from "./EscrowBase.sol";

/// @title Funding
/// @notice How the payment of an agreement gets into escrow: out of the payer's balance, within a mandate, or straight
/// from the buyer's wallet. No storage.
abstract contract Funding is EscrowBase {
    bytes1 private constant PERMIT = bytes1(uint8(FundingKind.Permit));
    bytes1 private constant AUTHORIZATION = bytes1(uint8(FundingKind.Authorization));
    uint256 private constant FUNDING_HEAD = 25;

    /// @dev Whoever submits is one of those that a mandate's cap per payee counts.
    function _takePayment(bytes32 id, Agreement memory a, uint256 payment, bytes calldata funding) internal {
        uint256 payingAgent = _payingAgent(a);
        uint256 amount = payment + a.relayFee;
        if (funding.length == 0) {
            if (payingAgent == 0) {
                treasury.take(a.token, a.payer, amount);
                return;
            }
            treasury.takeFor(a.token, a.payer, payingAgent, a.payout, payment);
            if (a.relayFee != 0) treasury.takeFor(a.token, a.payer, payingAgent, msg.sender, a.relayFee);
            return;
        }
        require(payingAgent == 0, PayerNotBound(a.buyer, a.payer, a.buyerEpoch));
        _pull(id, a, amount, funding);
    }

    function _pull(bytes32 id, Agreement memory a, uint256 amount, bytes calldata funding) private {
        require(funding.length >= FUNDING_HEAD, MalformedFunding(funding.length));
        uint256 first = uint128(bytes16(funding[1:17]));
        uint256 until = uint64(bytes8(funding[17:FUNDING_HEAD]));
        bytes calldata signature = funding[FUNDING_HEAD:];
        if (funding[0] == PERMIT) {
            treasury.pullWithPermit(a.token, a.buyer, amount, first, until, signature);
        } else {
            require(funding[0] == AUTHORIZATION, MalformedFunding(funding.length));
            treasury.pullWithAuthorization(a.token, a.buyer, amount, first, until, id, signature);
        }
    }
}
