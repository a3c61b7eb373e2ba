// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

/// @title The identity registry of ERC-8004 (Trustless Agents), with a unique binding from wallet to agent
/// @notice An agent is an ERC-721 token. Its owner names it, describes it and binds the wallet it acts with.
///
/// Functions, events and behaviour are those of the public reference contracts (version 2.0.0), less their proxy
/// machinery. Two things differ: ids count from 1, since other standards read 0 as "unset", and {bindingOf} answers
/// which agent a wallet speaks for, since when, and for whom. The bound wallet is a hot key: what it signs commits
/// the owner's stake and, within a mandate, the owner's money. The owner ends that with one call of
/// {unsetAgentWallet}; an account that the owner approved for the token can bind a key too. Where the reference reverts with a string, this one has an error:
///
/// | reference            | here                                    |
/// |----------------------|-----------------------------------------|
/// | "Not authorized"     | {NotAuthorized}                         |
/// | "reserved key"       | {ReservedKey}                           |
/// | "bad wallet"         | {BadWallet}                             |
/// | "expired"            | {Expired}                               |
/// | "deadline too far"   | {DeadlineTooFar}                        |
/// | "invalid wallet sig" | {InvalidWalletSig}                      |
/// | (none)               | {WalletAlreadyBound}                    |
interface IIdentityRegistry is IERC721 {
    /// @notice One entry of an agent's on-chain metadata.
    struct MetadataEntry {
        string metadataKey;
        bytes metadataValue;
    }

    /// @notice Emitted when an agent is registered.
    event Registered(uint256 indexed agentId, string agentURI, address indexed owner);
    /// @notice Emitted when a metadata entry changes; for the key "agentWallet" the value is an address or empty.
    event MetadataSet(
        uint256 indexed agentId, string indexed indexedMetadataKey, string metadataKey, bytes metadataValue
    );
    /// @notice Emitted when the URI of the registration file changes.
    event URIUpdated(uint256 indexed agentId, string newURI, address indexed updatedBy);

    /// @notice Thrown when the caller is neither the owner of the agent nor approved for it.
    error NotAuthorized(address caller, uint256 agentId);
    /// @notice Thrown when metadata is written under "agentWallet", which only {setAgentWallet} may change.
    error ReservedKey();
    /// @notice Thrown when the wallet to bind is the zero address.
    error BadWallet();
    /// @notice Thrown when the wallet's signature is past its deadline.
    error Expired(uint256 deadline, uint256 timestamp);
    /// @notice Thrown when the deadline lies more than five minutes ahead.
    error DeadlineTooFar(uint256 deadline, uint256 latest);
    /// @notice Thrown when the signature is not one of the wallet (neither ECDSA nor ERC-1271).
    error InvalidWalletSig(address wallet);
    /// @notice Thrown when the wallet already speaks for another agent. That agent's owner can unset it.
    error WalletAlreadyBound(address wallet, uint256 agentId);

    /// @notice Registers an agent without a registration file; the caller becomes owner and default wallet.
    /// @return agentId The new agent's id, counting from 1.
    function register() external returns (uint256 agentId);

    /// @notice Registers an agent.
    /// @param agentURI Where its registration file is.
    /// @return agentId The new agent's id.
    function register(string calldata agentURI) external returns (uint256 agentId);

    /// @notice Registers an agent together with metadata.
    /// @param agentURI Where its registration file is.
    /// @param metadata Entries to store; the key "agentWallet" is refused.
    /// @return agentId The new agent's id.
    function register(string calldata agentURI, MetadataEntry[] calldata metadata) external returns (uint256 agentId);

    /// @notice Changes where the registration file is. Only the owner or an approved account.
    function setAgentURI(uint256 agentId, string calldata newURI) external;

    /// @notice Reads metadata; empty when unset. "agentWallet" reads as the 20 bytes of the wallet.
    function getMetadata(uint256 agentId, string calldata metadataKey) external view returns (bytes memory);

    /// @notice Stores metadata. Only the owner or an approved account; "agentWallet" is refused.
    function setMetadata(uint256 agentId, string calldata metadataKey, bytes calldata metadataValue) external;

    /// @notice Binds a wallet to the agent, which replaces the one before. Only the owner or an approved account.
    /// @param agentId The agent.
    /// @param newWallet The wallet; it has signed
    /// `AgentWalletSet(uint256 agentId,address newWallet,address owner,uint256 deadline)`.
    /// @param deadline Last second at which the signature is accepted, at most five minutes ahead.
    /// @param signature ECDSA signature of newWallet, or whatever its ERC-1271 code accepts.
    function setAgentWallet(uint256 agentId, address newWallet, uint256 deadline, bytes calldata signature) external;

    /// @notice Takes the wallet away from the agent. Only the owner or an approved account.
    function unsetAgentWallet(uint256 agentId) external;

    /// @notice The agent's wallet: its owner at registration, later what {setAgentWallet} bound; zero when unset.
    function getAgentWallet(uint256 agentId) external view returns (address);

    /// @notice The agent that a wallet speaks for.
    /// @dev Only {setAgentWallet} makes this binding, because only there the wallet consents. The default wallet
    /// of a fresh registration is not bound. Replacing, unsetting and transferring clear it.
    /// @param wallet The wallet.
    /// @return The agent's id, 0 when there is none.
    function agentIdOf(address wallet) external view returns (uint256);

    /// @notice What a wallet consented to, in one slot, for contracts that have to know on whose behalf it signs.
    /// @param wallet The wallet.
    /// @return agentId The agent that it speaks for, 0 when there is none.
    /// @return epoch The agent's key epoch of this binding.
    /// @return owner The agent's owner.
    function bindingOf(address wallet) external view returns (uint64 agentId, uint32 epoch, address owner);

    /// @notice How often the agent's wallet was set or taken away, transfers included. It stands in what an agent
    /// signs, so that a revoked key's signatures stay worthless even if the same key is bound again.
    function keyEpochOf(uint256 agentId) external view returns (uint32);

    /// @notice Whether the account owns the agent or is approved for it. Reverts for an agent that does not exist.
    function isAuthorizedOrOwner(address spender, uint256 agentId) external view returns (bool);

    /// @notice The version of the reference whose behaviour this contract has.
    function getVersion() external pure returns (string memory);
}
