// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BanList} from "./directory/BanList.sol";
import {Governed} from "./directory/Governed.sol";
import {NetworkParameters} from "./directory/NetworkParameters.sol";
import {Versions} from "./directory/Versions.sol";
import {IMeshDirectory} from "./interfaces/IMeshDirectory.sol";
import {SaltedEIP712} from "./libraries/SaltedEIP712.sol";

/// @title MeshDirectory
/// @notice See {IMeshDirectory}.
/// @dev Storage: that of {Versions}, {NetworkParameters} and {BanList}, in this order.
contract MeshDirectory is IMeshDirectory, Versions, NetworkParameters, BanList, SaltedEIP712 {
    /// @param genesis What it begins with.
    /// @param salt Random, so that what was signed for another deployment at the same address is worth nothing here.
    constructor(Genesis memory genesis, bytes32 salt)
        Governed(genesis.governance)
        Versions(genesis.contracts, genesis.protocols)
        NetworkParameters(
            genesis.maxMinStake, genesis.maxMinReputation, genesis.admission, genesis.quota, genesis.spamRules
        )
        BanList(genesis.identityRegistry, genesis.bondToken, genesis.accusationBond)
        SaltedEIP712(salt)
    {}
}
