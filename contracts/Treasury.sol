// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {ITreasury} from "./interfaces/ITreasury.sol";
import {Ledger} from "./Ledger.sol";
import {StakeVault} from "./StakeVault.sol";

/// @title Treasury
/// @notice The contract that holds everybody's tokens: the balances of {Ledger} and the stakes of {StakeVault}, each
/// with its own books and its own modules.
/// @dev One contract because both calls of an agreement touch both, and the first touch of a contract costs 2,600 gas.
/// One guard covers both, so that what either measures of its tokens changes by its own transfer alone.
contract Treasury is ITreasury, Ledger, StakeVault {
    /// @param modules See {Ledger}.
    /// @param feeRecipient See {Ledger}.
    /// @param stakeToken See {StakeVault}.
    /// @param identityRegistry See {StakeVault}.
    constructor(
        address[] memory modules,
        address feeRecipient,
        IERC20 stakeToken,
        IIdentityRegistry identityRegistry
    ) Ledger(modules, feeRecipient) StakeVault(stakeToken, identityRegistry) {}

    /// @inheritdoc ITreasury
    function giveAndUnlock(
        address token,
        address to,
        uint256 amount,
        uint256 fee,
        uint256 agentId,
        address depositor,
        uint256 unlocked
    ) external onlyModule {
        _credit(token, to, amount, fee);
        _unlock(agentId, depositor, unlocked);
    }
}
