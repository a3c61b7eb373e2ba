// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILedger} from "./ILedger.sol";
import {IStakeVault} from "./IStakeVault.sol";

/// @title Everybody's tokens
/// @notice The balances of a ledger and the stakes of a vault, each with its own books and its own modules.
interface ITreasury is ILedger, IStakeVault {
    /// @notice {ILedger-give} and {IStakeVault-unlock} in one call. Modules of the ledger only.
    /// @param token The token.
    /// @param to Who is credited.
    /// @param amount Minor units credited.
    /// @param fee Minor units set aside in the same account, on top.
    /// @param agentId The agent whose lock ends.
    /// @param depositor Whose stake.
    /// @param unlocked Minor units of the stake token.
    function giveAndUnlock(
        address token,
        address to,
        uint256 amount,
        uint256 fee,
        uint256 agentId,
        address depositor,
        uint256 unlocked
    ) external;
}
