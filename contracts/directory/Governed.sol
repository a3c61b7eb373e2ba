// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGoverned} from "../interfaces/IGoverned.sol";

/// @title Governed
/// @notice See {IGoverned}.
abstract contract Governed is IGoverned {
    /// @inheritdoc IGoverned
    address public immutable governance;

    modifier onlyGovernance() {
        require(msg.sender == governance, NotGovernance(msg.sender));
        _;
    }

    constructor(address governance_) {
        governance = governance_;
    }

    function _checkBounds(bytes32 parameter, uint256 value, uint256 min, uint256 max) internal pure {
        require(value >= min && value <= max, OutOfBounds(parameter, value, min, max));
    }
}
