// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Batch
/// @notice Many calls in one transaction, of which a bad one does not spoil the rest.
/// @dev A call is made by delegation to this contract itself, so that it is the caller's own, and a call of its own: it
/// takes effect whole or not at all, and cannot use up the gas of those after it. No storage.
abstract contract Batch {
    /// @notice Gas that each call gets, and that must be left for it: more than any takes whose signers are keys.
    uint256 public constant CALL_GAS = 500_000;

    /// @notice Emitted when a call was skipped: its index, and the selector of the error that it met, 0 when it ran
    /// out of its gas.
    event Skipped(uint256 indexed index, bytes4 reason);

    /// @notice Thrown when the gas left might not be enough for what comes next, so that skipping would be a lie.
    error InsufficientGas(uint256 left, uint256 needed);

    /// @notice Makes calls of this contract in the caller's name. One that reverts is skipped with an event and leaves
    /// no trace; when the gas left might not be enough for the next one, the whole reverts.
    /// @param calls The calls, ABI-encoded with their selectors.
    /// @return made How many were not skipped.
    function batch(bytes[] calldata calls) external returns (uint256 made) {
        for (uint256 i = 0; i < calls.length; ++i) {
            _requireGas(CALL_GAS);
            (bool success, bytes4 reason) = _attempt(calls[i]);
            if (success) ++made;
            else emit Skipped(i, reason);
        }
    }

    /// @dev Reads no more of an error than its selector: a hostile token's may be as long as its gas lets it be.
    function _attempt(bytes memory data) private returns (bool success, bytes4 reason) {
        uint256 limit = CALL_GAS;
        assembly ("memory-safe") {
            mstore(0, 0)
            success := delegatecall(limit, address(), add(data, 0x20), mload(data), 0, 4)
            reason := mload(0)
        }
    }

    /// @dev A call may be given all but a 64th of what is left (EIP-150); the rest is for what follows it.
    function _requireGas(uint256 forCall) internal view {
        uint256 needed = forCall * 64 / 63 + 20_000;
        require(gasleft() >= needed, InsufficientGas(gasleft(), needed));
    }
}
