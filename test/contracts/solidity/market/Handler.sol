// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountActions} from "./AccountActions.sol";
import {HostileActions} from "./HostileActions.sol";
import {Usurpers} from "./Usurpers.sol";

/// @notice Everything that honest and hostile people do, for the invariant runner to call in any order.
contract Handler is AccountActions, HostileActions, Usurpers {}
