// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ledger} from "../../../contracts/Ledger.sol";
import {IdentityRegistry} from "../../../contracts/IdentityRegistry.sol";
import {IntentEscrow} from "../../../contracts/IntentEscrow.sol";
import {StakeVault} from "../../../contracts/StakeVault.sol";
import {IIntentEscrow} from "../../../contracts/interfaces/IIntentEscrow.sol";
import {AgreementHash} from "../../../contracts/libraries/AgreementHash.sol";
import {TestDollar} from "../../../contracts/mocks/TestDollar.sol";
import {vm} from "./Vm.sol";

/// @notice One deployment, four people with keys and an agent each, and the signatures they give.
abstract contract World {
    uint256 internal constant ACTORS = 4;
    uint16 internal constant FEE_BPS = 50;
    address internal constant FEE_RECIPIENT = address(0xFEE);

    TestDollar public immutable token = new TestDollar();
    IdentityRegistry public immutable registry = new IdentityRegistry();
    StakeVault public immutable vault;
    Ledger public immutable ledger;
    IntentEscrow public immutable escrow;
    address[ACTORS] public actors;

    constructor() {
        vault = new StakeVault(token, registry);
        address[] memory modules = new address[](1);
        modules[0] = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        ledger = new Ledger(modules, FEE_RECIPIENT);
        escrow = new IntentEscrow(ledger, vault, registry, FEE_BPS, keccak256("salt"));
        for (uint256 i = 0; i < ACTORS; ++i) {
            actors[i] = vm.addr(_key(i));
            vm.prank(actors[i]);
            registry.register();
            _bind(i + 1, i);
            vm.prank(actors[i]);
            token.approve(address(ledger), type(uint256).max);
            vm.prank(actors[i]);
            token.approve(address(vault), type(uint256).max);
        }
    }

    function _key(uint256 actor) internal pure returns (uint256) {
        return 0xA11CE + actor;
    }

    function _sign(uint256 actor, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_key(actor), digest);
        return abi.encodePacked(r, s, v);
    }

    function _digest(bytes32 separator, bytes32 structHash) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", separator, structHash));
    }

    /// @dev The agent's owner binds the actor's key as wallet, with that key's consent.
    function _bind(uint256 agentId, uint256 actor) internal {
        address owner = registry.ownerOf(agentId);
        uint256 deadline = block.timestamp + 60;
        bytes32 typeHash = keccak256("AgentWalletSet(uint256 agentId,address newWallet,address owner,uint256 deadline)");
        bytes32 structHash = keccak256(abi.encode(typeHash, agentId, actors[actor], owner, deadline));
        (, string memory name, string memory version, uint256 chainId, address registryAddress,,) =
            registry.eip712Domain();
        bytes32 separator = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256(bytes(name)),
                keccak256(bytes(version)),
                chainId,
                registryAddress
            )
        );
        bytes memory consent = _sign(actor, _digest(separator, structHash));
        vm.prank(owner);
        registry.setAgentWallet(agentId, actors[actor], deadline, consent);
    }

    function _release(uint256 buyer, bytes32 id, uint64 quantity, bool last, bytes32 evidence)
        internal
        view
        returns (bytes memory)
    {
        bytes32 structHash = AgreementHash.hashRelease(id, quantity, last, evidence);
        return _sign(buyer, _digest(escrow.domainSeparator(), structHash));
    }

    function _permit(uint256 buyer, uint256 value) internal view returns (bytes memory) {
        bytes32 typeHash =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        address owner = actors[buyer];
        bytes32 structHash = keccak256(
            abi.encode(typeHash, owner, address(ledger), value, token.nonces(owner), type(uint256).max)
        );
        IIntentEscrow.Funding memory funding;
        funding.kind = IIntentEscrow.FundingKind.Permit;
        funding.value = value;
        funding.validBefore = type(uint256).max;
        funding.signature = _sign(buyer, _digest(token.DOMAIN_SEPARATOR(), structHash));
        return abi.encode(funding);
    }

    function _authorization(uint256 buyer, uint256 value, bytes32 id) internal view returns (bytes memory) {
        bytes32 typeHash = keccak256(
            "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
        );
        bytes32 structHash = keccak256(
            abi.encode(typeHash, actors[buyer], address(ledger), value, 0, type(uint256).max, id)
        );
        IIntentEscrow.Funding memory funding;
        funding.kind = IIntentEscrow.FundingKind.Authorization;
        funding.validBefore = type(uint256).max;
        funding.signature = _sign(buyer, _digest(token.DOMAIN_SEPARATOR(), structHash));
        return abi.encode(funding);
    }
}
