// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title ChunkTree
/// @notice Merkle trees over the chunks of a vector of 32-bit numbers in two's complement, big-endian.
/// @dev A leaf is the hash of a chunk, a node that of its two children in order, and the leaves are padded with zeros
/// to a power of two. The path is fixed by the chunk's place and its length by the number of chunks, so a root
/// determines what stands at a place: neither sorted pairs nor leaves that name their place would do, since a tree
/// could then hold two chunks for one place. Fixed length also keeps a node from passing for a leaf.
library ChunkTree {
    uint256 private constant BYTES_PER_VALUE = 4;

    /// @dev How many chunks a vector has.
    function chunkCount(uint256 dimension, uint256 chunkSize) internal pure returns (uint256) {
        return Math.ceilDiv(dimension, chunkSize);
    }

    /// @dev How many coordinates a chunk has: all the same, but for the last.
    function valuesIn(uint256 chunkIndex, uint256 dimension, uint256 chunkSize) internal pure returns (uint256) {
        return Math.min(chunkSize, dimension - chunkIndex * chunkSize);
    }

    /// @dev Whether the chunk stands at its place below the root, of a tree of so many chunks.
    function isAt(
        bytes calldata chunk,
        bytes32[] calldata proof,
        bytes32 root,
        uint256 chunkIndex,
        uint256 chunks
    ) internal pure returns (bool) {
        if (proof.length != Math.log2(chunks, Math.Rounding.Ceil)) return false;
        bytes32 node = keccak256(chunk);
        for (uint256 i = 0; i < proof.length; ++i) {
            node = (chunkIndex >> i) & 1 == 0 ? _parent(node, proof[i]) : _parent(proof[i], node);
        }
        return node == root;
    }

    /// @dev Whether a chunk has the length of so many values.
    function hasValues(bytes calldata chunk, uint256 values) internal pure returns (bool) {
        return chunk.length == values * BYTES_PER_VALUE;
    }

    /// @dev A coordinate of a chunk.
    function valueAt(bytes calldata chunk, uint256 coordinate) internal pure returns (int256) {
        uint256 start = coordinate * BYTES_PER_VALUE;
        return int32(uint32(bytes4(chunk[start:start + BYTES_PER_VALUE])));
    }

    function _parent(bytes32 left, bytes32 right) private pure returns (bytes32) {
        return keccak256(abi.encode(left, right));
    }
}
