// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Version} from "../../../../contracts/interfaces/IVersions.sol";
import {Admission, Quota, SpamRules} from "../../../../contracts/interfaces/INetworkParameters.sol";
import {vm} from "../Vm.sol";
import {DirectoryWorld, Registrable} from "./DirectoryWorld.sol";

/// @notice What governance does to versions and parameters, in bounds or not, and others' attempts at it.
abstract contract RuleActions is DirectoryWorld {
    /// @notice What was registered, as it was then; sunsets as they were last set.
    mapping(bytes32 name => Version[]) internal _contracts;
    mapping(bytes32 name => Version[]) internal _protocols;
    /// @notice What must not have happened, empty when nothing did.
    string public breach;

    function registerContract(uint256 nameSeed, uint256 old) external {
        bytes32 name = nameOf(nameSeed % NAMES);
        uint256 count = _contracts[name].length;
        // Now and then one that was registered before, which is refused.
        bool isKnown = count != 0 && old % 4 == 0;
        address location = isKnown ? _contracts[name][old % count].location : address(new Registrable());
        try directory.registerContract(name, location) {
            if (isKnown) breach = "a contract was registered twice";
            _contracts[name].push(Version(location, uint48(block.timestamp), 0));
        } catch {}
    }

    function registerProtocol(uint256 nameSeed) external {
        bytes32 name = nameOf(nameSeed % NAMES);
        directory.registerProtocol(name);
        _protocols[name].push(Version(address(0), uint48(block.timestamp), 0));
    }

    function setContractSunset(uint256 nameSeed, uint256 numberSeed, uint32 ahead) external {
        bytes32 name = nameOf(nameSeed % NAMES);
        uint256 number = numberSeed % (_contracts[name].length + 2);
        uint48 sunset = uint48(block.timestamp) + ahead;
        try directory.setContractSunset(name, number, sunset) {
            _noteSunset(_contracts[name], number, sunset, ahead);
        } catch {}
    }

    function setProtocolSunset(uint256 nameSeed, uint256 numberSeed, uint32 ahead) external {
        bytes32 name = nameOf(nameSeed % NAMES);
        uint256 number = numberSeed % (_protocols[name].length + 2);
        uint48 sunset = uint48(block.timestamp) + ahead;
        try directory.setProtocolSunset(name, number, sunset) {
            _noteSunset(_protocols[name], number, sunset, ahead);
        } catch {}
    }

    function setAdmission(uint256 nameSeed, uint128 minStake, uint16 minReputation, bool narrow) external {
        if (narrow) (minStake, minReputation) = (minStake % 2000, minReputation % 8000);
        try directory.setAdmission(nameOf(nameSeed % (NAMES + 1)), Admission(minStake, minReputation)) {} catch {}
    }

    function setQuota(uint256 nameSeed, uint32 perMinute, uint32 burst, bool narrow) external {
        if (narrow) (perMinute, burst) = (perMinute % 70_000, burst % 70_000);
        try directory.setQuota(nameOf(nameSeed % (NAMES + 1)), Quota(perMinute, burst)) {} catch {}
    }

    function setSpamRules(SpamRules memory rules, bool narrow) external {
        if (narrow) {
            rules.maxMessageBytes = 4000 + rules.maxMessageBytes % 1_050_000;
            rules.maxIntentLife = 200 + rules.maxIntentLife % 3_000_000;
            rules.maxLiveIntents %= 11_000;
            rules.maxLiveOffers %= 11_000;
            rules.invalidTolerance %= 11_000;
            rules.muteDuration %= 90_000;
        }
        try directory.setSpamRules(rules) {} catch {}
    }

    /// @dev A stranger with the arguments that governance would use.
    function usurp(uint256 actor, uint256 which) external {
        bytes[6] memory calls = [
            abi.encodeCall(directory.registerContract, (nameOf(0), address(new Registrable()))),
            abi.encodeCall(directory.registerProtocol, (nameOf(0))),
            abi.encodeCall(directory.setQuota, (nameOf(0), Quota(60, 30))),
            abi.encodeCall(directory.ban, (1, keccak256("evidence"), "uri")),
            abi.encodeCall(directory.acquit, (1)),
            abi.encodeCall(directory.setAccusationBond, (BOND))
        ];
        vm.prank(actors[actor % ACTORS]);
        (bool done,) = address(directory).call(calls[which % 6]);
        if (done) breach = "a stranger governed";
    }

    function wait(uint32 duration) external {
        vm.warp(block.timestamp + duration % 60 days);
    }

    function contractHistory(bytes32 name) external view returns (Version[] memory) {
        return _contracts[name];
    }

    function protocolHistory(bytes32 name) external view returns (Version[] memory) {
        return _protocols[name];
    }

    function _noteSunset(Version[] storage history, uint256 number, uint48 sunset, uint32 ahead) private {
        uint48 former = history[number - 1].sunset;
        if (former != 0 && block.timestamp >= former) breach = "a sunset that had passed was moved";
        if (ahead < 30 days) breach = "a sunset came without notice";
        history[number - 1].sunset = sunset;
    }
}
