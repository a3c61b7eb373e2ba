// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Agreement, Conditions} from "../contracts/interfaces/IIntentEscrow.sol";
import {AgreementTerms} from "../contracts/libraries/AgreementTerms.sol";

/// @dev The engine takes members of structs for 256 bits wide.
function isTyped(Agreement memory a) pure returns (bool) {
    return a.quantity <= type(uint64).max && a.price <= type(uint64).max && a.lot <= type(uint96).max;
}

/// @notice A payment is quantity * price / lot, rounded down.
contract PaymentIsRoundedDown {
    function check(Agreement memory a, uint64 quantity) external pure {
        require(isTyped(a) && a.lot != 0);
        uint256 payment = AgreementTerms.paymentFor(a, quantity);
        uint256 exact = uint256(quantity) * a.price;
        assert(payment * a.lot <= exact && exact < (payment + 1) * a.lot);
    }
}

/// @notice More costs no less.
contract PaymentRisesWithQuantity {
    function check(Agreement memory a, uint64 less, uint64 more) external pure {
        require(isTyped(a) && a.lot != 0 && less <= more);
        assert(AgreementTerms.paymentFor(a, less) <= AgreementTerms.paymentFor(a, more));
    }
}

/// @notice A meter makes nobody pay more than was agreed.
contract MeteredIsAtMostAgreed {
    function check(Agreement memory a, Conditions memory c, uint64 quantity) external pure {
        require(isTyped(a) && a.lot != 0);
        assert(AgreementTerms.meteredPayment(a, c, quantity) <= AgreementTerms.paymentFor(a, a.quantity));
    }
}

/// @notice A seller earns no more than the price of what its meter counted.
contract MeteredIsAtMostDelivered {
    function check(Agreement memory a, Conditions memory c, uint64 quantity) external pure {
        require(isTyped(a) && a.lot != 0);
        assert(AgreementTerms.meteredPayment(a, c, quantity) <= AgreementTerms.paymentFor(a, quantity));
    }
}

/// @notice A seller whose meter counted more earns no less.
contract MeteredRisesWithQuantity {
    function check(Agreement memory a, Conditions memory c, uint64 less, uint64 more) external pure {
        require(isTyped(a) && a.lot != 0 && less <= more);
        assert(AgreementTerms.meteredPayment(a, c, less) <= AgreementTerms.meteredPayment(a, c, more));
    }
}

/// @notice Where the retail price is not above the agreed one, missing quantity costs nothing but its price.
contract CheapRetailCostsNothing {
    function check(Agreement memory a, Conditions memory c, uint64 quantity) external pure {
        require(isTyped(a) && a.lot != 0 && quantity <= a.quantity && c.retail <= a.price);
        assert(AgreementTerms.meteredPayment(a, c, quantity) == AgreementTerms.paymentFor(a, quantity));
    }
}

/// @notice However a dispute ends, at least what was released and at most what was agreed is paid.
contract RulingStaysWithinAgreement {
    function check(Agreement memory a, uint64 claimed, uint96 paid, uint256 bps) external pure {
        require(isTyped(a) && a.lot != 0 && claimed <= a.quantity && bps <= AgreementTerms.WHOLE);
        uint256 reported = AgreementTerms.paymentFor(a, claimed);
        uint256 agreed = AgreementTerms.paymentFor(a, a.quantity);
        require(paid <= reported);
        uint256 total = paid + AgreementTerms.share(reported - paid, bps);
        assert(total >= paid && total <= reported && total <= agreed);
    }
}

/// @notice However late a buyer cancels, at least what was released and at most what was agreed is paid.
contract CancellationStaysWithinAgreement {
    function check(Agreement memory a, Conditions memory c, uint96 paid, uint64 time) external pure {
        require(isTyped(a) && a.lot != 0 && a.penaltyBps <= AgreementTerms.WHOLE);
        uint256 agreed = AgreementTerms.paymentFor(a, a.quantity);
        require(paid <= agreed && agreed <= type(uint96).max);
        require(AgreementTerms.inOrder(a, c) && time < c.end);
        uint256 total = paid + AgreementTerms.share(agreed - paid, AgreementTerms.buyerStageBps(a, c, time));
        assert(total >= paid && total <= agreed);
    }
}
