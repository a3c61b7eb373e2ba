// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {IGuardian} from "./interfaces/IGuardian.sol";

/// @title Guardian
/// @notice See {IGuardian}.
/// @dev No storage, only immutables.
contract Guardian is IGuardian {
    /// @inheritdoc IGuardian
    uint64 public constant MAX_TERM = 365 days;

    /// @inheritdoc IGuardian
    TimelockController public immutable timelock;
    /// @inheritdoc IGuardian
    address public immutable keeper;
    /// @inheritdoc IGuardian
    uint64 public immutable expiresAt;

    /// @param timelock_ The timelock, which then grants this contract its canceller role.
    /// @param keeper_ Who may cancel, best a wallet of several keys.
    /// @param expiresAt_ Unix time of its end, at most {MAX_TERM} from now.
    constructor(TimelockController timelock_, address keeper_, uint64 expiresAt_) {
        require(
            expiresAt_ > block.timestamp && expiresAt_ <= block.timestamp + MAX_TERM,
            InvalidExpiry(expiresAt_, block.timestamp)
        );
        timelock = timelock_;
        keeper = keeper_;
        expiresAt = expiresAt_;
    }

    /// @inheritdoc IGuardian
    function cancel(bytes32 operation) external {
        require(msg.sender == keeper, NotKeeper(msg.sender));
        require(block.timestamp < expiresAt, GuardianExpired(expiresAt, block.timestamp));
        emit OperationCancelled(operation);
        timelock.cancel(operation);
    }
}
