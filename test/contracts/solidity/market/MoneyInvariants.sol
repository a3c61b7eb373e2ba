// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ghost} from "./Ghost.sol";
import {MarketTest} from "./MarketTest.sol";

/// @notice Payments: nothing comes from nowhere, nothing is lost, and the protocol takes what was agreed.
contract MoneyInvariantsTest is MarketTest {
    /// @dev Balances, fees set aside, what is in escrow and what arbitrators hold; to the unit.
    function invariant_treasuryHoldsWhatItOwes() external view {
        uint256 owed = _handler.bonds() + _balance(_handler.FEE_RECIPIENT());
        for (uint256 i = 0; i < _handler.ACTORS(); ++i) {
            owed += _balance(_handler.actors(i)) + _fees(_handler.actors(i));
        }
        Ghost.Deal[] memory deals = _deals();
        for (uint256 i = 0; i < deals.length; ++i) {
            if (_isLive(deals[i].status)) owed += deals[i].payment - deals[i].paid;
        }
        require(_handler.deposited() - _handler.withdrawn() == owed, "owes other than what came in and stayed");
        owed += _stakeThatStayed() + _handler.vault().toBurn();
        for (uint256 i = 0; i < _handler.ACTORS(); ++i) {
            owed += _handler.vault().claimable(_handler.actors(i));
        }
        uint256 held = _handler.token().balanceOf(address(_handler.ledger()));
        require(held == owed + _handler.donated(), "holds other than what it owes");
        require(bytes(_handler.breach()).length == 0, _handler.breach());
    }

    /// @dev However many payments an agreement came in, its fee is that of one; and of what it was opened with.
    function invariant_feesAreThoseOfTheOpening() external view {
        uint256 fees = _handler.tradeFees();
        Ghost.Deal[] memory deals = _deals();
        for (uint256 i = 0; i < deals.length; ++i) {
            fees += deals[i].paid * deals[i].a.feeBps / 10_000;
        }
        uint256 taken = _handler.collected();
        for (uint256 i = 0; i < _handler.ACTORS(); ++i) {
            taken += _fees(_handler.actors(i));
        }
        require(taken == fees, "fees differ from those agreed on");
        require(_balance(_handler.FEE_RECIPIENT()) == _handler.collected(), "fees went elsewhere");
    }

    function _balance(address account) private view returns (uint256) {
        return _handler.ledger().balanceOf(address(_handler.token()), account);
    }

    function _fees(address account) private view returns (uint256) {
        return _handler.ledger().feesOf(address(_handler.token()), account);
    }
}
