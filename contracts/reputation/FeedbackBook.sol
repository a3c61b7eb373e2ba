// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";
import {IReputationRegistry} from "../interfaces/IReputationRegistry.sol";
import {TagBook} from "../libraries/TagBook.sol";

/// @title FeedbackBook
/// @notice What clients said and what was answered.
/// @dev Storage:
/// - `_tags`: the tags that were ever used, numbered.
/// - `_clients`: agent id => everybody who left feedback, in order of the first.
/// - `_clientRecords`: agent id => client => one slot: lastIndex (8 bytes), owner (20): whom settled feedback is
///   credited to, set with the first.
/// - `_feedback`: agent id => client => index => one slot, full: value (16 bytes), valueDecimals (1), flags (1), tag1
///   (4), tag2 (4), weight (4), rating (2).
/// - `_responders`: agent id => client => index => everybody who responded.
/// - `_responseCounts`: agent id => client => index => responder => number of responses.
abstract contract FeedbackBook is IReputationRegistry {
    using TagBook for TagBook.Book;

    struct ClientRecord {
        uint64 lastIndex;
        address owner;
    }

    struct Feedback {
        int128 value;
        uint8 valueDecimals;
        uint8 flags;
        uint32 tag1;
        uint32 tag2;
        uint32 weight;
        uint16 rating;
    }

    /// What is logged and, but for the tags, not stored.
    struct Texts {
        string tag1;
        string tag2;
        string endpoint;
        string uri;
        bytes32 hash;
    }

    uint8 internal constant REVOKED = 1;
    uint8 internal constant SETTLED = 2;
    int128 private constant MAX_ABS_VALUE = 1e38;
    uint8 internal constant MAX_DECIMALS = 18;

    IIdentityRegistry internal immutable _identityRegistry;

    TagBook.Book internal _tags;
    mapping(uint256 agentId => address[]) internal _clients;
    mapping(uint256 agentId => mapping(address client => ClientRecord)) internal _clientRecords;
    mapping(uint256 agentId => mapping(address client => mapping(uint64 index => Feedback))) internal _feedback;
    mapping(uint256 agentId => mapping(address client => mapping(uint64 index => address[]))) internal _responders;
    mapping(
        uint256 agentId => mapping(address client => mapping(uint64 index => mapping(address responder => uint64)))
    ) internal _responseCounts;

    constructor(IIdentityRegistry identityRegistry_) {
        _identityRegistry = identityRegistry_;
    }

    /// @inheritdoc IReputationRegistry
    function appendResponse(
        uint256 agentId,
        address client,
        uint64 index,
        string calldata responseURI,
        bytes32 responseHash
    ) external {
        require(bytes(responseURI).length != 0, EmptyURI());
        _requireIndex(agentId, client, index);
        if (++_responseCounts[agentId][client][index][msg.sender] == 1) {
            _responders[agentId][client][index].push(msg.sender);
        }
        emit ResponseAppended(agentId, client, index, msg.sender, responseURI, responseHash);
    }

    /// @dev Feedback that says nothing yet but value and tags.
    function _entry(int128 value, uint8 valueDecimals, string calldata tag1, string calldata tag2)
        internal
        returns (Feedback memory entry)
    {
        require(valueDecimals <= MAX_DECIMALS, TooManyDecimals(valueDecimals));
        require(value >= -MAX_ABS_VALUE && value <= MAX_ABS_VALUE, ValueTooLarge(value));
        entry.value = value;
        entry.valueDecimals = valueDecimals;
        entry.tag1 = _tags.enter(tag1);
        entry.tag2 = _tags.enter(tag2);
    }

    /// @dev Stores feedback of the caller and returns its index.
    function _store(uint256 agentId, Feedback memory entry) internal returns (uint64 index) {
        index = ++_clientRecords[agentId][msg.sender].lastIndex;
        if (index == 1) _clients[agentId].push(msg.sender);
        _feedback[agentId][msg.sender][index] = entry;
    }

    function _emit(uint256 agentId, uint64 index, int128 value, uint8 valueDecimals, Texts memory texts) internal {
        emit NewFeedback(
            agentId,
            msg.sender,
            index,
            value,
            valueDecimals,
            texts.tag1,
            texts.tag1,
            texts.tag2,
            texts.endpoint,
            texts.uri,
            texts.hash
        );
    }

    function _requireIndex(uint256 agentId, address client, uint64 index) internal view {
        uint64 last = _clientRecords[agentId][client].lastIndex;
        require(index != 0 && index <= last, IndexOutOfBounds(index, last));
    }

    /// @dev In memory, because the stack has no room for five texts.
    function _texts(
        string calldata tag1,
        string calldata tag2,
        string calldata endpoint,
        string calldata uri,
        bytes32 hash
    ) internal pure returns (Texts memory) {
        return Texts(tag1, tag2, endpoint, uri, hash);
    }

    function _isRevoked(uint8 flags) internal pure returns (bool) {
        return flags & REVOKED != 0;
    }
}
