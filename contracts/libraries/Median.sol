// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Median
/// @notice The middle of a few numbers.
/// @dev As long as more than half of them are honest, it lies between the lowest and the highest honest one, whatever
/// the others are.
library Median {
    /// @dev The mean, rounded down, of the two in the middle when their number is even. Sorts the array; it must not
    /// be empty.
    function median(uint16[] memory values) internal pure returns (uint16) {
        uint256 count = values.length;
        for (uint256 i = 1; i < count; ++i) {
            uint16 value = values[i];
            uint256 j = i;
            for (; j > 0 && values[j - 1] > value; --j) {
                values[j] = values[j - 1];
            }
            values[j] = value;
        }
        uint16 lower = values[(count - 1) / 2];
        unchecked {
            return lower + (values[count / 2] - lower) / 2;
        }
    }
}
