// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {UniformPrice} from "../contracts/libraries/UniformPrice.sol";

/// @notice Money of a lot is rounded down, towards negative infinity.
contract PerLotRoundsDown {
    function check(int192 amount) external pure {
        int256 quotient = UniformPrice.perLot(amount);
        assert(quotient * UniformPrice.LOT <= amount && amount < (quotient + 1) * UniformPrice.LOT);
    }
}

/// @dev A side of a book of less than 2^96 Wh, some of whose marginal orders have been filled.
abstract contract PartlyFilledMargin {
    modifier within(UniformPrice.Margin memory side, uint256 quantity) {
        require(side.quantity != 0 && side.quantity <= type(uint96).max && side.filled <= side.quantity);
        require(side.passed <= side.quantity && quantity <= side.quantity - side.passed);
        require(side.given == side.passed * side.filled / side.quantity);
        _;
    }
}

/// @notice No marginal order is filled beyond its quantity.
contract CutIsAtMostOrder is PartlyFilledMargin {
    function check(UniformPrice.Margin memory side, uint256 quantity) external pure within(side, quantity) {
        assert(UniformPrice.cut(side, quantity) <= quantity);
    }
}

/// @notice What the marginal orders got so far is their part of what is filled, rounded down.
contract CutsFollowMarks is PartlyFilledMargin {
    function check(UniformPrice.Margin memory side, uint256 quantity) external pure within(side, quantity) {
        uint256 mark = (side.passed + quantity) * side.filled / side.quantity;
        uint256 before = side.given;
        assert(before + UniformPrice.cut(side, quantity) == mark);
    }
}

/// @notice With the last marginal order, all that is to be filled is filled.
contract CutsSumToWhole is PartlyFilledMargin {
    function check(UniformPrice.Margin memory side, uint256 quantity) external pure within(side, quantity) {
        require(quantity == side.quantity - side.passed);
        (uint256 before, uint256 filled) = (side.given, side.filled);
        assert(before + UniformPrice.cut(side, quantity) == filled);
    }
}
