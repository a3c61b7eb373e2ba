// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Agreement, Conditions, IIntentEscrow} from "../../../contracts/interfaces/IIntentEscrow.sol";
import {World} from "./World.sol";
import {vm} from "./Vm.sol";

/// @notice What ought to be true, kept apart from the contracts and by other means: sums over what was asked for.
abstract contract Ghost is World {
    struct Deal {
        Agreement agreement;
        Conditions conditions;
        bytes32 id;
        uint256 buyer;
        uint256 seller;
        IIntentEscrow.Status status;
        /// The whole payment, and what of it left for the seller's side.
        uint256 payment;
        uint256 paid;
    }

    Deal[] internal _deals;
    uint256 internal _now = 1_700_000_000;

    /// @notice Sums over all agreements, in minor units.
    uint256 public paid;
    uint256 public received;
    uint256 public fees;
    uint256 public refunded;
    uint256 public slashed;
    /// @notice Sums over ledger and vault.
    uint256 public deposited;
    uint256 public withdrawn;
    /// @notice What somebody achieved that nobody must.
    string public breach;

    /// @dev Cheat codes may forget the time between calls of the runner.
    modifier timed() {
        vm.warp(_now);
        _;
    }

    function dealCount() external view returns (uint256) {
        return _deals.length;
    }

    function deal(uint256 index) external view returns (Deal memory) {
        return _deals[index];
    }

    /// @dev A deal with the status, if the seed finds one within a few steps.
    function _find(uint256 seed, IIntentEscrow.Status status) internal view returns (bool found, uint256 index) {
        uint256 count = _deals.length;
        for (uint256 i = 0; i < count; ++i) {
            index = (seed % count + i) % count;
            if (_deals[index].status == status) return (true, index);
        }
    }

    /// @dev The seller's side has earned so much in all; the fee is rounded down on the sum.
    function _earn(Deal storage made, uint256 total) internal {
        uint256 fee = total * FEE_BPS / 10_000 - made.paid * FEE_BPS / 10_000;
        fees += fee;
        received += total - made.paid - fee;
        made.paid = total;
    }

    /// @dev The agreement has ended: the payer gets the rest, and the seller loses a share of its exposure.
    function _end(Deal storage made, IIntentEscrow.Status status, uint256 lostBps) internal {
        uint256 rest = made.payment - made.paid;
        refunded += rest;
        slashed += uint256(made.agreement.exposure) * lostBps / 10_000 * rest / made.payment;
        made.status = status;
    }
}
