// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title MerkleTree
/// @notice The tree of a slot's positions, of the kind that OpenZeppelin's MerkleProof verifies: pairs are sorted, and a
/// node without a sibling goes up as it is. A leaf hashes 96 bytes and a node 64: neither is ever taken for the other.
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

    /// @dev The root over the positions of a slot, in their sequence. The root of nothing is zero.
    /// @param accounts Their accounts, at least as many as quantities.
    function rootOf(address[] memory accounts, int256[] memory quantities) internal pure returns (bytes32 root) {
        uint256 count = quantities.length;
        bytes32[] memory nodes = new bytes32[](count);
        assembly ("memory-safe") {
            let free := mload(0x40)
            let offset := 0x20
            for { let i := 0 } lt(i, count) { i := add(i, 1) } {
                mstore(free, i)
                mstore(add(free, 0x20), mload(add(accounts, offset)))
                mstore(add(free, 0x40), mload(add(quantities, offset)))
                mstore(add(nodes, offset), keccak256(free, 0x60))
                offset := add(offset, 0x20)
            }
        }
        if (count != 0) {
            while (count > 1) count = _foldRow(nodes, count);
            root = nodes[0];
        }
    }

    /// @dev Puts the row above these nodes in their place. Returns how many nodes it has.
    function _foldRow(bytes32[] memory nodes, uint256 count) private pure returns (uint256) {
        assembly ("memory-safe") {
            let from := add(nodes, 0x20)
            let to := from
            for { let end := add(from, shl(6, shr(1, count))) } lt(from, end) { from := add(from, 0x40) } {
                let left := mload(from)
                let right := mload(add(from, 0x20))
                let swap := gt(left, right)
                mstore(shl(5, swap), left)
                mstore(shl(5, iszero(swap)), right)
                mstore(to, keccak256(0x00, 0x40))
                to := add(to, 0x20)
            }
            if and(count, 1) { mstore(to, mload(from)) }
        }
        return (count + 1) / 2;
    }
}
