// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AGREEMENT_WORDS, Agreement} from "../../../contracts/interfaces/IIntentEscrow.sol";

/// @notice The way back of {AgreementCodec}: what people off the chain send.
library AgreementPacking {
    function encode(Agreement memory a) internal pure returns (bytes32[AGREEMENT_WORDS] memory words) {
        words[0] = bytes32(abi.encodePacked(a.buyer, a.expiry, a.buyerEpoch));
        words[1] = bytes32(abi.encodePacked(a.payer, a.deadline, a.sellerEpoch));
        words[2] = bytes32(abi.encodePacked(a.seller, a.agentId, a.feeBps, a.penaltyBps));
        words[3] = bytes32(abi.encodePacked(a.payout, a.lot));
        words[4] = bytes32(abi.encodePacked(a.token, a.relayFee));
        words[5] = bytes32(abi.encodePacked(a.staker, a.exposure));
        words[6] = bytes32(abi.encodePacked(a.quantity, a.price, a.nonce));
        (words[7], words[8], words[9]) = (a.intentHash, a.termsHash, a.conditions);
    }
}
