// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILedger} from "../interfaces/ILedger.sol";

/// @title LedgerBatch
/// @notice Calls of the ledger about many accounts. A list is copied as a block instead of word by word, which is what
/// most of such a call costs beside the ledger's own work.
library LedgerBatch {
    /// @dev See {ILedger-balancesOf}.
    function balances(ILedger ledger, address token, address[] memory accounts)
        internal
        view
        returns (uint256[] memory list)
    {
        list = new uint256[](accounts.length);
        bytes4 selector = ILedger.balancesOf.selector;
        bool done;
        assembly ("memory-safe") {
            let free := mload(0x40)
            let length := shl(5, mload(accounts))
            mstore(free, selector)
            mstore(add(free, 0x04), token)
            mstore(add(free, 0x24), 0x40)
            mcopy(add(free, 0x44), accounts, add(length, 0x20))
            done := staticcall(gas(), ledger, free, add(length, 0x64), 0x00, 0x00)
            // Offset, length, list.
            done := and(done, eq(returndatasize(), add(length, 0x40)))
            if done { returndatacopy(add(list, 0x20), 0x40, length) }
        }
        if (!done) _fail();
    }

    /// @dev See {ILedger-settle}. The lists are of the same length.
    function settleAll(ILedger ledger, address token, address[] memory accounts, int256[] memory deltas) internal {
        bytes4 selector = ILedger.settle.selector;
        bool done;
        assembly ("memory-safe") {
            let free := mload(0x40)
            let length := add(0x20, shl(5, mload(accounts)))
            mstore(free, selector)
            mstore(add(free, 0x04), token)
            mstore(add(free, 0x24), 0x60)
            mstore(add(free, 0x44), add(0x60, length))
            mcopy(add(free, 0x64), accounts, length)
            mcopy(add(add(free, 0x64), length), deltas, length)
            done := call(gas(), ledger, 0, free, add(0x64, shl(1, length)), 0x00, 0x00)
        }
        if (!done) _fail();
    }

    /// @dev Reverts with the ledger's own reason.
    function _fail() private pure {
        assembly ("memory-safe") {
            let free := mload(0x40)
            returndatacopy(free, 0x00, returndatasize())
            revert(free, returndatasize())
        }
    }
}
