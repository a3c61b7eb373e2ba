// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MeshDirectory} from "../../../../contracts/MeshDirectory.sol";
import {BanCase} from "../../../../contracts/interfaces/IBanList.sol";
import {Admission, Quota, SpamRules} from "../../../../contracts/interfaces/INetworkParameters.sol";
import {IVersions, Version} from "../../../../contracts/interfaces/IVersions.sol";
import {BanActions} from "./BanActions.sol";
import {RuleActions} from "./RuleActions.sol";

/// @notice Everything that governance, accusers and the accused do, for the invariant runner to call in any order.
contract DirectoryHandler is RuleActions, BanActions {}

/// @notice What holds in the directory after every call, whatever was voted.
contract DirectoryInvariantsTest {
    uint256 private constant ACTORS = 3;
    uint256 private constant NAMES = 2;

    DirectoryHandler private _handler;
    MeshDirectory private _directory;

    function setUp() external {
        _handler = new DirectoryHandler();
        _directory = _handler.directory();
    }

    /// @dev Read by the runner: it calls nothing else.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function invariant_historyOnlyGrows() external view {
        for (uint256 i = 0; i < NAMES; ++i) {
            bytes32 name = _handler.nameOf(i);
            Version[] memory contracts = _handler.contractHistory(name);
            Version[] memory protocols = _handler.protocolHistory(name);
            require(_directory.contractVersionCount(name) == contracts.length, "a contract version came or went");
            require(_directory.protocolVersionCount(name) == protocols.length, "a protocol version came or went");
            for (uint256 number = 1; number <= contracts.length; ++number) {
                _requireSame(_directory.contractVersion(name, number), contracts[number - 1]);
                (bytes32 found, uint256 place, IVersions.Status status) =
                    _directory.identify(contracts[number - 1].location);
                require(found == name && place == number, "a contract is another version");
                bool isCurrent = status == IVersions.Status.Current;
                require(isCurrent == (number == contracts.length), "the last version alone is current");
                require(!isCurrent || contracts[number - 1].sunset == 0, "the current version has a sunset");
            }
            for (uint256 number = 1; number <= protocols.length; ++number) {
                _requireSame(_directory.protocolVersion(name, number), protocols[number - 1]);
                bool isCurrent = _directory.protocolStatus(name, number) == IVersions.Status.Current;
                require(isCurrent == (number == protocols.length), "the last protocol version alone is current");
            }
        }
        require(bytes(_handler.breach()).length == 0, _handler.breach());
    }

    function invariant_parametersStayInBounds() external view {
        for (uint256 i = 0; i <= NAMES; ++i) {
            Admission memory admission = _directory.admissionOf(_handler.nameOf(i));
            require(admission.minStake <= _handler.MAX_MIN_STAKE(), "nobody can stake enough");
            require(admission.minReputation <= _handler.MAX_MIN_REPUTATION(), "no newcomer gets in");
            Quota memory quota = _directory.quotaOf(_handler.nameOf(i));
            require(quota.perMinute >= 6 && quota.perMinute <= 60_000, "rate out of bounds");
            require(quota.burst >= 4 && quota.burst <= 60_000, "burst out of bounds");
        }
        SpamRules memory rules = _directory.spamRules();
        require(rules.maxMessageBytes >= 4096 && rules.maxMessageBytes <= 1_048_576, "message size out of bounds");
        require(rules.maxIntentLife >= 300 && rules.maxIntentLife <= 30 days, "intent life out of bounds");
        require(rules.maxLiveIntents >= 4 && rules.maxLiveIntents <= 10_000, "live intents out of bounds");
        require(rules.maxLiveOffers >= 4 && rules.maxLiveOffers <= 10_000, "live offers out of bounds");
        require(rules.invalidTolerance >= 4 && rules.invalidTolerance <= 10_000, "tolerance out of bounds");
        require(rules.muteDuration >= 10 && rules.muteDuration <= 1 days, "mute out of bounds");
        uint256 bond = _directory.accusationBond();
        require(bond >= 100 && bond <= 10_010, "bond out of bounds");
    }

    function invariant_bondsAreConserved() external view {
        uint256 owed;
        for (uint256 i = 0; i < ACTORS; ++i) {
            owed += _directory.claimable(_handler.actors(i)) + _directory.caseOf(i + 1).bond;
        }
        require(_handler.token().balanceOf(address(_directory)) == owed, "holds other than what it owes");
        require(_handler.bonded() == owed + _handler.claimed() + _handler.burned(), "a bond was lost or made");
        require(_handler.token().totalSupply() == 1e24 - _handler.burned(), "burned another amount");
    }

    /// @dev Nobody is on the list but by a vote, or by an accusation that nobody answered in time; and not for ever.
    function invariant_bansAreEarnedAndLapse() external view {
        for (uint256 agentId = 1; agentId <= ACTORS; ++agentId) {
            BanCase memory case_ = _directory.caseOf(agentId);
            bool isVoted = block.timestamp < _handler.votedUntil(agentId);
            bool isFinal = block.timestamp < _handler.silentUntil(agentId);
            bool isSilent = case_.accuser != address(0) && case_.contestedAt == 0
                && block.timestamp >= case_.accusedAt + 7 days && block.timestamp < case_.accusedAt + 187 days;
            require(_directory.isBanned(agentId) == (isVoted || isFinal || isSilent), "banned or free without reason");
            require(_directory.bannedUntil(agentId) <= block.timestamp + 180 days, "banned for more than a term");
        }
    }

    function _requireSame(Version memory found, Version memory registered) private pure {
        require(found.location == registered.location, "a version moved");
        require(found.since == registered.since, "a version was backdated");
        require(found.sunset == registered.sunset, "a sunset changed by itself");
    }
}
