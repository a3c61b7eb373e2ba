// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IIntentEscrow} from "../../../../contracts/interfaces/IIntentEscrow.sol";
import {Ghost} from "./Ghost.sol";
import {Handler} from "./Handler.sol";

/// @notice What all invariants of the market begin with.
abstract contract MarketTest {
    Handler internal _handler;

    function setUp() external {
        _handler = new Handler();
    }

    /// @dev Read by the runner: it calls nothing else.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function _isLive(IIntentEscrow.Status status) internal view returns (bool) {
        return status != IIntentEscrow.Status.None && !_handler.isFinal(status);
    }

    function _deals() internal view returns (Ghost.Deal[] memory deals) {
        deals = new Ghost.Deal[](_handler.dealCount());
        for (uint256 i = 0; i < deals.length; ++i) {
            deals[i] = _handler.deal(i);
        }
    }

    /// @dev Stake that came in, and was neither slashed nor taken back.
    function _stakeThatStayed() internal view returns (uint256) {
        return _handler.staked() - _handler.unstaked() - _handler.slashedEver();
    }
}
