// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Agreement} from "../interfaces/IIntentEscrow.sol";

/// @title AgreementHash
/// @notice EIP-712 struct hashes of what the escrow's parties sign.
library AgreementHash {
    bytes32 internal constant AGREEMENT_TYPEHASH = keccak256(
        "Agreement(address buyer,address seller,address payout,address token,uint64 quantity,uint64 price,uint64 lot,"
        "uint128 exposure,uint16 feeBps,uint64 expiry,uint64 deadline,bytes32 intentHash,bytes32 termsHash,"
        "uint256 nonce)"
    );
    bytes32 internal constant RELEASE_TYPEHASH = keccak256("Release(bytes32 agreement,bytes32 evidence)");

    /// @dev Every field is one word, so the ABI encoding of the struct is the encoding that EIP-712 asks for.
    function hash(Agreement calldata agreement) internal pure returns (bytes32) {
        return keccak256(abi.encode(AGREEMENT_TYPEHASH, agreement));
    }

    /// @dev The buyer's word that the agreement with this id was delivered, as the evidence shows.
    function hashRelease(bytes32 id, bytes32 evidence) internal pure returns (bytes32) {
        return keccak256(abi.encode(RELEASE_TYPEHASH, id, evidence));
    }
}
