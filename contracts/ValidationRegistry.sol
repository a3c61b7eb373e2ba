// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {IValidationRegistry} from "./interfaces/IValidationRegistry.sol";

/// @title ValidationRegistry
/// @notice See {IValidationRegistry}. Nobody administers it.
/// @dev Storage:
/// - `_validations`: request hash => four slots. First: validator (20 bytes), response (1), hasResponse (1),
///   lastUpdate (8). Then agentId, responseHash and tag.
/// - `_agentValidations`: agent id => hashes of the requests about it.
/// - `_validatorRequests`: validator => hashes of the requests to it.
contract ValidationRegistry is IValidationRegistry {
    struct Validation {
        address validator;
        uint8 response;
        bool hasResponse;
        uint64 lastUpdate;
        uint256 agentId;
        bytes32 responseHash;
        string tag;
    }

    uint8 private constant MAX_RESPONSE = 100;

    IIdentityRegistry private immutable _identityRegistry;

    mapping(bytes32 requestHash => Validation) private _validations;
    mapping(uint256 agentId => bytes32[]) private _agentValidations;
    mapping(address validator => bytes32[]) private _validatorRequests;

    /// @param identityRegistry_ The registry that says who may speak for an agent.
    constructor(IIdentityRegistry identityRegistry_) {
        _identityRegistry = identityRegistry_;
    }

    /// @inheritdoc IValidationRegistry
    function validationRequest(address validator, uint256 agentId, string calldata requestURI, bytes32 requestHash)
        external
    {
        require(validator != address(0), BadValidator());
        Validation storage validation = _validations[requestHash];
        require(validation.validator == address(0), RequestExists(requestHash));
        require(_identityRegistry.isAuthorizedOrOwner(msg.sender, agentId), NotAuthorized(msg.sender, agentId));

        validation.validator = validator;
        validation.lastUpdate = uint64(block.timestamp);
        validation.agentId = agentId;
        _agentValidations[agentId].push(requestHash);
        _validatorRequests[validator].push(requestHash);
        emit ValidationRequest(validator, agentId, requestURI, requestHash);
    }

    /// @inheritdoc IValidationRegistry
    function validationResponse(
        bytes32 requestHash,
        uint8 response,
        string calldata responseURI,
        bytes32 responseHash,
        string calldata tag
    ) external {
        Validation storage validation = _known(requestHash);
        require(msg.sender == validation.validator, NotValidator(msg.sender, validation.validator));
        require(response <= MAX_RESPONSE, ResponseOutOfRange(response));

        validation.response = response;
        validation.hasResponse = true;
        validation.lastUpdate = uint64(block.timestamp);
        validation.responseHash = responseHash;
        validation.tag = tag;
        emit ValidationResponse(
            msg.sender, validation.agentId, requestHash, response, responseURI, responseHash, tag
        );
    }

    /// @inheritdoc IValidationRegistry
    function getIdentityRegistry() external view returns (address) {
        return address(_identityRegistry);
    }

    /// @inheritdoc IValidationRegistry
    function getValidationStatus(bytes32 requestHash)
        external
        view
        returns (
            address validator,
            uint256 agentId,
            uint8 response,
            bytes32 responseHash,
            string memory tag,
            uint256 lastUpdate
        )
    {
        Validation storage validation = _known(requestHash);
        (validator, agentId, response) = (validation.validator, validation.agentId, validation.response);
        (responseHash, tag, lastUpdate) = (validation.responseHash, validation.tag, validation.lastUpdate);
    }

    /// @inheritdoc IValidationRegistry
    function getSummary(uint256 agentId, address[] calldata validators, string calldata tag)
        external
        view
        returns (uint64 count, uint8 avgResponse)
    {
        bytes32[] storage requests = _agentValidations[agentId];
        uint256 sum;
        for (uint256 i = 0; i < requests.length; ++i) {
            Validation storage validation = _validations[requests[i]];
            if (!validation.hasResponse || !_isAmong(validation.validator, validators)) continue;
            if (bytes(tag).length != 0 && keccak256(bytes(tag)) != keccak256(bytes(validation.tag))) continue;
            sum += validation.response;
            ++count;
        }
        if (count != 0) avgResponse = uint8(sum / count);
    }

    /// @inheritdoc IValidationRegistry
    function getAgentValidations(uint256 agentId) external view returns (bytes32[] memory) {
        return _agentValidations[agentId];
    }

    /// @inheritdoc IValidationRegistry
    function getValidatorRequests(address validator) external view returns (bytes32[] memory) {
        return _validatorRequests[validator];
    }

    /// @inheritdoc IValidationRegistry
    function getVersion() external pure returns (string memory) {
        return "2.0.0";
    }

    function _known(bytes32 requestHash) private view returns (Validation storage validation) {
        validation = _validations[requestHash];
        require(validation.validator != address(0), UnknownRequest(requestHash));
    }

    /// @dev An empty list means anybody.
    function _isAmong(address validator, address[] calldata validators) private pure returns (bool) {
        if (validators.length == 0) return true;
        for (uint256 i = 0; i < validators.length; ++i) {
            if (validators[i] == validator) return true;
        }
        return false;
    }
}
