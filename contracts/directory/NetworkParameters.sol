// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Admission, INetworkParameters, Quota, SpamRules} from "../interfaces/INetworkParameters.sol";
import {Governed} from "./Governed.sol";

/// @title NetworkParameters
/// @notice See {INetworkParameters}.
/// @dev Storage:
/// - `_admissions`: domain => one slot: minStake (16 bytes), minReputation (2).
/// - `_hasAdmission`: domain => whether it has one of its own. All zero is a valid admission, so it cannot tell.
/// - `_quotas`: topic => one slot: perMinute (4 bytes), burst (4). All zero: none of its own.
/// - `_spamRules`: one slot, in the order of the struct.
abstract contract NetworkParameters is INetworkParameters, Governed {
    bytes32 private constant DEFAULT = bytes32(0);

    /// @inheritdoc INetworkParameters
    uint128 public immutable maxMinStake;
    /// @inheritdoc INetworkParameters
    uint16 public immutable maxMinReputation;

    mapping(bytes32 domain => Admission) private _admissions;
    mapping(bytes32 domain => bool) private _hasAdmission;
    mapping(bytes32 topic => Quota) private _quotas;
    SpamRules private _spamRules;

    constructor(
        uint128 maxMinStake_,
        uint16 maxMinReputation_,
        Admission memory admission,
        Quota memory quota,
        SpamRules memory rules
    ) {
        maxMinStake = maxMinStake_;
        maxMinReputation = maxMinReputation_;
        _setAdmission(DEFAULT, admission);
        _setQuota(DEFAULT, quota);
        _setSpamRules(rules);
    }

    /// @inheritdoc INetworkParameters
    function setAdmission(bytes32 domain, Admission calldata admission) external onlyGovernance {
        _setAdmission(domain, admission);
    }

    /// @inheritdoc INetworkParameters
    function setQuota(bytes32 topic, Quota calldata quota) external onlyGovernance {
        _setQuota(topic, quota);
    }

    /// @inheritdoc INetworkParameters
    function setSpamRules(SpamRules calldata rules) external onlyGovernance {
        _setSpamRules(rules);
    }

    /// @inheritdoc INetworkParameters
    function admissionOf(bytes32 domain) external view returns (Admission memory) {
        return _admissions[_hasAdmission[domain] ? domain : DEFAULT];
    }

    /// @inheritdoc INetworkParameters
    function quotaOf(bytes32 topic) external view returns (Quota memory) {
        return _quotas[_quotas[topic].perMinute == 0 ? DEFAULT : topic];
    }

    /// @inheritdoc INetworkParameters
    function spamRules() external view returns (SpamRules memory) {
        return _spamRules;
    }

    function _setAdmission(bytes32 domain, Admission memory admission) private {
        _checkBounds("minStake", admission.minStake, 0, maxMinStake);
        _checkBounds("minReputation", admission.minReputation, 0, maxMinReputation);
        _admissions[domain] = admission;
        _hasAdmission[domain] = true;
        emit AdmissionSet(domain, admission.minStake, admission.minReputation);
    }

    function _setQuota(bytes32 topic, Quota memory quota) private {
        _checkBounds("perMinute", quota.perMinute, 6, 60_000);
        _checkBounds("burst", quota.burst, 4, 60_000);
        _quotas[topic] = quota;
        emit QuotaSet(topic, quota.perMinute, quota.burst);
    }

    function _setSpamRules(SpamRules memory rules) private {
        _checkBounds("maxMessageBytes", rules.maxMessageBytes, 4096, 1_048_576);
        _checkBounds("maxIntentLife", rules.maxIntentLife, 5 minutes, 30 days);
        _checkBounds("maxLiveIntents", rules.maxLiveIntents, 4, 10_000);
        _checkBounds("maxLiveOffers", rules.maxLiveOffers, 4, 10_000);
        _checkBounds("invalidTolerance", rules.invalidTolerance, 4, 10_000);
        _checkBounds("muteDuration", rules.muteDuration, 10 seconds, 1 days);
        _spamRules = rules;
        emit SpamRulesSet(rules);
    }
}
