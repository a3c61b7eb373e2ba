// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Agreement, Conditions} from "../contracts/interfaces/IIntentEscrow.sol";
import {AgreementTerms} from "../contracts/libraries/AgreementTerms.sol";
import {Periods} from "../contracts/libraries/Periods.sol";

/// @notice Conditions in order begin, end and can be reported in this sequence, with shares of at most the whole.
contract OrderIsOrder {
    function check(Agreement memory a, Conditions memory c) external pure {
        require(AgreementTerms.inOrder(a, c));
        bool times = c.lateFrom <= c.start && c.start <= c.end && c.end <= a.deadline;
        assert(times && c.lateBps <= AgreementTerms.WHOLE && c.splitBps <= AgreementTerms.WHOLE);
    }
}

/// @notice Whoever cancels loses at most the whole.
contract StageIsAtMostWhole {
    function check(Agreement memory a, Conditions memory c, uint64 time) external pure {
        require(a.penaltyBps <= AgreementTerms.WHOLE && AgreementTerms.inOrder(a, c));
        assert(AgreementTerms.stageBps(a, c, time) <= AgreementTerms.WHOLE);
    }
}

/// @notice A buyer who cancels before the end of the delivery loses at most the whole.
contract BuyerStageIsAtMostWhole {
    function check(Agreement memory a, Conditions memory c, uint64 time) external pure {
        require(a.penaltyBps <= AgreementTerms.WHOLE && AgreementTerms.inOrder(a, c) && time < c.end);
        assert(AgreementTerms.buyerStageBps(a, c, time) <= AgreementTerms.WHOLE);
    }
}

/// @notice Once the delivery has begun, cancelling later costs a buyer no less.
contract BuyerStageRisesWithTime {
    function check(Agreement memory a, Conditions memory c, uint64 sooner, uint64 later) external pure {
        require(a.penaltyBps <= AgreementTerms.WHOLE && AgreementTerms.inOrder(a, c));
        require(c.start <= sooner && sooner <= later && later < c.end);
        assert(AgreementTerms.buyerStageBps(a, c, sooner) <= AgreementTerms.buyerStageBps(a, c, later));
    }
}

/// @notice A buyer's window ends neither before the delivery does nor before it is reported, and in time.
contract WindowFollowsDelivery {
    function check(Agreement memory a, Conditions memory c, uint40 deliveredAt) external pure {
        require(AgreementTerms.inOrder(a, c));
        uint256 end = AgreementTerms.windowEnd(c, deliveredAt);
        bool late = end <= uint256(c.end) + Periods.MAX_WINDOW || end <= uint256(deliveredAt) + Periods.MAX_WINDOW;
        assert(end >= c.end && end >= deliveredAt && late);
    }
}
