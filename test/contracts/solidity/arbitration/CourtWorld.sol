// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Arbitration} from "../../../../contracts/Arbitration.sol";
import {IdentityRegistry} from "../../../../contracts/IdentityRegistry.sol";
import {Ledger} from "../../../../contracts/Ledger.sol";
import {StakeVault} from "../../../../contracts/StakeVault.sol";
import {TestDollar} from "../../../../contracts/mocks/TestDollar.sol";
import {vm} from "../Vm.sol";

/// @notice The cheat code that the other tests do not need.
interface Blocks {
    function roll(uint256 number) external;
}

Blocks constant blocks = Blocks(address(vm));

/// @notice A court that hears cases of this contract's, four people who quarrel, ten owners who judge. The last two
/// people offer an agent as juror too.
abstract contract CourtWorld {
    uint256 internal constant PEOPLE = 4;
    uint256 internal constant OWNERS = 12;
    uint128 internal constant MIN_BOND = 1e6;
    uint128 internal constant JUROR_BOND = 100e6;
    address internal constant GRAVE = 0x000000000000000000000000000000000000dEaD;

    TestDollar public immutable token = new TestDollar();
    IdentityRegistry public immutable registry = new IdentityRegistry();
    StakeVault public immutable vault;
    Ledger public immutable ledger;
    Arbitration public immutable court;

    address[] public people;
    /// @notice Who owns, or owned, agents 1 to OWNERS.
    address[] public owners;

    constructor() {
        vault = new StakeVault(token, registry);
        address[] memory modules = new address[](1);
        modules[0] = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        ledger = new Ledger(modules, address(0xFEE));
        court = new Arbitration(ledger, vault, _one(address(this)), _one(address(token)), MIN_BOND, JUROR_BOND);
        for (uint256 i = 0; i < PEOPLE; ++i) {
            people.push(address(uint160(0xA000 + i)));
        }
        for (uint256 i = 0; i < OWNERS; ++i) {
            owners.push(i < OWNERS - 2 ? address(uint160(0xB000 + i)) : people[PEOPLE + i - OWNERS]);
            vm.prank(owners[i]);
            registry.register();
            _stake(i + 1, owners[i], JUROR_BOND);
            vm.prank(owners[i]);
            court.enlist(i + 1);
        }
    }

    function _stake(uint256 agentId, address owner, uint256 amount) internal {
        token.mint(owner, amount);
        vm.prank(owner);
        token.approve(address(vault), amount);
        vm.prank(owner);
        vault.stake(agentId, address(court), amount);
    }

    function _fund(address account, uint256 amount) internal {
        token.mint(address(this), amount);
        token.approve(address(ledger), amount);
        ledger.deposit(address(token), account, amount);
    }

    function _one(address account) private pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = account;
    }
}
