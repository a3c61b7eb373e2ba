// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClearingHandler} from "./ClearingHandler.sol";

/// @notice What holds after every call, whatever anybody does.
contract ClearingInvariantsTest {
    uint256 private constant MEMBERS = 5;

    ClearingHandler private _handler;

    function setUp() external {
        _handler = new ClearingHandler();
    }

    /// @dev Read by the runner: it calls nothing else.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev The random walks below could hold because nothing ever happens in them.
    function test_theHandlerTradesAndSettles() external {
        for (uint256 i = 0; i < 2; ++i) {
            _handler.deposit(i, 199);
            _handler.order(i, i == 0, [int64(3), int64(4)], [uint64(2000), uint64(1000)]);
        }
        _handler.clear(-3);
        _handler.settleReading(4, 0, 500);
        _handler.settleSchedule(4);
        require(_handler.trades() == 1 && _handler.settlements() == 2, "nothing traded or settled");
        require(bytes(_handler.breach()).length == 0, _handler.breach());
    }

    function invariant_moneyIsConserved() external view {
        uint256 sum = _balance(address(_handler.house()));
        sum += _balance(_handler.balancing()) + _balance(_handler.feeAccount());
        for (uint256 i = 0; i < MEMBERS; ++i) {
            sum += _balance(_handler.members(i));
        }
        require(_handler.deposited() - _handler.withdrawn() == sum, "balances are not what came in and stayed");
        require(bytes(_handler.breach()).length == 0, _handler.breach());
    }

    function invariant_reservesAreThoseOfOpenPositions() external view {
        require(_balance(address(_handler.house())) == _handler.reserved(), "the house holds other than the reserves");
        require(bytes(_handler.breach()).length == 0, _handler.breach());
    }

    function _balance(address account) private view returns (uint256) {
        return _handler.ledger().balanceOf(address(_handler.token()), account);
    }
}
