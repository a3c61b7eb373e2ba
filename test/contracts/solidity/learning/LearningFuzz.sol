// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LearningRule} from "../../../../contracts/interfaces/LearningTypes.sol";
import {ChunkTree} from "../../../../contracts/libraries/ChunkTree.sol";
import {CoordinateRules} from "../../../../contracts/libraries/CoordinateRules.sol";
import {Draw} from "../../../../contracts/libraries/Draw.sol";

/// @notice Rules, trees and draws for any values at all.
contract LearningFuzzTest {
    uint256 private constant MOST = 64;

    /// @dev The order of the updates is of no consequence.
    function testFuzz_orderDoesNotMatter(int32[] calldata raw, uint8 rule, uint8 trim, uint32 clip, uint256 seed)
        external
        pure
    {
        if (raw.length == 0) return;
        int256[] memory values = _values(raw);
        int256[] memory shuffled = _values(raw);
        for (uint256 i = shuffled.length - 1; i > 0; --i) {
            uint256 j = uint256(keccak256(abi.encode(seed, i))) % (i + 1);
            (shuffled[i], shuffled[j]) = (shuffled[j], shuffled[i]);
        }
        uint256 bound = clip % uint32(type(int32).max) + 1;
        int256 one = CoordinateRules.aggregate(LearningRule(rule % 3), trim, bound, values);
        int256 other = CoordinateRules.aggregate(LearningRule(rule % 3), trim, bound, shuffled);
        require(one == other, "order matters");
        require(one <= int256(bound) && one >= -int256(bound), "beyond the clip range");
    }

    /// @dev As long as no more than `trim` lie, the trimmed mean stays between the least and greatest honest value,
    /// and so does the median when fewer than half do.
    function testFuzz_fewLiarsMoveNothingFar(int16[] calldata honest, int32 lie, uint8 liars, bool useMedian)
        external
        pure
    {
        uint256 good = honest.length > 40 ? 40 : honest.length;
        if (good == 0) return;
        uint256 bad = liars % good;
        if (bad > MOST - good) bad = MOST - good;
        int256[] memory values = new int256[](good + bad);
        (int256 least, int256 most) = (type(int256).max, type(int256).min);
        for (uint256 i = 0; i < good; ++i) {
            values[i] = honest[i];
            if (values[i] < least) least = values[i];
            if (values[i] > most) most = values[i];
        }
        for (uint256 i = good; i < values.length; ++i) {
            values[i] = lie;
        }
        LearningRule rule = useMedian ? LearningRule.Median : LearningRule.TrimmedMean;
        int256 result = CoordinateRules.aggregate(rule, bad, uint32(type(int32).max), values);
        require(result >= least && result <= most, "liars moved the result");
    }

    /// @dev A chunk is found at its own place, and neither elsewhere nor altered.
    function testFuzz_treeBindsPlaceAndContent(uint8 count, uint8 place, uint8 elsewhere, bytes32 content) external view {
        uint256 chunks = uint256(count % 32) + 1;
        uint256 index = place % chunks;
        uint256 other = elsewhere % chunks;
        bytes32[] memory leaves = new bytes32[](chunks);
        for (uint256 i = 0; i < chunks; ++i) {
            leaves[i] = keccak256(_chunk(content, i));
        }
        (bytes32 root, bytes32[] memory proof) = _path(leaves, index);
        require(this.isAt(_chunk(content, index), proof, root, index, chunks), "not found at its place");
        if (other != index) {
            require(!this.isAt(_chunk(content, index), proof, root, other, chunks), "found elsewhere");
            require(!this.isAt(_chunk(content, other), proof, root, index, chunks), "another chunk found");
        }
        if (proof.length != 0) {
            proof[place % proof.length] = ~proof[place % proof.length];
            require(!this.isAt(_chunk(content, index), proof, root, index, chunks), "found by a wrong path");
        }
    }

    /// @dev Seats go to different lots, all of which there are.
    function testFuzz_drawsDifferentLots(bytes32 seed, uint8 count, uint16 lots) external pure {
        if (lots == 0) return;
        uint256 seats = uint256(count % 16);
        if (seats > lots) seats = lots;
        uint256 drawn = Draw.sample(seed, seats, lots);
        for (uint256 i = 0; i < seats; ++i) {
            require(Draw.lotAt(drawn, i) < lots, "a lot that there is not");
            require(!Draw.hasSeat(drawn, i, Draw.lotAt(drawn, i)), "a lot has two seats");
        }
    }

    /// @dev Of five lots, each takes one of two seats in two of five draws.
    function test_drawsEvenly() external pure {
        uint256[5] memory taken;
        uint256 draws = 5000;
        for (uint256 i = 0; i < draws; ++i) {
            uint256 drawn = Draw.sample(keccak256(abi.encode(i)), 2, 5);
            ++taken[Draw.lotAt(drawn, 0)];
            ++taken[Draw.lotAt(drawn, 1)];
        }
        for (uint256 i = 0; i < 5; ++i) {
            // Expected 2000 with a standard deviation of 35.
            require(taken[i] > 1850 && taken[i] < 2150, "a lot is favoured");
        }
    }

    function isAt(bytes calldata chunk, bytes32[] calldata proof, bytes32 root, uint256 index, uint256 chunks)
        external
        pure
        returns (bool)
    {
        return ChunkTree.isAt(chunk, proof, root, index, chunks);
    }

    function _values(int32[] calldata raw) private pure returns (int256[] memory values) {
        values = new int256[](raw.length > MOST ? MOST : raw.length);
        for (uint256 i = 0; i < values.length; ++i) {
            values[i] = raw[i];
        }
    }

    function _chunk(bytes32 content, uint256 index) private pure returns (bytes memory) {
        return abi.encode(content, index);
    }

    /// @dev Root and path, built level by level.
    function _path(bytes32[] memory leaves, uint256 index) private pure returns (bytes32 root, bytes32[] memory proof) {
        uint256 depth;
        while (1 << depth < leaves.length) ++depth;
        bytes32[] memory level = new bytes32[](1 << depth);
        for (uint256 i = 0; i < leaves.length; ++i) {
            level[i] = leaves[i];
        }
        proof = new bytes32[](depth);
        for (uint256 height = 0; height < depth; ++height) {
            proof[height] = level[(index >> height) ^ 1];
            for (uint256 i = 0; i < 1 << (depth - height - 1); ++i) {
                level[i] = keccak256(abi.encode(level[2 * i], level[2 * i + 1]));
            }
        }
        root = level[0];
    }
}
