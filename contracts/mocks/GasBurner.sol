// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title A contract that spends whatever gas it gets when it is asked about a signature, for tests
contract GasBurner {
    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        while (gasleft() > 0) {}
        return this.isValidSignature.selector;
    }
}
