// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Median} from "../contracts/libraries/Median.sol";

function one(bool yes) pure returns (uint256) {
    return yes ? 1 : 0;
}

/// @notice Of two votes, one is at most the median, and one at least.
/// @custom:loops 1
contract MedianOfTwo {
    function check(uint16 a, uint16 b) external pure {
        uint16[] memory votes = new uint16[](2);
        (votes[0], votes[1]) = (a, b);
        uint16 median = Median.median(votes);
        uint256 low = one(a <= median) + one(b <= median);
        uint256 high = one(a >= median) + one(b >= median);
        assert(low >= 1 && high >= 1);
    }
}

/// @notice Of three votes, two are at most the median, and two at least: any two honest ones bound it.
/// @custom:loops 2
contract MedianOfThree {
    function check(uint16 a, uint16 b, uint16 c) external pure {
        uint16[] memory votes = new uint16[](3);
        (votes[0], votes[1], votes[2]) = (a, b, c);
        uint16 median = Median.median(votes);
        uint256 low = one(a <= median) + one(b <= median) + one(c <= median);
        uint256 high = one(a >= median) + one(b >= median) + one(c >= median);
        assert(low >= 2 && high >= 2);
    }
}

/// @notice Of four votes, two are at most the median, and two at least: any three honest ones bound it.
/// @custom:loops 3
contract MedianOfFour {
    function check(uint16 a, uint16 b, uint16 c, uint16 d) external pure {
        uint16[] memory votes = new uint16[](4);
        (votes[0], votes[1], votes[2], votes[3]) = (a, b, c, d);
        uint16 median = Median.median(votes);
        uint256 low = one(a <= median) + one(b <= median) + one(c <= median) + one(d <= median);
        uint256 high = one(a >= median) + one(b >= median) + one(c >= median) + one(d >= median);
        assert(low >= 2 && high >= 2);
    }
}

/// @notice Of five votes, three are at most the median, and three at least: any three honest ones bound it.
/// @custom:loops 4
contract MedianOfFive {
    function check(uint16 a, uint16 b, uint16 c, uint16 d, uint16 e) external pure {
        uint16[] memory votes = new uint16[](5);
        (votes[0], votes[1], votes[2], votes[3], votes[4]) = (a, b, c, d, e);
        uint16 median = Median.median(votes);
        uint256 low = one(a <= median) + one(b <= median) + one(c <= median) + one(d <= median) + one(e <= median);
        uint256 high = one(a >= median) + one(b >= median) + one(c >= median) + one(d >= median) + one(e >= median);
        assert(low >= 3 && high >= 3);
    }
}
