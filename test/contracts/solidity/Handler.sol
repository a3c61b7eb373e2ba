// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {HostileActions} from "./HostileActions.sol";
import {LedgerActions} from "./LedgerActions.sol";
import {StakeActions} from "./StakeActions.sol";

/// @notice Everything that honest and hostile people do, for the invariant runner to call in any order.
contract Handler is LedgerActions, StakeActions, HostileActions {}
