// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {MerkleTree} from "../../../../contracts/libraries/MerkleTree.sol";
import {OrderBook} from "../../../../contracts/libraries/OrderBook.sol";
import {UniformPrice} from "../../../../contracts/libraries/UniformPrice.sol";
import {ClearingWorld} from "./ClearingWorld.sol";

/// @notice What is written for little gas does what its plain form does.
contract ClearingFuzzTest is ClearingWorld {
    using OrderBook for uint256;

    function testFuzz_perLotRoundsDown(int128 amount) external pure {
        int256 quotient = UniformPrice.perLot(amount);
        require(quotient * 1000 <= amount && amount < (quotient + 1) * 1000, "not the floor");
    }

    function testFuzz_everyPositionIsProvenByTheRoot(address[] memory accounts, uint256 seed) external pure {
        if (accounts.length == 0) {
            require(MerkleTree.rootOf(accounts, new int256[](0)) == 0, "a root of nothing");
            return;
        }
        int256[] memory fills = new int256[](accounts.length);
        for (uint256 i = 0; i < fills.length; ++i) {
            fills[i] = int256(uint256(keccak256(abi.encode(seed, i))));
        }
        bytes32 root = MerkleTree.rootOf(accounts, fills);
        uint256 index = seed % accounts.length;
        bytes32 leaf = MerkleTree.leafOf(index, accounts[index], fills[index]);
        require(leaf == keccak256(abi.encode(index, accounts[index], fills[index])), "another leaf");
        bytes32[] memory proof = _claim(accounts, fills, index).proof;
        require(MerkleProof.verify(proof, root, leaf), "a position without a proof");
        leaf = MerkleTree.leafOf(index, accounts[index], fills[index] ^ 1);
        require(!MerkleProof.verify(proof, root, leaf), "a proof of what is no position");
    }

    function testFuzz_orderDigestIsEip712(
        uint256 member,
        bool sell,
        uint64 slot,
        int64[2] memory prices,
        uint64[2] memory quantities
    ) external view {
        member %= MEMBERS;
        uint256[] memory words = _pack(member, sell, prices, quantities);
        bytes32[] memory steps = new bytes32[](words[0].stepsOf());
        for (uint256 i = 0; i < steps.length; ++i) {
            bytes32 stepType = keccak256("Step(int64 price,uint64 quantity)");
            steps[i] = keccak256(abi.encode(stepType, prices[i], quantities[i]));
        }
        bytes32 orderType = keccak256(
            "Order(bytes32 market,uint64 slot,address account,uint8 side,uint48 tariff,Step[] steps)"
            "Step(int64 price,uint64 quantity)"
        );
        bytes32 hashed = keccak256(abi.encodePacked(steps));
        hashed = keccak256(abi.encode(orderType, market, slot, members[member], sell ? 1 : 0, 0, hashed));
        hashed = keccak256(abi.encodePacked(hex"1901", house.domainSeparator(), hashed));
        require(house.orderDigest(market, slot, words) == hashed, "another digest");
    }
}
