// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The validation registry of ERC-8004 (Trustless Agents)
/// @notice The owner of an agent asks a validator of its choice to check some work; the validator answers from 0 to
/// 100, and may answer again. That the owner chooses is the weakness of it: an answer is worth what its validator is.
///
/// Functions, events and behaviour are those of the public reference contracts (version 2.0.0), less their proxy
/// machinery. Where the reference reverts with a string, this one has an error:
///
/// | reference        | here                 |
/// |------------------|----------------------|
/// | "bad validator"  | {BadValidator}       |
/// | "exists"         | {RequestExists}      |
/// | "Not authorized" | {NotAuthorized}      |
/// | "unknown"        | {UnknownRequest}     |
/// | "not validator"  | {NotValidator}       |
/// | "resp>100"       | {ResponseOutOfRange} |
interface IValidationRegistry {
    /// @notice Emitted when a validator is asked.
    event ValidationRequest(
        address indexed validatorAddress, uint256 indexed agentId, string requestURI, bytes32 indexed requestHash
    );
    /// @notice Emitted when it answers.
    event ValidationResponse(
        address indexed validatorAddress,
        uint256 indexed agentId,
        bytes32 indexed requestHash,
        uint8 response,
        string responseURI,
        bytes32 responseHash,
        string tag
    );

    /// @notice Thrown when the validator is the zero address.
    error BadValidator();
    /// @notice Thrown when there is a request with this hash. Whoever sees a request coming can take its hash, so it
    /// should contain what nobody guesses.
    error RequestExists(bytes32 requestHash);
    /// @notice Thrown when the caller is neither the owner of the agent nor approved for it.
    error NotAuthorized(address caller, uint256 agentId);
    /// @notice Thrown when there is no request with this hash.
    error UnknownRequest(bytes32 requestHash);
    /// @notice Thrown when another validator was asked.
    error NotValidator(address caller, address validator);
    /// @notice Thrown when the response is above 100.
    error ResponseOutOfRange(uint8 response);

    /// @notice The registry of the agents.
    function getIdentityRegistry() external view returns (address);

    /// @notice Asks a validator. Only the agent's owner or an approved account.
    /// @param validatorAddress Who is asked.
    /// @param agentId Whose work is to be checked.
    /// @param requestURI Where it says what to check.
    /// @param requestHash Keccak-256 of what is there; it names the request.
    function validationRequest(
        address validatorAddress,
        uint256 agentId,
        string calldata requestURI,
        bytes32 requestHash
    ) external;

    /// @notice Answers a request, in place of what was answered before. Only the validator that was asked.
    /// @param requestHash The request.
    /// @param response From 0, failed, to 100, passed.
    /// @param responseURI Where more is said; may be empty, like what follows.
    /// @param responseHash Keccak-256 of what is there.
    /// @param tag What was checked.
    function validationResponse(
        bytes32 requestHash,
        uint8 response,
        string calldata responseURI,
        bytes32 responseHash,
        string calldata tag
    ) external;

    /// @notice Where a request stands.
    /// @return validatorAddress Who was asked.
    /// @return agentId About whom.
    /// @return response The last answer; 0 also when there is none.
    /// @return responseHash Its hash.
    /// @return tag Its tag.
    /// @return lastUpdate When it was given, or when it was asked for (Unix time).
    function getValidationStatus(bytes32 requestHash)
        external
        view
        returns (
            address validatorAddress,
            uint256 agentId,
            uint8 response,
            bytes32 responseHash,
            string memory tag,
            uint256 lastUpdate
        );

    /// @notice The mean of the answers about an agent. Linear in its requests.
    /// @param agentId The agent.
    /// @param validatorAddresses Whose answers count; empty: everybody's.
    /// @param tag Counts only answers with this tag; empty: any.
    /// @return count How many there are.
    /// @return avgResponse Their mean, rounded down.
    function getSummary(uint256 agentId, address[] calldata validatorAddresses, string calldata tag)
        external
        view
        returns (uint64 count, uint8 avgResponse);

    /// @notice The requests about an agent.
    function getAgentValidations(uint256 agentId) external view returns (bytes32[] memory);

    /// @notice The requests to a validator.
    function getValidatorRequests(address validatorAddress) external view returns (bytes32[] memory);

    /// @notice The version of the reference whose behaviour this contract has.
    function getVersion() external pure returns (string memory);
}
