// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AgreementTerms} from "../contracts/libraries/AgreementTerms.sol";

/// @notice At the deployed fee, any number of payments cost the fee of their sum.
/// @dev The fee is written out, since with a constant the engine finds no proof.
/// @custom:engine chc
contract FeesDoNotDependOnSteps {
    uint256 private _total;
    uint256 private _fees;

    function pay(uint96 total) external {
        require(total >= _total);
        _fees += AgreementTerms.share(total, 25) - AgreementTerms.share(_total, 25);
        _total = total;
        assert(_fees == AgreementTerms.share(_total, 25));
    }
}

/// @notice However many payments it comes in, at whatever fees: pay and fees make up what the agreement came to.
/// @custom:engine chc
contract PayAndFeesMakeUpTotal {
    uint256 private _total;
    uint256 private _paid;
    uint256 private _fees;

    function pay(uint96 total, uint256 bps) external {
        require(total >= _total && bps <= AgreementTerms.WHOLE);
        uint256 fee = AgreementTerms.share(total, bps) - AgreementTerms.share(_total, bps);
        _paid += total - _total - fee;
        _fees += fee;
        _total = total;
        assert(_paid + _fees == _total);
    }
}
