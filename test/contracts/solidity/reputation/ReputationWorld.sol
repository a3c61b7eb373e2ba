// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AgreementPacking} from "../AgreementPacking.sol";
import {IdentityRegistry} from "../../../../contracts/IdentityRegistry.sol";
import {IntentEscrow} from "../../../../contracts/IntentEscrow.sol";
import {Agreement, Conditions} from "../../../../contracts/interfaces/IIntentEscrow.sol";
import {ReferenceToken} from "../../../../contracts/interfaces/IReputationRegistry.sol";
import {Ledger} from "../../../../contracts/Ledger.sol";
import {TestDollar} from "../../../../contracts/mocks/TestDollar.sol";
import {ReputationRegistry} from "../../../../contracts/ReputationRegistry.sol";
import {Treasury} from "../../../../contracts/Treasury.sol";
import {vm} from "../Vm.sol";

/// @notice Two agents that sell, four clients with keys that buy, three households whose agents the clients may speak
/// for, four owners of all that, and three tokens: two that count, in different units, and one that does not.
abstract contract ReputationWorld {
    using AgreementPacking for Agreement;

    uint256 internal constant SELLERS = 2;
    uint256 internal constant CLIENTS = 4;
    uint256 internal constant HOUSEHOLDS = 3;
    uint256 internal constant OWNERS = 4;
    uint256 internal constant TOKENS = 3;
    uint16 internal constant FEE_BPS = 50;
    uint32 public constant OWNER_CAP = 1e5;
    uint64 public constant PRIOR_WEIGHT = 1e6;

    IdentityRegistry public immutable registry = new IdentityRegistry();
    Ledger public immutable ledger;
    IntentEscrow public immutable escrow;
    ReputationRegistry public immutable reputation;
    TestDollar[TOKENS] internal _tokens;
    uint256[TOKENS] internal _units = [1, 1000, 0];
    uint256 internal _now = 1_700_000_000;

    /// @dev Cheat codes may forget the time between calls of the runner.
    modifier timed() {
        vm.warp(_now);
        _;
    }

    constructor() {
        for (uint256 i = 0; i < TOKENS; ++i) {
            _tokens[i] = new TestDollar();
        }
        address[] memory modules = new address[](1);
        modules[0] = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        Treasury treasury = new Treasury(modules, address(0xFEE), _tokens[0], registry);
        ledger = treasury;
        escrow = new IntentEscrow(treasury, FEE_BPS, keccak256("salt"));
        ReferenceToken[] memory references = new ReferenceToken[](2);
        references[0] = ReferenceToken(address(_tokens[0]), uint128(_units[0]));
        references[1] = ReferenceToken(address(_tokens[1]), uint128(_units[1]));
        reputation = new ReputationRegistry(escrow, references, OWNER_CAP, PRIOR_WEIGHT);
        for (uint256 i = 0; i < SELLERS + HOUSEHOLDS; ++i) {
            vm.prank(_owner(i));
            registry.register();
        }
    }

    /// @dev Agents 1 and 2 sell; the households' follow. The second seller's owner has a household too.
    function _household(uint256 index) internal pure returns (uint256 agentId) {
        return SELLERS + 1 + index % HOUSEHOLDS;
    }

    function _owner(uint256 index) internal pure returns (address) {
        return address(uint160(0xA000 + index % OWNERS));
    }

    function _clientKey(uint256 index) internal pure returns (uint256) {
        return 0xC11E47 + index % CLIENTS;
    }

    function _client(uint256 index) internal pure returns (address) {
        return vm.addr(_clientKey(index));
    }

    function _sellerKey(uint256 agentId) internal pure returns (uint256) {
        return 0x5E11E4 + agentId;
    }

    function _sign(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    /// @dev The agent's owner binds a key to it, with the key's consent.
    function _bind(uint256 agentId, uint256 key) internal {
        address owner = registry.ownerOf(agentId);
        uint256 deadline = block.timestamp + 60;
        bytes32 typeHash = keccak256("AgentWalletSet(uint256 agentId,address newWallet,address owner,uint256 deadline)");
        bytes32 structHash = keccak256(abi.encode(typeHash, agentId, vm.addr(key), owner, deadline));
        bytes memory consent = _sign(key, keccak256(abi.encodePacked(hex"1901", _registrySeparator(), structHash)));
        vm.prank(owner);
        registry.setAgentWallet(agentId, vm.addr(key), deadline, consent);
    }

    /// @dev Opens an agreement, for which the buyer gets the money.
    function _open(Agreement memory agreement, uint256 buyerKey) internal {
        (uint64 bound,,) = registry.bindingOf(agreement.seller);
        if (bound == 0) _bind(agreement.agentId, _sellerKey(agreement.agentId));
        (, agreement.sellerEpoch, agreement.staker) = registry.bindingOf(agreement.seller);
        uint256 payment = escrow.paymentOf(agreement.encode(), agreement.quantity);
        TestDollar token = TestDollar(agreement.token);
        token.mint(address(this), payment);
        token.approve(address(ledger), payment);
        ledger.deposit(address(token), agreement.buyer, payment);
        bytes32 id = escrow.idOf(agreement.encode());
        escrow.open(agreement.encode(), _sign(buyerKey, id), _sign(_sellerKey(agreement.agentId), id), "");
    }

    /// @dev Delivered at once, with some time to dispute; without an arbitrator the split ends that.
    function _conditions(uint16 splitBps) internal view returns (Conditions memory conditions) {
        uint64 time = uint64(block.timestamp);
        (conditions.start, conditions.end, conditions.lateFrom) = (time, time, time);
        (conditions.window, conditions.splitBps) = (1 hours, splitBps);
    }

    function _registrySeparator() private view returns (bytes32) {
        (, string memory name, string memory version, uint256 chainId, address verifier,,) = registry.eip712Domain();
        bytes32 typeHash =
            keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
        return keccak256(abi.encode(typeHash, keccak256(bytes(name)), keccak256(bytes(version)), chainId, verifier));
    }
}
