// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DisputeTime} from "../contracts/arbitration/DisputeTime.sol";
import {Periods} from "../contracts/libraries/Periods.sol";

/// @notice Our arbitrator, the appeal included, is no slower than the escrow waits.
contract ArbitratorIsInTime {
    function check() external pure {
        assert(DisputeTime.LONGEST <= Periods.MAX_ARBITRATION);
    }
}
