// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC165} from "@openzeppelin/contracts/interfaces/IERC165.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {ERC721URIStorage} from "@openzeppelin/contracts/token/ERC721/extensions/ERC721URIStorage.sol";
import {ERC721Utils} from "@openzeppelin/contracts/token/ERC721/utils/ERC721Utils.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {Signatures} from "./libraries/Signatures.sol";

/// @title IdentityRegistry
/// @notice See {IIdentityRegistry}. Nobody administers it, and nothing burns a token.
/// @dev Storage, after that of ERC-721 and of the token URIs:
/// - `_lastId`: the id given last, which is also the number of agents.
/// - `_keys`: agent id => one slot: wallet (20 bytes), epoch (4). While the epoch is 0, no wallet was ever set or
///   taken away, and the owner is the wallet: a registration writes nothing here.
/// - `_bindings`: wallet => one slot, what the wallet consented to: agent id (8 bytes), epoch (4), owner (20).
/// - `_metadata`: agent id => key => value, for every key but "agentWallet".
contract IdentityRegistry is ERC721URIStorage, EIP712, IIdentityRegistry {
    using Signatures for bytes;

    bytes32 private constant AGENT_WALLET_SET_TYPEHASH =
        keccak256("AgentWalletSet(uint256 agentId,address newWallet,address owner,uint256 deadline)");
    string private constant WALLET_KEY = "agentWallet";
    uint256 private constant MAX_DEADLINE_DELAY = 5 minutes;

    struct Key {
        address wallet;
        uint32 epoch;
    }

    struct Binding {
        uint64 agentId;
        uint32 epoch;
        address owner;
    }

    uint256 private _lastId;
    mapping(uint256 agentId => Key) private _keys;
    mapping(address wallet => Binding) private _bindings;
    mapping(uint256 agentId => mapping(string key => bytes)) private _metadata;

    constructor() ERC721("AgentIdentity", "AGENT") EIP712("ERC8004IdentityRegistry", "1") {}

    modifier onlyAuthorized(uint256 agentId) {
        require(_isAuthorized(ownerOf(agentId), msg.sender, agentId), NotAuthorized(msg.sender, agentId));
        _;
    }

    /// @inheritdoc IIdentityRegistry
    function register() external returns (uint256 agentId) {
        return _register("", new MetadataEntry[](0));
    }

    /// @inheritdoc IIdentityRegistry
    function register(string calldata agentURI) external returns (uint256 agentId) {
        return _register(agentURI, new MetadataEntry[](0));
    }

    /// @inheritdoc IIdentityRegistry
    function register(string calldata agentURI, MetadataEntry[] calldata metadata) external returns (uint256 agentId) {
        return _register(agentURI, metadata);
    }

    /// @inheritdoc IIdentityRegistry
    function setAgentURI(uint256 agentId, string calldata newURI) external onlyAuthorized(agentId) {
        _setTokenURI(agentId, newURI);
        emit URIUpdated(agentId, newURI, msg.sender);
    }

    /// @inheritdoc IIdentityRegistry
    function setMetadata(uint256 agentId, string calldata metadataKey, bytes calldata metadataValue)
        external
        onlyAuthorized(agentId)
    {
        _setMetadata(agentId, metadataKey, metadataValue);
    }

    /// @inheritdoc IIdentityRegistry
    function setAgentWallet(uint256 agentId, address newWallet, uint256 deadline, bytes calldata signature)
        external
        onlyAuthorized(agentId)
    {
        require(newWallet != address(0), BadWallet());
        require(block.timestamp <= deadline, Expired(deadline, block.timestamp));
        uint256 latest = block.timestamp + MAX_DEADLINE_DELAY;
        require(deadline <= latest, DeadlineTooFar(deadline, latest));

        address owner = ownerOf(agentId);
        bytes32 structHash = keccak256(abi.encode(AGENT_WALLET_SET_TYPEHASH, agentId, newWallet, owner, deadline));
        require(signature.isFrom(newWallet, _hashTypedDataV4(structHash)), InvalidWalletSig(newWallet));

        uint256 bound = _bindings[newWallet].agentId;
        require(bound == 0 || bound == agentId, WalletAlreadyBound(newWallet, bound));
        uint32 epoch = _replaceWallet(agentId, newWallet);
        _bindings[newWallet] = Binding(uint64(agentId), epoch, owner);
    }

    /// @inheritdoc IIdentityRegistry
    function unsetAgentWallet(uint256 agentId) external onlyAuthorized(agentId) {
        _replaceWallet(agentId, address(0));
    }

    /// @inheritdoc IIdentityRegistry
    function getMetadata(uint256 agentId, string calldata metadataKey) external view returns (bytes memory) {
        return _isWalletKey(metadataKey) ? _walletBytes(getAgentWallet(agentId)) : _metadata[agentId][metadataKey];
    }

    /// @inheritdoc IIdentityRegistry
    function agentIdOf(address wallet) external view returns (uint256) {
        return _bindings[wallet].agentId;
    }

    /// @inheritdoc IIdentityRegistry
    function bindingOf(address wallet) external view returns (uint64 agentId, uint32 epoch, address owner) {
        Binding memory binding = _bindings[wallet];
        return (binding.agentId, binding.epoch, binding.owner);
    }

    /// @inheritdoc IIdentityRegistry
    function keyEpochOf(uint256 agentId) external view returns (uint32) {
        return _keys[agentId].epoch;
    }

    /// @inheritdoc IIdentityRegistry
    function isAuthorizedOrOwner(address spender, uint256 agentId) external view returns (bool) {
        return _isAuthorized(ownerOf(agentId), spender, agentId);
    }

    /// @inheritdoc IIdentityRegistry
    function getVersion() external pure returns (string memory) {
        return "2.0.0";
    }

    /// @inheritdoc IIdentityRegistry
    function getAgentWallet(uint256 agentId) public view returns (address) {
        Key storage key = _keys[agentId];
        return key.epoch == 0 ? _ownerOf(agentId) : key.wallet;
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override(ERC721URIStorage, IERC165) returns (bool) {
        return interfaceId == type(IIdentityRegistry).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @dev The receiver's hook runs last: whatever it does to the token, it finds, and leaves, a complete record.
    function _register(string memory agentURI, MetadataEntry[] memory metadata) private returns (uint256 agentId) {
        agentId = ++_lastId;
        _mint(msg.sender, agentId);
        if (bytes(agentURI).length != 0) _setTokenURI(agentId, agentURI);
        emit Registered(agentId, agentURI, msg.sender);
        emit MetadataSet(agentId, WALLET_KEY, WALLET_KEY, _walletBytes(msg.sender));
        for (uint256 i = 0; i < metadata.length; ++i) {
            _setMetadata(agentId, metadata[i].metadataKey, metadata[i].metadataValue);
        }
        ERC721Utils.checkOnERC721Received(msg.sender, address(0), msg.sender, agentId, "");
    }

    /// @dev A wallet that consented to speak for one owner's agent has not consented to speak for the next owner's.
    function _update(address to, uint256 agentId, address auth) internal override returns (address from) {
        from = super._update(to, agentId, auth);
        if (from != address(0)) _replaceWallet(agentId, address(0));
    }

    /// @dev Drops the binding of the wallet before, if it had one, and makes none for the new one.
    function _replaceWallet(uint256 agentId, address wallet) private returns (uint32 epoch) {
        Key memory previous = _keys[agentId];
        if (_bindings[previous.wallet].agentId == agentId) delete _bindings[previous.wallet];
        epoch = previous.epoch + 1;
        _keys[agentId] = Key(wallet, epoch);
        emit MetadataSet(agentId, WALLET_KEY, WALLET_KEY, _walletBytes(wallet));
    }

    function _setMetadata(uint256 agentId, string memory key, bytes memory value) private {
        require(!_isWalletKey(key), ReservedKey());
        _metadata[agentId][key] = value;
        emit MetadataSet(agentId, key, key, value);
    }

    function _isWalletKey(string memory key) private pure returns (bool) {
        return keccak256(bytes(key)) == keccak256(bytes(WALLET_KEY));
    }

    function _walletBytes(address wallet) private pure returns (bytes memory) {
        return wallet == address(0) ? bytes("") : abi.encodePacked(wallet);
    }
}
