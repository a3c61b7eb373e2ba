// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LearningRule} from "../interfaces/LearningTypes.sol";

/// @title CoordinateRules
/// @notice Aggregation rules that treat every coordinate by itself, on integers, so that one coordinate can be checked
/// alone and everybody comes to the same bit. agent/learning/fixed-point.ts is the same in TypeScript.
/// @dev The mean is the trimmed mean that leaves nothing out, the median the one that leaves all but one or two out.
/// Values are of 32 bits and at most 256 in number, so no sum overflows. The arrays are changed.
library CoordinateRules {
    /// @dev Panics when there are no values.
    function aggregate(LearningRule rule, uint256 trim, uint256 clip, int256[] memory values)
        internal
        pure
        returns (int256)
    {
        _clip(values, int256(clip));
        uint256 most = (values.length - 1) / 2;
        if (rule == LearningRule.ClippedMean) trim = 0;
        else if (rule == LearningRule.Median || trim > most) trim = most;
        return trimmedMean(values, trim);
    }

    /// @dev Panics when there are no values.
    function median(int256[] memory values) internal pure returns (int256) {
        return trimmedMean(values, (values.length - 1) / 2);
    }

    /// @dev The mean without the `trim` lowest and highest, rounded toward zero.
    function trimmedMean(int256[] memory values, uint256 trim) internal pure returns (int256) {
        if (trim != 0) _sort(values);
        int256 sum;
        uint256 end = values.length - trim;
        for (uint256 i = trim; i < end; ++i) {
            sum += values[i];
        }
        return sum / int256(end - trim);
    }

    function _clip(int256[] memory values, int256 clip) private pure {
        for (uint256 i = 0; i < values.length; ++i) {
            if (values[i] > clip) values[i] = clip;
            else if (values[i] < -clip) values[i] = -clip;
        }
    }

    /// @dev Insertion: there are at most 64 values.
    function _sort(int256[] memory values) private pure {
        for (uint256 i = 1; i < values.length; ++i) {
            int256 value = values[i];
            uint256 place = i;
            for (; place != 0 && values[place - 1] > value; --place) {
                values[place] = values[place - 1];
            }
            values[place] = value;
        }
    }
}
