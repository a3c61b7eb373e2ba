// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Agreement, Conditions, IIntentEscrow} from "../../../../contracts/interfaces/IIntentEscrow.sol";
import {World} from "./World.sol";
import {vm} from "../Vm.sol";

/// @notice What is seen of the contracts after every call, kept apart from them: where each agreement stood and what
/// it had paid, so that a step that nobody may take shows.
abstract contract Ghost is World {
    struct Deal {
        Agreement a;
        Conditions c;
        bytes32 id;
        uint256 payment;
        IIntentEscrow.Status status;
        uint256 paid;
        uint256 slashed;
    }

    Deal[] internal _deals;
    /// @notice Sums, in minor units: what came into the ledger and left it, what arbitrators took, fees of spot trades.
    uint256 public deposited;
    uint256 public withdrawn;
    uint256 public bonds;
    uint256 public tradeFees;
    uint256 public collected;
    /// @notice Sums of stake tokens, in minor units.
    uint256 public staked = ACTORS * INITIAL_STAKE;
    uint256 public unstaked;
    uint256 public claimed;
    uint256 public burned;
    /// @notice Tokens that somebody sent to the treasury for nothing.
    uint256 public donated;
    /// @notice What somebody achieved that nobody must; empty when nobody did.
    string public breach;

    /// @dev Cheat codes may forget the time between calls of the runner.
    modifier watched() {
        vm.warp(_now);
        uint256 slashedBefore = slashedEver();
        _;
        _observe(slashedEver() - slashedBefore);
    }

    function dealCount() external view returns (uint256) {
        return _deals.length;
    }

    function deal(uint256 index) external view returns (Deal memory) {
        return _deals[index];
    }

    /// @notice What slashing took so far, wherever it is now.
    function slashedEver() public view returns (uint256 sum) {
        sum = vault.toBurn() + burned + claimed;
        for (uint256 i = 0; i < ACTORS; ++i) {
            sum += vault.claimable(actors[i]);
        }
    }

    function isFinal(IIntentEscrow.Status status) public pure returns (bool) {
        return status >= IIntentEscrow.Status.Settled;
    }

    /// @dev The first deal from where the seed points to that passes the test.
    function _find(uint256 seed, function(Deal storage) view returns (bool) passes)
        internal
        view
        returns (bool, uint256)
    {
        uint256 count = _deals.length;
        for (uint256 i = 0; i < count; ++i) {
            uint256 index = (seed % count + i) % count;
            if (passes(_deals[index])) return (true, index);
        }
        return (false, 0);
    }

    /// @dev Whether it is time; people wait a day, and sometimes as long as it takes.
    function _await(uint256 moment, uint256 seed) internal returns (bool) {
        if (_now >= moment) return true;
        if (moment > _now + 1 days && seed % 4 != 0) return false;
        _now = moment;
        vm.warp(_now);
        return true;
    }

    function _isOpen(Deal storage made) internal view returns (bool) {
        return made.status == IIntentEscrow.Status.Open;
    }

    function _isDelivered(Deal storage made) internal view returns (bool) {
        return made.status == IIntentEscrow.Status.Delivered;
    }

    function _isUnsettled(Deal storage made) internal view returns (bool) {
        return _isOpen(made) || _isDelivered(made);
    }

    function _isDisputed(Deal storage made) internal view returns (bool) {
        return made.status == IIntentEscrow.Status.Disputed;
    }

    function _observe(uint256 slashed) private {
        for (uint256 i = 0; i < _deals.length; ++i) {
            Deal storage made = _deals[i];
            (IIntentEscrow.Status status, uint256 paid,,,) = escrow.recordOf(made.id);
            if (status == made.status && paid == made.paid) continue;
            if (!_mayFollow(made.status, status)) breach = "a status followed that may not";
            if (isFinal(made.status)) breach = "an agreement that had ended went on";
            if (paid < made.paid || paid > made.payment) breach = "paid less than before, or more than agreed";
            (made.status, made.paid) = (status, paid);
            if (!isFinal(status) || slashed == 0) continue;
            if (slashed > made.a.exposure || made.slashed != 0) breach = "slashed more than was exposed, or twice";
            (made.slashed, slashed) = (slashed, 0);
        }
        if (slashed != 0) breach = "slashed without an agreement that ended";
    }

    /// @dev As the escrow's interface draws it. A status follows itself when a part was paid.
    function _mayFollow(IIntentEscrow.Status from, IIntentEscrow.Status to) private pure returns (bool) {
        if (from == IIntentEscrow.Status.None) {
            return to == IIntentEscrow.Status.Open || to == IIntentEscrow.Status.Revoked;
        }
        if (from == IIntentEscrow.Status.Open) {
            return to == from || to == IIntentEscrow.Status.Delivered || to == IIntentEscrow.Status.Settled
                || to == IIntentEscrow.Status.Refunded || to == IIntentEscrow.Status.Cancelled;
        }
        if (from == IIntentEscrow.Status.Delivered) {
            return to == from || to == IIntentEscrow.Status.Settled || to == IIntentEscrow.Status.Refunded
                || to == IIntentEscrow.Status.Disputed || to == IIntentEscrow.Status.Resolved;
        }
        return from == IIntentEscrow.Status.Disputed && to == IIntentEscrow.Status.Resolved;
    }
}
