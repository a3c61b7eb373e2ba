// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IdentityRegistry} from "../../../../contracts/IdentityRegistry.sol";
import {MeshDirectory} from "../../../../contracts/MeshDirectory.sol";
import {MeshToken} from "../../../../contracts/MeshToken.sol";
import {IMeshDirectory} from "../../../../contracts/interfaces/IMeshDirectory.sol";
import {Admission, Quota, SpamRules} from "../../../../contracts/interfaces/INetworkParameters.sol";
import {vm} from "../Vm.sol";

/// @notice Something to register: any code will do.
contract Registrable {}

/// @notice A directory that this contract governs, and three people with an agent each, who can pay bonds.
abstract contract DirectoryWorld {
    uint256 public constant ACTORS = 3;
    uint256 public constant NAMES = 2;
    uint128 public constant MAX_MIN_STAKE = 1000;
    uint16 public constant MAX_MIN_REPUTATION = 4000;
    uint128 internal constant BOND = 1001;

    MeshToken public immutable token = new MeshToken(address(this), 1e24);
    IdentityRegistry public immutable registry = new IdentityRegistry();
    MeshDirectory public immutable directory;
    address[ACTORS] public actors;

    constructor() {
        vm.warp(1_700_000_000);
        directory = new MeshDirectory(_genesis(), keccak256("salt"));
        for (uint256 i = 0; i < ACTORS; ++i) {
            actors[i] = vm.addr(0xA11CE + i);
            vm.prank(actors[i]);
            registry.register();
            token.transfer(actors[i], 1e23);
            vm.prank(actors[i]);
            token.approve(address(directory), type(uint256).max);
        }
    }

    /// @notice A name, or the empty one beyond the last.
    function nameOf(uint256 index) public pure returns (bytes32) {
        return index == NAMES ? bytes32(0) : bytes32(index + 1);
    }

    function _genesis() private view returns (IMeshDirectory.Genesis memory genesis) {
        genesis.governance = address(this);
        genesis.identityRegistry = registry;
        genesis.bondToken = token;
        genesis.accusationBond = BOND;
        genesis.maxMinStake = MAX_MIN_STAKE;
        genesis.maxMinReputation = MAX_MIN_REPUTATION;
        genesis.admission = Admission(1, 1);
        genesis.quota = Quota(60, 30);
        genesis.spamRules = SpamRules(16_384, 1 days, 16, 32, 20, 10 minutes);
    }
}
