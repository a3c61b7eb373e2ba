// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

/// @title SaltedEIP712
/// @notice The EIP-712 domain of MESH:
/// `EIP712Domain(string name,string version,uint256 chainId,address verifyingContract,bytes32 salt)`
/// with name "MESH", version "1" and a salt that is drawn for every deployment.
/// @dev A local chain that is reset has the same chain id and, deployed in the same order, the same addresses. The
/// salt is what keeps yesterday's signatures from being worth money on it. No storage, only immutables.
abstract contract SaltedEIP712 is IERC5267 {
    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract,bytes32 salt)"
    );
    string private constant NAME = "MESH";
    string private constant VERSION = "1";

    bytes32 private immutable _salt;
    uint256 private immutable _originChainId;
    bytes32 private immutable _originSeparator;

    constructor(bytes32 salt) {
        _salt = salt;
        _originChainId = block.chainid;
        _originSeparator = _buildSeparator();
    }

    /// @notice The hash of the domain on the chain that executes the call.
    function domainSeparator() public view returns (bytes32) {
        return _isOrigin() ? _originSeparator : _buildSeparator();
    }

    /// @inheritdoc IERC5267
    function eip712Domain()
        external
        view
        returns (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        )
    {
        return (hex"1f", NAME, VERSION, block.chainid, address(this), _salt, new uint256[](0));
    }

    /// @dev What an account signs for the struct with this hash.
    function _digest(bytes32 structHash) internal view returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(domainSeparator(), structHash);
    }

    /// @dev What was signed on the chain that this contract was deployed to, should the call run on a fork of it.
    function _originDigest(bytes32 structHash) internal view returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(_originSeparator, structHash);
    }

    /// @dev Whether the chain still has the id that it had at deployment.
    function _isOrigin() internal view returns (bool) {
        return block.chainid == _originChainId;
    }

    function _buildSeparator() private view returns (bytes32) {
        return keccak256(
            abi.encode(
                DOMAIN_TYPEHASH,
                keccak256(bytes(NAME)),
                keccak256(bytes(VERSION)),
                block.chainid,
                address(this),
                _salt
            )
        );
    }
}
