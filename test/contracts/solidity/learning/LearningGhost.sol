// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LearningTask, RoundStatus} from "../../../../contracts/interfaces/LearningTypes.sol";
import {LearningWorld} from "./LearningWorld.sol";
import {vm} from "../Vm.sol";

interface Blocks {
    function roll(uint256 blockNumber) external;
}

/// @notice What ought to be true, kept apart from the contracts: who chose which update and which scores, what was
/// proposed, and what each round has paid out, measured by balances.
abstract contract LearningGhost is LearningWorld {
    struct Round {
        LearningTask task;
        bytes32 id;
        uint256 canary;
        /// Minor units that went into accounts because of this round.
        uint256 paid;
        bytes32[] proposals;
    }

    uint256 internal constant MAX_ROUNDS = 8;

    Round[] internal _rounds;
    mapping(bytes32 id => mapping(uint256 index => uint256)) internal _chosen;
    mapping(bytes32 id => mapping(uint256 seat => uint256)) internal _sheetSeeds;
    mapping(bytes32 id => mapping(uint256 seat => bytes32)) internal _sheetRoots;
    mapping(bytes32 id => mapping(bytes32 root => uint256)) internal _spoilt;
    uint256 internal _now = 1_700_000_000;
    uint256 internal _block = 100;

    /// @notice How many results were refuted.
    uint256 public refuted;
    /// @notice What somebody achieved that nobody must.
    string public breach;

    /// @dev Cheat codes may forget the time between calls of the runner.
    modifier timed() {
        vm.warp(_now);
        Blocks(address(vm)).roll(_block);
        _;
    }

    function roundCount() external view returns (uint256) {
        return _rounds.length;
    }

    function round(uint256 index) external view returns (Round memory) {
        return _rounds[index];
    }

    /// @notice What all people together have in the ledger.
    function balances() public view returns (uint256 sum) {
        for (uint256 i = 0; i < ACTORS; ++i) {
            sum += ledger.balanceOf(address(token), actors[i]);
        }
    }

    /// @dev Somebody tries something; whether it is allowed is for the contract to say.
    function _try(uint256 actor, address target, bytes memory data) internal returns (bool success) {
        vm.prank(actors[actor % ACTORS]);
        (success,) = target.call(data);
    }

    /// @dev The same for a call that may pay: it pays out of this round.
    function _tryPaid(uint256 which, bytes memory data) internal {
        uint256 before = balances();
        _try(which, address(rounds), data);
        _rounds[which].paid += balances() - before;
    }

    /// @dev A round by a seed; the caller has made sure that there is one.
    function _which(uint256 seed) internal view returns (uint256) {
        return seed % _rounds.length;
    }

    function _isOpen(bytes32 id) internal view returns (bool) {
        return rounds.roundOf(id).status == RoundStatus.Open;
    }

    function _scores(uint256 seed, uint256 count) internal pure returns (int32[] memory scores) {
        if (seed % 5 == 0) return scores;
        scores = new int32[](count);
        for (uint256 i = 0; i < count; ++i) {
            scores[i] = int32(int256(uint256(keccak256(abi.encode(seed % 3, i))) % 7) - 2);
        }
    }
}
