// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AgreementTerms} from "../contracts/libraries/AgreementTerms.sol";

/// @notice False, since the share may be the whole: a share is less than the amount.
/// @custom:expected refuted
contract BmcIsAwake {
    function check(uint128 amount, uint256 bps) external pure {
        require(bps <= AgreementTerms.WHOLE);
        assert(AgreementTerms.share(amount, bps) < amount);
    }
}

/// @notice False, since the fee of a little is nothing: two payments cost two fees.
/// @custom:engine chc
/// @custom:expected refuted
contract ChcIsAwake {
    uint256 private _payments;
    uint256 private _fees;

    function pay(uint96 amount) external {
        require(amount != 0);
        ++_payments;
        _fees += AgreementTerms.share(amount, 25);
        assert(_payments < 2 || _fees >= 2);
    }
}
