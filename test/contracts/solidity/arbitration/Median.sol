// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Median} from "../../../../contracts/libraries/Median.sol";

/// @notice What a few votes come to, whoever casts them.
contract MedianTest {
    using Median for uint16[];

    /// @dev Whatever the liars say and wherever they sit: while more than half are honest, the result lies among
    /// the honest votes.
    function testFuzz_aMinorityHasNoLever(uint16[5] calldata votes, uint8 count, uint8 liars, uint256 seating)
        external
        pure
    {
        uint256 n = 1 + count % 5;
        uint256 dishonest = liars % ((n - 1) / 2 + 1);
        (uint16 least, uint16 most) = (type(uint16).max, 0);
        for (uint256 i = dishonest; i < n; ++i) {
            if (votes[i] < least) least = votes[i];
            if (votes[i] > most) most = votes[i];
        }
        uint16 verdict = _seated(votes, n, seating).median();
        require(verdict >= least && verdict <= most, "a minority moved the verdict beyond the honest votes");
    }

    /// @dev A readable twin: as many votes lie on one side as on the other.
    function testFuzz_halfLiesOnEitherSide(uint16[5] calldata votes, uint8 count, uint256 seating) external pure {
        uint256 n = 1 + count % 5;
        uint16 verdict = _seated(votes, n, seating).median();
        uint256 below;
        uint256 above;
        for (uint256 i = 0; i < n; ++i) {
            if (votes[i] < verdict) ++below;
            if (votes[i] > verdict) ++above;
        }
        require(below <= n / 2 && above <= n / 2, "not the middle");
    }

    function testFuzz_seatingDoesNotMatter(uint16[5] calldata votes, uint8 count, uint256 one, uint256 other)
        external
        pure
    {
        uint256 n = 1 + count % 5;
        require(_seated(votes, n, one).median() == _seated(votes, n, other).median(), "seating matters");
    }

    function testFuzz_unanimityIsTheVerdict(uint16 vote, uint8 count) external pure {
        uint16[] memory votes = new uint16[](1 + count % 5);
        for (uint256 i = 0; i < votes.length; ++i) {
            votes[i] = vote;
        }
        require(votes.median() == vote, "other than all said");
    }

    /// @dev The first n votes in some order.
    function _seated(uint16[5] calldata votes, uint256 n, uint256 seating) private pure returns (uint16[] memory seats) {
        seats = new uint16[](n);
        for (uint256 i = 0; i < n; ++i) {
            seats[i] = votes[i];
        }
        for (uint256 i = n; i > 1; --i) {
            uint256 j = uint256(keccak256(abi.encode(seating, i))) % i;
            (seats[i - 1], seats[j]) = (seats[j], seats[i - 1]);
        }
    }
}
