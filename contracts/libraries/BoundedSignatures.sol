// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @title BoundedSignatures
/// @notice Who signed, in a batch of many accounts: a key, or a contract (ERC-1271) that gets so much gas and no more.
/// @dev A contract that burns what it gets cannot exhaust a batch, and a batch with too little gas cannot make a good
/// signature look bad: it reverts.
library BoundedSignatures {
    /// @notice Thrown when less gas is left than a contract's signature may take.
    error OutOfGas(uint256 left, uint256 needed);

    /// @dev What a contract may spend on its answer. A multisignature wallet with ten owners needs less.
    uint256 internal constant GAS = 100_000;
    /// @dev Left over so that at least {GAS} remains when 1/64 is held back, and for what follows.
    uint256 private constant RESERVE = GAS * 64 / 63 + 5_000;

    /// @dev ECDSA comes first: what a key has signed stays signed, whatever code its account takes on (EIP-7702).
    function isFrom(bytes calldata signature, address account, bytes32 digest) internal view returns (bool) {
        (address recovered, ECDSA.RecoverError failure,) = ECDSA.tryRecoverCalldata(digest, signature);
        if (failure == ECDSA.RecoverError.NoError && recovered == account) return true;
        return account.code.length != 0 && _accepts(account, digest, signature);
    }

    function _accepts(address account, bytes32 digest, bytes calldata signature) private view returns (bool) {
        bytes memory question = abi.encodeCall(IERC1271.isValidSignature, (digest, signature));
        require(gasleft() >= RESERVE, OutOfGas(gasleft(), RESERVE));
        bool answered;
        bytes32 answer;
        uint256 limit = GAS;
        assembly ("memory-safe") {
            answered := staticcall(limit, account, add(question, 0x20), mload(question), 0x00, 0x20)
            answered := and(answered, gt(returndatasize(), 0x1f))
            answer := mload(0x00)
        }
        return answered && answer == bytes32(IERC1271.isValidSignature.selector);
    }
}
