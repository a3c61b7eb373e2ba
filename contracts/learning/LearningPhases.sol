// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILearningErrors} from "../interfaces/ILearningErrors.sol";

/// @title LearningPhases
/// @notice What both contracts of a learning round reckon with: the clock, and masks.
abstract contract LearningPhases is ILearningErrors {
    /// @dev Participants have a bit each in a mask of 64.
    uint256 internal constant MASK_BITS = 64;

    /// @dev A phase begins after the last second of the one before.
    function _requirePhase(uint256 from, uint256 until) internal view {
        _requireAfter(from);
        _requireUntil(until);
    }

    function _requireAfter(uint256 from) internal view {
        require(block.timestamp > from, TooEarly(from, block.timestamp));
    }

    function _requireUntil(uint256 until) internal view {
        require(block.timestamp <= until, TooLate(until, block.timestamp));
    }

    /// @dev Whether a mask has a bit.
    function _has(uint256 mask, uint256 index) internal pure returns (bool) {
        return (mask >> index) & 1 == 1;
    }

    /// @dev How many bits a mask has.
    function _count(uint256 mask) internal pure returns (uint256 bits) {
        for (; mask != 0; mask &= mask - 1) {
            ++bits;
        }
    }
}
