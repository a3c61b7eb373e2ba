// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Case} from "../../../../contracts/interfaces/IArbitrator.sol";
import {CourtSteps} from "./CourtSteps.sol";
import {vm} from "../Vm.sol";

/// @notice What parties, jurors, owners and strangers do, for the invariant runner to call in any order.
contract CourtHandler is CourtSteps {
    uint256 private constant MAX_AMOUNT = 1e12;
    uint256 private constant STEPS = 4;
    address private immutable _creator = msg.sender;

    /// @dev Somebody may stand behind a party: a juror's owner or not, the other party or not.
    function bring(uint256 plaintiff, uint256 defendant, uint256 amount, uint256 behind) external timed {
        if (!_mayBegin()) return;
        plaintiff %= PEOPLE;
        defendant = (plaintiff + 1 + defendant % (PEOPLE - 1)) % PEOPLE;
        amount %= MAX_AMOUNT;
        uint256 bond = court.bondFor(amount);
        _fund(people[plaintiff], bond);
        court.createDispute(
            Case(
                idOf(_quarrels.length),
                people[plaintiff],
                people[defendant],
                _behind(behind),
                _behind(behind >> 8),
                people[plaintiff],
                address(token),
                uint128(amount)
            )
        );
        _quarrels.push();
        _quarrels[_quarrels.length - 1].begun = _now;
        _quarrels[_quarrels.length - 1].paidIn = bond;
    }

    /// @dev Some steps of one case at a time, or none of them would come far.
    function proceed(uint256 seed, uint256 dice) external timed {
        if (quarrelCount() == 0) return;
        for (uint256 i = 0; i < STEPS; ++i) {
            _step(seed % quarrelCount(), uint256(keccak256(abi.encode(dice, i))));
        }
    }

    function dismiss(uint256 seed, uint8 round) external timed {
        if (quarrelCount() != 0) _dismiss(seed % quarrelCount(), round % 2);
    }

    function wait(uint32 duration) external timed {
        _pass(duration % 6 hours);
    }

    /// @dev Owners put up stake, ask it back, sell agents, and come and go as jurors; what they may not, they do not.
    function administer(uint256 dice, uint256 agentId, uint256 owner, uint256 amount) external timed {
        agentId = 1 + agentId % OWNERS;
        address account = owners[owner % OWNERS];
        address agentOwner = registry.ownerOf(agentId);
        if (dice % 5 == 0) {
            _stake(agentId, agentOwner, 1 + amount % (2 * JUROR_BOND));
        } else if (dice % 5 == 1) {
            (uint128 staked,,,) = vault.positionOf(agentId, account, address(court));
            vm.prank(account);
            vault.requestUnstake(agentId, address(court), amount % (uint256(staked) + 1));
        } else if (dice % 5 == 2) {
            vm.prank(agentOwner);
            registry.transferFrom(agentOwner, account, agentId);
        } else if (dice % 5 == 3) {
            vm.prank(agentOwner);
            try court.enlist(agentId) {} catch {}
        } else {
            vm.prank(account);
            try court.delist(agentId) {} catch {}
        }
    }

    /// @dev A stranger tries what is others' to do.
    function meddle(uint256 seed, uint256 agentId, uint16 vote) external timed {
        if (quarrelCount() == 0) return;
        (address stranger, bytes32 id) = (address(0xBAD), idOf(seed % quarrelCount()));
        vm.prank(stranger);
        try court.appeal(address(this), id) { breach = "a stranger appealed"; } catch {}
        vm.prank(stranger);
        try court.commit(address(this), id, 1 + agentId % OWNERS, bytes32(seed)) { breach = "a stranger voted"; } catch {}
        vm.prank(stranger);
        try court.reveal(address(this), id, 1 + agentId % OWNERS, vote - vote % 500, bytes32(agentId)) {
            breach = "a stranger guessed a salt";
        } catch {}
        Case memory c = Case(id, people[0], people[1], address(0), address(0), people[0], address(token), 1);
        vm.prank(stranger);
        try court.createDispute(c) { breach = "no arbitrable"; } catch {}
    }

    /// @notice Ends everything: for the invariant that anybody can, and not for the runner to call.
    function finish() external {
        if (msg.sender != _creator) return;
        vm.warp(_now + court.maxDuration());
        for (uint256 i = 0; i < quarrelCount(); ++i) {
            _dismiss(i, 0);
            _dismiss(i, 1);
            _execute(i);
        }
    }

    function _behind(uint256 dice) private view returns (address) {
        if (dice % 3 == 0) return address(0);
        return dice % 3 == 1 ? people[dice / 3 % PEOPLE] : owners[dice / 3 % OWNERS];
    }
}
