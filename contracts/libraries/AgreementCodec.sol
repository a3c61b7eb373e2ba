// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AGREEMENT_WORDS, Agreement} from "../interfaces/IIntentEscrow.sol";

/// @title AgreementCodec
/// @notice The packed form in which agreements travel to the chain: ten words, big-endian, without padding, so that an
/// agreement has exactly one:
///
/// | word | members, from the high bits to the low |
/// |---|---|
/// | 0 | buyer 160, expiry 64, buyerEpoch 32 |
/// | 1 | payer 160, deadline 64, sellerEpoch 32 |
/// | 2 | seller 160, agentId 64, feeBps 16, penaltyBps 16 |
/// | 3 | payout 160, lot 96 |
/// | 4 | token 160, relayFee 96 |
/// | 5 | staker 160, exposure 96 |
/// | 6 | quantity 64, price 64, nonce 128 |
/// | 7, 8, 9 | intentHash, termsHash, conditions |
///
/// The ABI's own encoding takes 22 words. In calldata of two calls, in the log and in decoding, that is a tenth of what
/// an agreement costs.
library AgreementCodec {
    /// @dev The members as the EIP-712 encoding has them, one word each, in their order.
    function decode(bytes32[AGREEMENT_WORDS] calldata words) internal pure returns (Agreement memory a) {
        assembly ("memory-safe") {
            let m32 := 0xffffffff
            let m64 := 0xffffffffffffffff
            let m96 := 0xffffffffffffffffffffffff

            let w := calldataload(words)
            mstore(a, shr(96, w))
            mstore(add(a, 0x200), and(shr(32, w), m64))
            mstore(add(a, 0x1c0), and(w, m32))

            w := calldataload(add(words, 0x20))
            mstore(add(a, 0x20), shr(96, w))
            mstore(add(a, 0x220), and(shr(32, w), m64))
            mstore(add(a, 0x1e0), and(w, m32))

            w := calldataload(add(words, 0x40))
            mstore(add(a, 0x40), shr(96, w))
            mstore(add(a, 0xc0), and(shr(32, w), m64))
            mstore(add(a, 0x160), and(shr(16, w), 0xffff))
            mstore(add(a, 0x180), and(w, 0xffff))

            w := calldataload(add(words, 0x60))
            mstore(add(a, 0x60), shr(96, w))
            mstore(add(a, 0x140), and(w, m96))

            w := calldataload(add(words, 0x80))
            mstore(add(a, 0x80), shr(96, w))
            mstore(add(a, 0x1a0), and(w, m96))

            w := calldataload(add(words, 0xa0))
            mstore(add(a, 0xa0), shr(96, w))
            mstore(add(a, 0xe0), and(w, m96))

            w := calldataload(add(words, 0xc0))
            mstore(add(a, 0x100), shr(192, w))
            mstore(add(a, 0x120), and(shr(128, w), m64))
            mstore(add(a, 0x280), and(w, 0xffffffffffffffffffffffffffffffff))

            calldatacopy(add(a, 0x240), add(words, 0xe0), 0x40)
            mstore(add(a, 0x2a0), calldataload(add(words, 0x120)))
        }
    }
}
