// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IReputationRegistry} from "../interfaces/IReputationRegistry.sol";
import {TagBook} from "../libraries/TagBook.sol";
import {FeedbackBook} from "./FeedbackBook.sol";

/// @title FeedbackReader
/// @notice What ERC-8004 lets everybody read of the {FeedbackBook}. No storage of its own.
abstract contract FeedbackReader is FeedbackBook {
    using SafeCast for int256;
    using TagBook for TagBook.Book;

    /// What a reader asks for.
    struct Filter {
        uint256 agentId;
        uint32 tag1;
        uint32 tag2;
        bool includeRevoked;
    }

    /// One feedback and where it was found.
    struct Item {
        address client;
        uint64 index;
        Feedback entry;
    }

    /// @inheritdoc IReputationRegistry
    function getIdentityRegistry() external view returns (address) {
        return address(_identityRegistry);
    }

    /// @inheritdoc IReputationRegistry
    function getLastIndex(uint256 agentId, address client) external view returns (uint64) {
        return _clientRecords[agentId][client].lastIndex;
    }

    /// @inheritdoc IReputationRegistry
    function readFeedback(uint256 agentId, address client, uint64 index)
        external
        view
        returns (int128 value, uint8 valueDecimals, string memory tag1, string memory tag2, bool isRevoked)
    {
        _requireIndex(agentId, client, index);
        Feedback memory entry = _feedback[agentId][client][index];
        (value, valueDecimals, isRevoked) = (entry.value, entry.valueDecimals, _isRevoked(entry.flags));
        (tag1, tag2) = (_tags.read(entry.tag1), _tags.read(entry.tag2));
    }

    /// @inheritdoc IReputationRegistry
    function getSummary(uint256 agentId, address[] calldata clients, string calldata tag1, string calldata tag2)
        external
        view
        returns (uint64 count, int128 summaryValue, uint8 summaryValueDecimals)
    {
        require(clients.length != 0, ClientsRequired());
        Item[] memory items = _select(agentId, clients, tag1, tag2, false);
        if (items.length == 0) return (0, 0, 0);
        uint64[MAX_DECIMALS + 1] memory frequencies;
        int256 sum;
        for (uint256 i = 0; i < items.length; ++i) {
            uint8 valueDecimals = items[i].entry.valueDecimals;
            sum += items[i].entry.value * _scale(valueDecimals);
            ++frequencies[valueDecimals];
        }
        count = uint64(items.length);
        summaryValueDecimals = _mode(frequencies);
        summaryValue = (sum / int256(items.length) / _scale(summaryValueDecimals)).toInt128();
    }

    /// @inheritdoc IReputationRegistry
    /// @dev Its parameters are in memory, because the stack has no room for them.
    function readAllFeedback(
        uint256 agentId,
        address[] memory clientAddresses,
        string memory tag1,
        string memory tag2,
        bool includeRevoked
    )
        public
        view
        returns (
            address[] memory clients,
            uint64[] memory feedbackIndexes,
            int128[] memory values,
            uint8[] memory valueDecimals,
            string[] memory tag1s,
            string[] memory tag2s,
            bool[] memory revokedStatuses
        )
    {
        Item[] memory items = _select(agentId, clientAddresses, tag1, tag2, includeRevoked);
        (clients, feedbackIndexes) = _places(items);
        (values, valueDecimals, revokedStatuses) = _contents(items);
        (tag1s, tag2s) = _tagTexts(items);
    }

    /// @inheritdoc IReputationRegistry
    function getResponseCount(uint256 agentId, address client, uint64 index, address[] calldata responders)
        external
        view
        returns (uint64 count)
    {
        if (client != address(0)) return _countClientResponses(agentId, client, index, responders);
        address[] memory clients = _clients[agentId];
        for (uint256 i = 0; i < clients.length; ++i) {
            count += _countClientResponses(agentId, clients[i], 0, responders);
        }
    }

    /// @inheritdoc IReputationRegistry
    function getClients(uint256 agentId) external view returns (address[] memory) {
        return _clients[agentId];
    }

    /// @inheritdoc IReputationRegistry
    function getVersion() external pure returns (string memory) {
        return "2.0.0";
    }

    /// @dev What passes, in the order of the clients and indices. Nothing has a tag that nobody ever used.
    function _select(
        uint256 agentId,
        address[] memory clients,
        string memory tag1,
        string memory tag2,
        bool includeRevoked
    ) private view returns (Item[] memory) {
        (bool known1, uint32 number1) = _tags.find(tag1);
        (bool known2, uint32 number2) = _tags.find(tag2);
        if (!known1 || !known2) return new Item[](0);
        if (clients.length == 0) clients = _clients[agentId];
        return _collect(clients, Filter(agentId, number1, number2, includeRevoked));
    }

    function _collect(address[] memory clients, Filter memory filter) private view returns (Item[] memory items) {
        items = new Item[](_countMatches(clients, filter));
        uint256 found;
        for (uint256 i = 0; i < clients.length; ++i) {
            uint64 last = _clientRecords[filter.agentId][clients[i]].lastIndex;
            for (uint64 index = 1; index <= last; ++index) {
                Feedback memory entry = _feedback[filter.agentId][clients[i]][index];
                if (!_matches(entry, filter)) continue;
                items[found] = Item(clients[i], index, entry);
                ++found;
            }
        }
    }

    function _countMatches(address[] memory clients, Filter memory filter) private view returns (uint256 count) {
        for (uint256 i = 0; i < clients.length; ++i) {
            uint64 last = _clientRecords[filter.agentId][clients[i]].lastIndex;
            for (uint64 index = 1; index <= last; ++index) {
                if (_matches(_feedback[filter.agentId][clients[i]][index], filter)) ++count;
            }
        }
    }

    function _tagTexts(Item[] memory items) private view returns (string[] memory tag1s, string[] memory tag2s) {
        (tag1s, tag2s) = (new string[](items.length), new string[](items.length));
        for (uint256 i = 0; i < items.length; ++i) {
            tag1s[i] = _tags.read(items[i].entry.tag1);
            tag2s[i] = _tags.read(items[i].entry.tag2);
        }
    }

    /// @dev Responses to one feedback of the client, or to all when the index is 0.
    function _countClientResponses(uint256 agentId, address client, uint64 index, address[] calldata responders)
        private
        view
        returns (uint64 count)
    {
        if (index != 0) return _countResponses(agentId, client, index, responders);
        uint64 last = _clientRecords[agentId][client].lastIndex;
        for (index = 1; index <= last; ++index) {
            count += _countResponses(agentId, client, index, responders);
        }
    }

    function _countResponses(uint256 agentId, address client, uint64 index, address[] calldata responders)
        private
        view
        returns (uint64 count)
    {
        mapping(address responder => uint64) storage counts = _responseCounts[agentId][client][index];
        address[] memory asked = responders;
        if (asked.length == 0) asked = _responders[agentId][client][index];
        for (uint256 i = 0; i < asked.length; ++i) {
            count += counts[asked[i]];
        }
    }

    function _places(Item[] memory items) private pure returns (address[] memory clients, uint64[] memory indexes) {
        (clients, indexes) = (new address[](items.length), new uint64[](items.length));
        for (uint256 i = 0; i < items.length; ++i) {
            (clients[i], indexes[i]) = (items[i].client, items[i].index);
        }
    }

    function _contents(Item[] memory items)
        private
        pure
        returns (int128[] memory values, uint8[] memory valueDecimals, bool[] memory revoked)
    {
        values = new int128[](items.length);
        (valueDecimals, revoked) = (new uint8[](items.length), new bool[](items.length));
        for (uint256 i = 0; i < items.length; ++i) {
            (values[i], valueDecimals[i]) = (items[i].entry.value, items[i].entry.valueDecimals);
            revoked[i] = _isRevoked(items[i].entry.flags);
        }
    }

    function _matches(Feedback memory entry, Filter memory filter) private pure returns (bool) {
        if (_isRevoked(entry.flags) && !filter.includeRevoked) return false;
        return (filter.tag1 == 0 || filter.tag1 == entry.tag1) && (filter.tag2 == 0 || filter.tag2 == entry.tag2);
    }

    /// @dev What a value with so many decimals is multiplied by to have 18.
    function _scale(uint8 valueDecimals) private pure returns (int256) {
        return int256(10 ** uint256(MAX_DECIMALS - valueDecimals));
    }

    /// @dev The most frequent; of several, the first.
    function _mode(uint64[MAX_DECIMALS + 1] memory frequencies) private pure returns (uint8 mode) {
        for (uint8 i = 1; i <= MAX_DECIMALS; ++i) {
            if (frequencies[i] > frequencies[mode]) mode = i;
        }
    }
}
