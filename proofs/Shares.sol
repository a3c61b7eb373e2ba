// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AgreementTerms} from "../contracts/libraries/AgreementTerms.sol";

/// @notice A share is at most the amount.
contract ShareIsAtMostAmount {
    function check(uint128 amount, uint256 bps) external pure {
        require(bps <= AgreementTerms.WHOLE);
        assert(AgreementTerms.share(amount, bps) <= amount);
    }
}

/// @notice The whole of an amount is the amount.
contract WholeIsAmount {
    function check(uint128 amount) external pure {
        assert(AgreementTerms.share(amount, AgreementTerms.WHOLE) == amount);
    }
}

/// @notice The share of more is not less.
contract ShareRisesWithAmount {
    function check(uint128 less, uint128 more, uint256 bps) external pure {
        require(bps <= AgreementTerms.WHOLE && less <= more);
        assert(AgreementTerms.share(less, bps) <= AgreementTerms.share(more, bps));
    }
}

/// @notice A larger share is not less.
contract ShareRisesWithBps {
    function check(uint128 amount, uint256 less, uint256 more) external pure {
        require(less <= more && more <= AgreementTerms.WHOLE);
        assert(AgreementTerms.share(amount, less) <= AgreementTerms.share(amount, more));
    }
}

/// @notice Rounding each of two parts instead of their sum loses at most one unit, and never gains one.
contract RoundingLosesAtMostOne {
    function check(uint96 one, uint96 other, uint256 bps) external pure {
        require(bps <= AgreementTerms.WHOLE);
        uint256 parts = AgreementTerms.share(one, bps) + AgreementTerms.share(other, bps);
        uint256 whole = AgreementTerms.share(uint256(one) + other, bps);
        assert(parts <= whole && whole <= parts + 1);
    }
}

/// @notice The fee that a payment adds to those before it is at most the payment.
contract AddedFeeIsAtMostPayment {
    function check(uint96 before, uint96 total, uint256 bps) external pure {
        require(before <= total && bps <= AgreementTerms.WHOLE);
        uint256 fee = AgreementTerms.share(total, bps) - AgreementTerms.share(before, bps);
        assert(fee <= total - before);
    }
}
