// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Agreement, Conditions} from "../interfaces/IIntentEscrow.sol";

/// @title AgreementHash
/// @notice EIP-712 struct hashes of what the escrow's parties sign.
library AgreementHash {
    bytes32 internal constant CONDITIONS_TYPEHASH = keccak256(
        "Conditions(address arbitrator,address meter,uint64 start,uint64 end,uint64 lateFrom,uint16 lateBps,"
        "uint32 window,uint16 splitBps,uint64 retail)"
    );
    /// @dev With the nested type spelt out again: only a hash of literals is computed at compile time.
    bytes32 internal constant AGREEMENT_TYPEHASH = keccak256(
        "Agreement(address buyer,address payer,address seller,address payout,address token,address staker,"
        "uint64 agentId,uint96 exposure,uint64 quantity,uint64 price,uint96 lot,uint16 feeBps,uint16 penaltyBps,"
        "uint96 relayFee,uint32 buyerEpoch,uint32 sellerEpoch,uint64 expiry,uint64 deadline,bytes32 intentHash,"
        "bytes32 termsHash,uint128 nonce,Conditions conditions)"
        "Conditions(address arbitrator,address meter,uint64 start,uint64 end,uint64 lateFrom,uint16 lateBps,"
        "uint32 window,uint16 splitBps,uint64 retail)"
    );
    bytes32 internal constant RELEASE_TYPEHASH =
        keccak256("Release(bytes32 agreement,uint64 quantity,bool last,bytes32 evidence)");
    bytes32 internal constant EVIDENCE_TYPEHASH =
        keccak256("Evidence(bytes32 agreement,uint64 quantity,bytes32 evidence)");
    bytes32 internal constant READING_TYPEHASH = keccak256("Reading(bytes32 agreement,uint64 quantity)");
    bytes32 internal constant DISPUTE_TYPEHASH = keccak256("Dispute(bytes32 agreement)");

    /// @dev Size of an agreement in memory: 22 words. Every member is one word, so these are the
    /// encoding that EIP-712 asks for.
    uint256 internal constant SIZE = 704;

    /// @dev The same as `keccak256(abi.encode(AGREEMENT_TYPEHASH, agreement))` without a copy: the word before the
    /// struct makes room for the type hash for a moment.
    function hash(Agreement memory agreement) internal pure returns (bytes32 result) {
        bytes32 typeHash = AGREEMENT_TYPEHASH;
        assembly ("memory-safe") {
            let start := sub(agreement, 0x20)
            let before := mload(start)
            mstore(start, typeHash)
            result := keccak256(start, add(SIZE, 0x20))
            mstore(start, before)
        }
    }

    /// @dev As it stands in {Agreement-conditions}.
    function hash(Conditions memory conditions) internal pure returns (bytes32) {
        return keccak256(abi.encode(CONDITIONS_TYPEHASH, conditions));
    }

    /// @dev The buyer's word that so much was delivered so far, as the evidence shows, and that nothing more comes.
    function hashRelease(bytes32 id, uint64 quantity, bool last, bytes32 evidence) internal pure returns (bytes32) {
        return keccak256(abi.encode(RELEASE_TYPEHASH, id, quantity, last, evidence));
    }

    /// @dev The seller's word that so much was delivered, as the evidence shows.
    function hashEvidence(bytes32 id, uint64 quantity, bytes32 evidence) internal pure returns (bytes32) {
        return keccak256(abi.encode(EVIDENCE_TYPEHASH, id, quantity, evidence));
    }

    /// @dev What the seller's meter counted for an agreement.
    function hashReading(bytes32 id, uint64 quantity) internal pure returns (bytes32) {
        return keccak256(abi.encode(READING_TYPEHASH, id, quantity));
    }

    /// @dev The buyer's consent to a dispute, which it may leave with a watchtower.
    function hashDispute(bytes32 id) internal pure returns (bytes32) {
        return keccak256(abi.encode(DISPUTE_TYPEHASH, id));
    }
}
