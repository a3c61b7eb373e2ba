// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title ExactTransfer
/// @notice Token transfers that revert unless this contract's balance changed by exactly the amount.
/// @dev What a token says about a transfer (its return value) is not trusted, what it says about balances is. Tokens
/// that take a fee are thereby refused. The caller guards against reentrance while the balance is being measured.
library ExactTransfer {
    using SafeERC20 for IERC20;

    /// @notice Thrown when a transfer moved another amount than it was asked to.
    error InexactTransfer(address token, uint256 expectedBalance, uint256 actualBalance);

    /// @dev Pulls from `from` by allowance.
    function receiveExactly(IERC20 token, address from, uint256 amount) internal {
        uint256 held = token.balanceOf(address(this));
        token.safeTransferFrom(from, address(this), amount);
        requireHeld(token, held + amount);
    }

    /// @dev Sends to `to`, which must not be this contract.
    function sendExactly(IERC20 token, address to, uint256 amount) internal {
        uint256 held = token.balanceOf(address(this));
        token.safeTransfer(to, amount);
        requireHeld(token, held - amount);
    }

    /// @dev Requires this contract's balance to be `expected`.
    function requireHeld(IERC20 token, uint256 expected) internal view {
        uint256 actual = token.balanceOf(address(this));
        require(actual == expected, InexactTransfer(address(token), expected, actual));
    }
}
