// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {IMeshTimelock} from "./interfaces/IMeshTimelock.sol";

/// @title MeshTimelock
/// @notice OpenZeppelin's TimelockController, whose delay stays within bounds. See {IMeshTimelock}.
/// @dev It stores nothing of its own.
contract MeshTimelock is TimelockController, IMeshTimelock {
    /// @inheritdoc IMeshTimelock
    uint256 public constant MIN_DELAY = 2 days;
    /// @inheritdoc IMeshTimelock
    uint256 public constant MAX_DELAY = 7 days;

    /// @param delay Seconds between queueing and execution.
    /// @param admin Who grants the roles of governor and guardian and then renounces its own.
    constructor(uint256 delay, address admin) TimelockController(delay, new address[](0), _everybody(), admin) {
        _checkDelay(delay);
    }

    /// @notice Changes the delay of operations to come, within the bounds. Only by an operation of its own.
    function updateDelay(uint256 newDelay) public override {
        _checkDelay(newDelay);
        super.updateDelay(newDelay);
    }

    function _checkDelay(uint256 delay) private pure {
        require(delay >= MIN_DELAY && delay <= MAX_DELAY, DelayOutOfBounds(delay, MIN_DELAY, MAX_DELAY));
    }

    /// @dev The library reads the zero address among the executors as anybody.
    function _everybody() private pure returns (address[] memory) {
        return new address[](1);
    }
}
