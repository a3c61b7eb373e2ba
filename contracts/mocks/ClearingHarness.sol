// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {UniformPrice} from "../libraries/UniformPrice.sol";

/// @title Clears many books in one call, for the comparison with the clearing's twin
/// @notice A case is a list of words:
///
/// - minPrice, maxPrice, retailPrice, hint, number of orders n, number of words of the book;
/// - the n balances, then the words of the book.
///
/// Its result is a list too: the price, the quantity, n fills, n + 2 deltas and the words of void bits.
contract ClearingHarness {
    uint256 private constant HEADER = 6;

    /// @param cases Words of all cases, one case after the other.
    /// @return results Words of all results.
    function clearMany(uint256[] calldata cases) external pure returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        uint256 length;
        uint256 begin;
        while (begin < cases.length) {
            uint256 end = begin + HEADER + cases[begin + 4] + cases[begin + 5];
            length = _append(results, length, clear(cases[begin:end]));
            begin = end;
        }
        assembly ("memory-safe") {
            mstore(results, length)
        }
    }

    /// @dev One case.
    function clear(uint256[] calldata words) public pure returns (UniformPrice.Outcome memory) {
        uint256 count = words[4];
        return UniformPrice.clear(
            words[HEADER + count:],
            count,
            words[HEADER:HEADER + count],
            UniformPrice.Rules(int256(words[0]), int256(words[1]), int256(words[2])),
            int256(words[3])
        );
    }

    function _append(uint256[] memory results, uint256 length, UniformPrice.Outcome memory outcome)
        private
        pure
        returns (uint256)
    {
        results[length++] = uint256(outcome.price);
        results[length++] = outcome.quantity;
        length = _append(results, length, outcome.fills);
        length = _append(results, length, outcome.deltas);
        for (uint256 i = 0; i < outcome.voided.length; ++i) {
            results[length++] = outcome.voided[i];
        }
        return length;
    }

    function _append(uint256[] memory list, uint256 length, int256[] memory values) private pure returns (uint256) {
        for (uint256 i = 0; i < values.length; ++i) {
            list[length++] = uint256(values[i]);
        }
        return length;
    }
}
