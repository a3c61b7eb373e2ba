// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IdentityRegistry} from "../../../../contracts/IdentityRegistry.sol";
import {LearningPanel} from "../../../../contracts/LearningPanel.sol";
import {LearningRegistry} from "../../../../contracts/LearningRegistry.sol";
import {Ledger} from "../../../../contracts/Ledger.sol";
import {StakeVault} from "../../../../contracts/StakeVault.sol";
import {LearningRule, LearningTask} from "../../../../contracts/interfaces/LearningTypes.sol";
import {LearningHash} from "../../../../contracts/libraries/LearningHash.sol";
import {TestDollar} from "../../../../contracts/mocks/TestDollar.sol";
import {vm} from "../Vm.sol";

/// @notice A deployment of learning rounds, people with a key and a staked agent each, and the few updates that they
/// choose from, so that copies are common.
abstract contract LearningWorld {
    uint256 internal constant ACTORS = 7;
    uint256 internal constant VECTORS = 4;
    uint256 internal constant DIMENSION = 3;
    uint256 internal constant CHUNK_SIZE = 2;
    bytes32 internal constant SET_ROOT = "set";
    bytes32 internal constant SALT = "salt";
    int32 internal constant CANARY_SCORE = 1;

    TestDollar public immutable token = new TestDollar();
    IdentityRegistry public immutable identities = new IdentityRegistry();
    StakeVault public immutable vault;
    Ledger public immutable ledger;
    LearningRegistry public immutable rounds;
    LearningPanel public immutable panel;
    address[ACTORS] public actors;

    constructor() {
        vault = new StakeVault(token, identities);
        address[] memory modules = new address[](1);
        modules[0] = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        ledger = new Ledger(modules, address(0xFEE));
        rounds = new LearningRegistry(ledger, vault, identities, SALT);
        panel = LearningPanel(address(rounds.panel()));
        for (uint256 i = 0; i < ACTORS; ++i) {
            actors[i] = vm.addr(0xA11CE + i);
            _settleIn(i);
        }
    }

    /// @dev Agent i + 1 is actor i's, who speaks for it.
    function _settleIn(uint256 actor) private {
        address account = actors[actor];
        token.mint(account, 1e18);
        vm.prank(account);
        identities.register();
        _bind(actor);
        vm.prank(account);
        token.approve(address(vault), type(uint256).max);
        vm.prank(account);
        token.approve(address(ledger), type(uint256).max);
        vm.prank(account);
        vault.stake(actor + 1, address(rounds), 1e12);
        vm.prank(account);
        vault.stake(actor + 1, address(panel), 1e12);
        vm.prank(account);
        ledger.deposit(address(token), account, 1e12);
    }

    function _bind(uint256 actor) private {
        uint256 deadline = block.timestamp + 60;
        bytes32 typeHash =
            keccak256("AgentWalletSet(uint256 agentId,address newWallet,address owner,uint256 deadline)");
        bytes32 structHash = keccak256(abi.encode(typeHash, actor + 1, actors[actor], actors[actor], deadline));
        (, string memory name, string memory version, uint256 chainId,,,) = identities.eip712Domain();
        bytes32 separator = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256(bytes(name)),
                keccak256(bytes(version)),
                chainId,
                address(identities)
            )
        );
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(0xA11CE + actor, keccak256(abi.encodePacked(hex"1901", separator, structHash)));
        vm.prank(actors[actor]);
        identities.setAgentWallet(actor + 1, actors[actor], deadline, abi.encodePacked(r, s, v));
    }

    function _vector(uint256 index) internal pure returns (int256[] memory values) {
        values = new int256[](DIMENSION);
        for (uint256 i = 0; i < DIMENSION; ++i) {
            values[i] = int256(uint256(keccak256(abi.encode(index, i))) % 41) - 20;
        }
    }

    function _chunk(int256[] memory values, uint256 chunkIndex) internal pure returns (bytes memory) {
        if (chunkIndex == 1) return abi.encodePacked(int32(values[2]));
        return abi.encodePacked(int32(values[0]), int32(values[1]));
    }

    function _proof(int256[] memory values, uint256 chunkIndex) internal pure returns (bytes32[] memory proof) {
        proof = new bytes32[](1);
        proof[0] = keccak256(_chunk(values, 1 - chunkIndex));
    }

    function _root(int256[] memory values) internal pure returns (bytes32) {
        return keccak256(abi.encode(keccak256(_chunk(values, 0)), keccak256(_chunk(values, 1))));
    }

    function _canary(uint256 vector) internal pure returns (bytes32) {
        return keccak256(abi.encode(_root(_vector(vector)), CANARY_SCORE, SALT));
    }

    function _updateCommitment(bytes32 id, address participant, uint256 vector) internal view returns (bytes32) {
        bytes32 structHash = LearningHash.hashUpdate(id, participant, _root(_vector(vector)), "", SALT);
        return keccak256(abi.encodePacked(hex"1901", rounds.domainSeparator(), structHash));
    }

    function _scoreCommitment(bytes32 id, address evaluator, int32[] memory scores, bytes32 root)
        internal
        view
        returns (bytes32)
    {
        bytes32 list = keccak256(abi.encodePacked(scores));
        bytes32 structHash = keccak256(abi.encode(LearningHash.SCORE_TYPEHASH, id, evaluator, list, root, SALT));
        return keccak256(abi.encodePacked(hex"1901", panel.domainSeparator(), structHash));
    }

    /// @dev A small task of phases of 100 seconds; the seed chooses what can be chosen.
    function _task(uint256 seed, uint256 now_, uint256 nonce) internal view returns (LearningTask memory task) {
        task.requester = actors[seed % ACTORS];
        task.token = address(token);
        task.reward = uint128(1 + (seed >> 8) % 1e6);
        task.evaluationFee = uint128((seed >> 32) % 1000);
        task.aggregationFee = uint128((seed >> 48) % 100);
        task.participantStake = uint128(1 + (seed >> 64) % 1000);
        task.evaluatorStake = uint128(1 + (seed >> 80) % 1000);
        task.rule = LearningRule((seed >> 96) % 3);
        task.maxParticipants = uint8(1 + (seed >> 104) % 5);
        task.trim = uint8((seed >> 112) % (task.maxParticipants / 2 + 1));
        if (task.trim * 2 >= task.maxParticipants) task.trim = 0;
        task.panel = uint8((seed >> 120) % 4);
        task.clip = uint32(1 + (seed >> 128) % 30);
        task.dimension = uint32(DIMENSION);
        task.chunkSize = uint16(CHUNK_SIZE);
        task.tolerance = uint32((seed >> 136) % 3);
        task.commitUntil = uint64(now_ + 100);
        task.revealUntil = uint64(now_ + 200);
        task.attestUntil = uint64(now_ + 300);
        task.scoreUntil = uint64(now_ + 400);
        task.closeAt = uint64(now_ + 500);
        task.evaluationRoot = keccak256(abi.encode(SET_ROOT, _canary(seed % VECTORS), SALT));
        task.nonce = nonce;
    }
}
