// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {IBanList} from "./IBanList.sol";
import {IIdentityRegistry} from "./IIdentityRegistry.sol";
import {Admission, INetworkParameters, Quota, SpamRules} from "./INetworkParameters.sol";
import {IVersions} from "./IVersions.sol";

/// @title The directory of MESH
/// @notice Where nodes learn which contracts and protocols are current, which rules of the network hold, and whom it
/// has banned. It belongs to the timelock of governance for good. It also is the verifying contract in the EIP-712
/// domain of whatever agents sign for one another and no contract consumes.
///
/// It has no power over any other contract: those that hold money do not know it, and it calls none of them. What
/// governance decides here reaches agreements that are yet to be made, through the nodes that choose to obey.
interface IMeshDirectory is IVersions, INetworkParameters, IBanList {
    /// @notice What the directory begins with.
    struct Genesis {
        /// @dev The timelock.
        address governance;
        IIdentityRegistry identityRegistry;
        /// @dev The token of bonds, whose burning it trusts: MeshToken.
        ERC20Burnable bondToken;
        uint128 accusationBond;
        uint128 maxMinStake;
        uint16 maxMinReputation;
        /// @dev Defaults, for every domain and topic that has none of its own.
        Admission admission;
        Quota quota;
        SpamRules spamRules;
        /// @dev First versions.
        NamedContract[] contracts;
        bytes32[] protocols;
    }
}
