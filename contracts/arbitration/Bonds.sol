// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Dispute, Seat, Side, State} from "../interfaces/IArbitration.sol";
import {ILedger} from "../interfaces/ILedger.sol";
import {DisputeTime} from "./DisputeTime.sol";

/// @title Bonds
/// @notice Who gets the bonds of a case that is over.
/// @dev All of a round's bonds leave: to those who put them up, to jurors, and what is left, odd units included, to
/// the address that nobody has a key of.
library Bonds {
    uint16 internal constant BURN = 2000;
    uint16 internal constant JURY = 5000;
    uint16 internal constant COHERENCE = 2000;
    address internal constant GRAVE = 0x000000000000000000000000000000000000dEaD;

    /// @dev What each side puts up in a round: it doubles with the appeal.
    function bondOf(Dispute storage d, uint8 round) internal view returns (uint256) {
        return uint256(d.bond) << round;
    }

    /// @dev Who put up the bonds of a round; zero where nobody has.
    function payersOf(Dispute storage d, State memory s, uint8 round)
        internal
        view
        returns (address forPlaintiff, address forDefendant)
    {
        if (round == 0) return (d.bonder, d.matcher);
        if (s.appellant == Side.Plaintiff) return (d.appellant, d.appealMatcher);
        if (s.appellant == Side.Defendant) return (d.appealMatcher, d.appellant);
    }

    /// @dev Credits everybody, and returns what was burned.
    function payOut(Dispute storage d, State memory s, ILedger ledger) internal returns (uint256 burned) {
        for (uint8 round = 0; round < 2; ++round) {
            if (s.spoken > round) burned += _divide(d, s, round, ledger);
            else _giveBack(d, s, round, ledger);
        }
        _give(ledger, d.token, GRAVE, burned);
    }

    /// @dev Nobody decided about these.
    function _giveBack(Dispute storage d, State memory s, uint8 round, ILedger ledger) private {
        (address forPlaintiff, address forDefendant) = payersOf(d, s, round);
        uint256 bond = bondOf(d, round);
        if (forPlaintiff != address(0)) _give(ledger, d.token, forPlaintiff, bond);
        if (forDefendant != address(0)) _give(ledger, d.token, forDefendant, bond);
    }

    /// @dev What the jury does not cost follows the contested amount.
    function _divide(Dispute storage d, State memory s, uint8 round, ILedger ledger) private returns (uint256) {
        (address forPlaintiff, address forDefendant) = payersOf(d, s, round);
        uint256 bond = bondOf(d, round);
        uint256 rest = 2 * bond - bond * (BURN + JURY) / DisputeTime.WHOLE;
        uint256 toDefendant = rest * s.defendantBps / DisputeTime.WHOLE;
        uint256 toPlaintiff = rest * (DisputeTime.WHOLE - s.defendantBps) / DisputeTime.WHOLE;
        _give(ledger, d.token, forPlaintiff, toPlaintiff);
        _give(ledger, d.token, forDefendant, toDefendant);
        uint256 toJury = _payJury(d, s, round, bond * JURY / DisputeTime.WHOLE, ledger);
        return 2 * bond - toDefendant - toPlaintiff - toJury;
    }

    function _payJury(Dispute storage d, State memory s, uint8 round, uint256 amount, ILedger ledger)
        private
        returns (uint256 paid)
    {
        uint256 size = DisputeTime.panelSize(round);
        uint256 first = DisputeTime.firstSeat(round);
        for (uint256 i = first; i < first + size; ++i) {
            Seat storage seat = d.seats[i];
            if (seat.revealed && _isCoherent(seat.vote, s.medianBps)) {
                _give(ledger, d.token, seat.depositor, amount / size);
                paid += amount / size;
            }
        }
    }

    function _isCoherent(uint16 vote, uint16 verdict) private pure returns (bool) {
        return (vote > verdict ? vote - verdict : verdict - vote) <= COHERENCE;
    }

    function _give(ILedger ledger, address token, address to, uint256 amount) private {
        if (amount != 0) ledger.give(token, to, amount, 0);
    }
}
