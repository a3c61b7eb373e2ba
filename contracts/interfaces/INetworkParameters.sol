// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What an agent needs for its messages to be relayed in a domain.
struct Admission {
    /// @dev Free stake of its owner behind it, in minor units of the vault's stake token: 0 to `maxMinStake`.
    uint128 minStake;
    /// @dev Reputation score in hundredths of a per cent: 0 to `maxMinReputation`.
    uint16 minReputation;
}

/// @notice How much one agent may publish in a topic: a bucket of `burst` messages that refills at `perMinute`.
struct Quota {
    /// @dev Messages per minute in the long run: 6 to 60,000.
    uint32 perMinute;
    /// @dev Messages at once: 4 to 60,000.
    uint32 burst;
}

/// @notice Limits on what one agent, or one peer, may burden others with.
struct SpamRules {
    /// @dev Bytes of a message: 4,096 to 1,048,576.
    uint32 maxMessageBytes;
    /// @dev Seconds from its reception that an intent may live: 300 to 2,592,000 (30 days).
    uint32 maxIntentLife;
    /// @dev Intents of an agent in a domain that live at once: 4 to 10,000.
    uint16 maxLiveIntents;
    /// @dev Offers of an agent that live at once: 4 to 10,000.
    uint16 maxLiveOffers;
    /// @dev Invalid messages within a minute after which a peer is muted: 4 to 10,000.
    uint16 invalidTolerance;
    /// @dev Seconds for which it is muted: 10 to 86,400 (a day).
    uint32 muteDuration;
}

/// @title The network's parameters
/// @notice What every node reads and obeys about admission, rates and spam. Typed, and bounded here: no vote can set a
/// quota to zero, a threshold that nobody meets, or a mute that never ends, each of which would pause the network. Those
/// bounds are stated at each member of {Admission}, {Quota} and {SpamRules}.
///
/// Keys are ASCII, left-aligned: a domain (`energy`) for admission, a topic without its area (`intents/energy`,
/// `capabilities`) for quotas. Whatever was not set for a key of its own is that of the empty key, the default.
///
/// These are rules for relaying messages. No contract that holds money reads them.
interface INetworkParameters {
    /// @notice Emitted when the admission to a domain was set; the empty key is the default.
    event AdmissionSet(bytes32 indexed domain, uint128 minStake, uint16 minReputation);
    /// @notice Emitted when a topic's quota was set; the empty key is the default.
    event QuotaSet(bytes32 indexed topic, uint32 perMinute, uint32 burst);
    /// @notice Emitted when the spam rules were set.
    event SpamRulesSet(SpamRules rules);

    /// @notice Highest stake that admission can ask for, in minor units of the stake token; fixed at deployment.
    function maxMinStake() external view returns (uint128);

    /// @notice Highest reputation that admission can ask for, in hundredths of a per cent; fixed at deployment, at most
    /// the score that the reputation registry gives to an agent without history, so that newcomers always get in.
    function maxMinReputation() external view returns (uint16);

    /// @notice The admission to a domain: its own, or the default.
    function admissionOf(bytes32 domain) external view returns (Admission memory);

    /// @notice The quota of a topic: its own, or the default.
    function quotaOf(bytes32 topic) external view returns (Quota memory);

    /// @notice The spam rules.
    function spamRules() external view returns (SpamRules memory);

    /// @notice Sets the admission to a domain. Only governance.
    /// @param domain The domain; empty for the default.
    function setAdmission(bytes32 domain, Admission calldata admission) external;

    /// @notice Sets the quota of a topic. Only governance.
    /// @param topic The topic; empty for the default.
    function setQuota(bytes32 topic, Quota calldata quota) external;

    /// @notice Sets the spam rules. Only governance.
    function setSpamRules(SpamRules calldata rules) external;
}
