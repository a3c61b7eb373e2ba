// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Draw
/// @notice A panel drawn by lot, packed into one word of 16 seats.
library Draw {
    uint256 private constant LANE = 16;

    /// @dev Which lot has a seat.
    function lotAt(uint256 seats, uint256 seat) internal pure returns (uint256) {
        return uint16(seats >> (seat * LANE));
    }

    /// @dev Whether a lot has one of the first `count` seats.
    function hasSeat(uint256 seats, uint256 count, uint256 lot) internal pure returns (bool) {
        for (uint256 seat = 0; seat < count; ++seat) {
            if (lotAt(seats, seat) == lot) return true;
        }
        return false;
    }

    /// @dev The lots of the first `count` seats.
    function lotsOf(uint256 seats, uint256 count) internal pure returns (uint256[] memory lots) {
        lots = new uint256[](count);
        for (uint256 seat = 0; seat < count; ++seat) {
            lots[seat] = lotAt(seats, seat);
        }
    }

    /// @dev Draws `count` of `lots` lots, each set equally likely. At most 16 of at most 65,536.
    /// Source: Robert Floyd's algorithm F2, in Bentley, "Programming Pearls: a sample of brilliance" (1987).
    function sample(bytes32 seed, uint256 count, uint256 lots) internal pure returns (uint256 seats) {
        for (uint256 seat = 0; seat < count; ++seat) {
            uint256 highest = lots - count + seat;
            uint256 lot = uint256(keccak256(abi.encode(seed, seat))) % (highest + 1);
            if (hasSeat(seats, seat, lot)) lot = highest;
            seats |= lot << (seat * LANE);
        }
    }
}
