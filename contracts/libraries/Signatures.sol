// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @title Signatures
/// @notice Who signed: a key (ECDSA, 65 bytes, low s) or a contract (ERC-1271).
library Signatures {
    /// @dev ECDSA comes first. An account with a key may give itself code at any time (EIP-7702) and change it as it
    /// likes; what its key has signed stays signed.
    function isFrom(bytes calldata signature, address account, bytes32 digest) internal view returns (bool) {
        (address recovered, ECDSA.RecoverError failure,) = ECDSA.tryRecoverCalldata(digest, signature);
        if (failure == ECDSA.RecoverError.NoError && recovered == account) return true;
        return SignatureChecker.isValidERC1271SignatureNowCalldata(account, digest, signature);
    }
}
