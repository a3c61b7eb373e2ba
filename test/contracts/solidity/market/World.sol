// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IdentityRegistry} from "../../../../contracts/IdentityRegistry.sol";
import {IntentEscrow} from "../../../../contracts/IntentEscrow.sol";
import {Ledger} from "../../../../contracts/Ledger.sol";
import {StakeVault} from "../../../../contracts/StakeVault.sol";
import {Treasury} from "../../../../contracts/Treasury.sol";
import {TestArbitrator} from "../../../../contracts/mocks/TestArbitrator.sol";
import {TestDollar} from "../../../../contracts/mocks/TestDollar.sol";
import {vm} from "../Vm.sol";

/// @notice One deployment, and four people. Everybody owns an agent that somebody else's key speaks for, has staked
/// behind it and lets it spend.
abstract contract World {
    uint256 public constant ACTORS = 4;
    uint16 internal constant FEE_BPS = 50;
    uint256 internal constant INITIAL_STAKE = 1e9;
    /// @dev A few payments of the usual size.
    uint128 internal constant PER_PERIOD = 3e6;
    uint128 internal constant PER_PAYEE = 2e6;
    uint32 internal constant MANDATE_PERIOD = 1 days;
    address public constant FEE_RECIPIENT = address(0xFEE);
    address internal constant BURNED = 0x000000000000000000000000000000000000dEaD;

    TestDollar public immutable token = new TestDollar();
    IdentityRegistry public immutable registry = new IdentityRegistry();
    TestArbitrator public immutable arbitrator = new TestArbitrator();
    StakeVault public immutable vault;
    Ledger public immutable ledger;
    IntentEscrow public immutable escrow;
    address[ACTORS] public actors;
    uint256 internal _now = 1_700_000_000;

    mapping(address actor => uint256 key) private _keys;

    constructor() {
        vm.warp(_now);
        address[] memory modules = new address[](2);
        modules[0] = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        modules[1] = address(arbitrator);
        Treasury treasury = new Treasury(modules, FEE_RECIPIENT, token, registry);
        (ledger, vault) = (treasury, treasury);
        escrow = new IntentEscrow(treasury, FEE_BPS, keccak256("salt"));
        for (uint256 i = 0; i < ACTORS; ++i) {
            actors[i] = vm.addr(0xA11CE + i);
            _keys[actors[i]] = 0xA11CE + i;
        }
        for (uint256 i = 0; i < ACTORS; ++i) {
            _settleIn(actors[i]);
            _bind(i + 1, actors[(i + 1) % ACTORS]);
        }
    }

    function _settleIn(address actor) private {
        vm.startPrank(actor);
        uint256 agentId = registry.register();
        token.approve(address(ledger), type(uint256).max);
        token.mint(actor, INITIAL_STAKE);
        vault.stake(agentId, address(escrow), INITIAL_STAKE);
        ledger.setMandate(address(token), agentId, PER_PERIOD, PER_PAYEE, MANDATE_PERIOD);
        vm.stopPrank();
    }

    function _actor(uint256 seed) internal view returns (address) {
        return actors[seed % ACTORS];
    }

    function _sign(address actor, bytes32 digest) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_keys[actor], digest);
        return abi.encodePacked(r, s, v);
    }

    /// @dev What the escrow's parties sign for a struct with this hash.
    function _signStruct(address actor, bytes32 structHash) internal view returns (bytes memory) {
        return _sign(actor, _digest(escrow.domainSeparator(), structHash));
    }

    function _digest(bytes32 separator, bytes32 structHash) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", separator, structHash));
    }

    /// @dev The agent's owner binds the key, with that key's consent.
    function _bind(uint256 agentId, address wallet) internal {
        address owner = registry.ownerOf(agentId);
        uint256 deadline = block.timestamp + 60;
        bytes32 typeHash = keccak256("AgentWalletSet(uint256 agentId,address newWallet,address owner,uint256 deadline)");
        bytes32 structHash = keccak256(abi.encode(typeHash, agentId, wallet, owner, deadline));
        bytes32 separator = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("ERC8004IdentityRegistry"),
                keccak256("1"),
                block.chainid,
                address(registry)
            )
        );
        bytes memory consent = _sign(wallet, _digest(separator, structHash));
        vm.prank(owner);
        registry.setAgentWallet(agentId, wallet, deadline, consent);
    }
}
