// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Periods
/// @notice Every waiting time of stake and escrow, in seconds, so that their inequalities can be read, and are
/// tested, in one place:
///
/// - STAKE_WITHDRAWAL > MAX_WINDOW + MAX_ARBITRATION: whoever asks its stake back leaves after every dispute about
///   what it delivered before. MAX_ARBITRATION contains the appeal.
/// - MAX_ARBITRATION >= the arbitrator's `maxDuration`, which the escrow checks when a dispute begins.
library Periods {
    /// @notice Longest time from the opening of an agreement to its deadline.
    uint64 internal constant MAX_DURATION = 30 days;
    /// @notice Longest time that a buyer may have to dispute a delivery.
    uint32 internal constant MAX_WINDOW = 3 days;
    /// @notice Longest time that a dispute may take; then the agreed split holds.
    uint32 internal constant MAX_ARBITRATION = 10 days;
    /// @notice From asking stake back to taking it.
    uint32 internal constant STAKE_WITHDRAWAL = 14 days;
    /// @notice From asking a ledger balance back to taking it. Longer than the longest life of an intent (one day), so
    /// that whoever answers one can still count on the balance that it saw.
    uint32 internal constant LEDGER_WITHDRAWAL = 2 days;
}
