// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Agreement, Conditions} from "../interfaces/IIntentEscrow.sol";
import {Periods} from "./Periods.sol";

/// @title AgreementTerms
/// @notice What an agreement comes to, in integers: no storage, no clock but the one that is passed.
library AgreementTerms {
    uint256 internal constant WHOLE = 10_000;

    /// @dev quantity * price / lot, rounded down. No overflow: 64 bits each.
    function paymentFor(Agreement memory a, uint64 quantity) internal pure returns (uint256) {
        uint256 product;
        unchecked {
            product = uint256(quantity) * a.price;
        }
        return product / a.lot;
    }

    /// @dev A share in hundredths of a percent, rounded down. No overflow: an amount has at most 128 bits.
    function share(uint256 amount, uint256 bps) internal pure returns (uint256) {
        unchecked {
            return amount * bps / WHOLE;
        }
    }

    /// @dev What the seller earns when its meter counted `quantity`: the price of that, less what the missing quantity
    /// costs more at the retail price; not less than nothing.
    function meteredPayment(Agreement memory a, Conditions memory c, uint64 quantity)
        internal
        pure
        returns (uint256)
    {
        if (quantity >= a.quantity) return paymentFor(a, a.quantity);
        uint256 payment = paymentFor(a, quantity);
        if (c.retail <= a.price) return payment;
        unchecked {
            uint256 missed = uint256(a.quantity - quantity) * (c.retail - a.price) / a.lot;
            return missed < payment ? payment - missed : 0;
        }
    }

    /// @dev What whoever cancels loses at a time, in hundredths of a percent.
    function stageBps(Agreement memory a, Conditions memory c, uint256 time) internal pure returns (uint256) {
        if (time >= c.start) return a.penaltyBps;
        return time >= c.lateFrom ? c.lateBps : 0;
    }

    /// @dev The same for a buyer, before the end of the delivery: once it has begun, not less than the part of it that
    /// is over, for so much may have been delivered.
    function buyerStageBps(Agreement memory a, Conditions memory c, uint256 time) internal pure returns (uint256) {
        if (time <= c.start) return stageBps(a, c, time);
        return _max(a.penaltyBps, WHOLE * (time - c.start) / (c.end - c.start));
    }

    /// @dev Last second of the buyer's window.
    function windowEnd(Conditions memory c, uint256 deliveredAt) internal pure returns (uint256) {
        return _max(deliveredAt, c.end) + c.window;
    }

    /// @dev Whether conditions can be carried out.
    function inOrder(Agreement memory a, Conditions memory c) internal pure returns (bool) {
        return c.lateFrom <= c.start && c.start <= c.end && c.end <= a.deadline && c.lateBps <= WHOLE
            && c.splitBps <= WHOLE && c.window <= Periods.MAX_WINDOW;
    }

    function _max(uint256 x, uint256 y) private pure returns (uint256) {
        return x > y ? x : y;
    }
}
