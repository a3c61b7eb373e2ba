// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BalanceActions} from "./BalanceActions.sol";
import {HostileActions} from "./HostileActions.sol";
import {StakeActions} from "./StakeActions.sol";
import {Usurpers} from "./Usurpers.sol";

/// @notice Everything that honest and hostile people do, for the invariant runner to call in any order.
contract Handler is BalanceActions, StakeActions, HostileActions, Usurpers {}
