// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Agreement, Conditions} from "../contracts/interfaces/IIntentEscrow.sol";
import {AgreementTerms} from "../contracts/libraries/AgreementTerms.sol";
import {Periods} from "../contracts/libraries/Periods.sol";

/// @notice A ledger balance stays for longer than an intent lives.
contract BalanceOutlastsIntents {
    function check() external pure {
        assert(Periods.LEDGER_WITHDRAWAL > 1 days);
    }
}

/// @notice Stake that is asked back after a delivery leaves after every dispute about it.
contract StakeOutlastsDisputes {
    function check(Agreement memory a, Conditions memory c, uint40 deliveredAt, uint40 requestedAt) external pure {
        require(AgreementTerms.inOrder(a, c) && deliveredAt <= requestedAt && c.end <= requestedAt);
        uint256 lastEnd = AgreementTerms.windowEnd(c, deliveredAt) + Periods.MAX_ARBITRATION;
        assert(uint256(requestedAt) + Periods.STAKE_WITHDRAWAL > lastEnd);
    }
}
