// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";

/// @title MerkleTree
/// @notice The tree of a slot's positions, of the kind that OpenZeppelin's MerkleProof verifies: pairs are sorted, and a node without a
/// sibling goes up as it is. A leaf hashes 96 bytes and a node 64, so neither is ever taken for the other.
library MerkleTree {
    /// @dev The leaf of a position: the hash of its three words.
    function leafOf(uint256 index, address account, int256 quantity) internal pure returns (bytes32 leaf) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, index)
            mstore(add(free, 0x20), account)
            mstore(add(free, 0x40), quantity)
            leaf := keccak256(free, 0x60)
        }
    }

    /// @dev The root over these leaves, which are overwritten. The root of nothing is zero.
    function root(bytes32[] memory nodes) internal pure returns (bytes32) {
        uint256 count = nodes.length;
        if (count == 0) return 0;
        while (count > 1) {
            uint256 pairs = count / 2;
            for (uint256 i = 0; i < pairs; ++i) {
                nodes[i] = Hashes.commutativeKeccak256(nodes[2 * i], nodes[2 * i + 1]);
            }
            if (count % 2 == 1) nodes[pairs] = nodes[count - 1];
            count = pairs + count % 2;
        }
        return nodes[0];
    }
}
