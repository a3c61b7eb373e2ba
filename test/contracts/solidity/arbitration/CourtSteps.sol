// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Dispute, Seat, Stage, State} from "../../../../contracts/interfaces/IArbitration.sol";
import {CourtGhost} from "./CourtGhost.sol";
import {blocks} from "./CourtWorld.sol";
import {vm} from "../Vm.sol";

/// @notice What parties and jurors do when it is their turn. Dice say whether they do it, who does and what.
abstract contract CourtSteps is CourtGhost {
    /// @dev One step of a case, or none.
    function _step(uint256 index, uint256 dice) internal {
        Stage stage = _stateOf(index).stage;
        bool absent = dice % 8 == 0;
        dice /= 8;
        if (absent || stage == Stage.Evidence) _hurry(index, dice % 4 != 0);
        else if (stage == Stage.Response || stage == Stage.Match) _match(index, dice);
        else if (stage == Stage.Draw) _draw(index, dice);
        else if (stage == Stage.Commit) _commit(index, dice);
        else if (stage == Stage.Reveal) _reveal(index, dice);
        else if (stage == Stage.Appeal) _appeal(index, dice % 2 == 0, dice % 4 < 2);
        else if (stage >= Stage.Ruled) _execute(index);
    }

    function _match(uint256 index, uint256 dice) private {
        Dispute memory d = disputeOf(index);
        uint256 round = d.state.stage == Stage.Match ? 1 : 0;
        address payer = people[dice % PEOPLE];
        _pay(index, payer, uint256(d.bond) << round);
        vm.prank(payer);
        court.matchBond(address(this), idOf(index));
        if (round == 1) ++seen["appeals heard"];
    }

    /// @dev A party, or who stands behind it and not on the other side as well.
    function _appeal(uint256 index, bool forPlaintiff, bool byOwner) private {
        Dispute memory d = disputeOf(index);
        if (d.state.defendantBps == (forPlaintiff ? 0 : 10_000)) return;
        address appellant = forPlaintiff ? d.plaintiff : d.defendant;
        address owner = forPlaintiff ? d.plaintiffOwner : d.defendantOwner;
        bool torn = owner == d.plaintiff || owner == d.defendant || d.plaintiffOwner == d.defendantOwner;
        if (byOwner && owner != address(0) && !torn) appellant = owner;
        _pay(index, appellant, uint256(d.bond) * 2);
        vm.prank(appellant);
        court.appeal(address(this), idOf(index));
    }

    /// @dev Sometimes so late that the block's hash is forgotten.
    function _draw(uint256 index, uint256 dice) private {
        State memory s = _stateOf(index);
        if (_block <= s.target) _block = s.target + 1;
        if (dice % 8 == 0) _block += 300;
        blocks.roll(_block);
        court.draw(address(this), idOf(index));
    }

    /// @dev Three of four jurors commit at a time.
    function _commit(uint256 index, uint256 dice) private {
        State memory s = _stateOf(index);
        for (uint256 i = 0; i < s.seated; ++i) {
            Seat memory seat = disputeOf(index).seats[_first(s) + i];
            uint256 own = dice >> (i * 8) & 0xff;
            if (own % 4 == 0 || seat.commitment != 0) continue;
            bytes32 commitment = _commitment(index, s.round, seat.agentId, uint16(own / 4 % 5 * 2500));
            vm.prank(seat.depositor);
            court.commit(address(this), idOf(index), seat.agentId, commitment);
        }
    }

    /// @dev Tries all votes, since nothing but the commitment is remembered.
    function _reveal(uint256 index, uint256 dice) private {
        State memory s = _stateOf(index);
        for (uint256 i = 0; i < s.seated; ++i) {
            Seat memory seat = disputeOf(index).seats[_first(s) + i];
            if (dice >> (i * 2) & 3 == 0 || seat.commitment == 0 || seat.revealed) continue;
            for (uint16 vote = 0; vote <= 10_000; vote += 2500) {
                if (_commitment(index, s.round, seat.agentId, vote) != seat.commitment) continue;
                court.reveal(address(this), idOf(index), seat.agentId, vote, bytes32(index));
            }
        }
        if (_stateOf(index).spoken > s.spoken) ++seen["verdicts"];
    }

    function _execute(uint256 index) internal {
        if (_stateOf(index).stage < Stage.Ruled || _quarrels[index].executed) return;
        court.execute(address(this), idOf(index));
        _quarrels[index].executed = true;
    }

    function _dismiss(uint256 index, uint8 round) internal {
        State memory s = _stateOf(index);
        bool drawn = round < s.round || (round == s.round && s.seated != 0);
        bool over = round < s.round || s.stage > Stage.Reveal;
        if (drawn && over && s.dismissed >> round & 1 == 0) court.dismiss(address(this), idOf(index), round);
    }

    /// @dev To the end of the present stage, or to the second before it.
    function _hurry(uint256 index, bool toTheEnd) private {
        uint256 until = _stateOf(index).until;
        if (until > _now) _pass(until - _now - (toTheEnd ? 0 : 1));
    }

    function _pass(uint256 duration) internal {
        _now += duration;
        _block += duration / 12;
        vm.warp(_now);
        blocks.roll(_block);
    }

    function _pay(uint256 index, address payer, uint256 bond) private {
        _fund(payer, bond);
        _quarrels[index].paidIn += bond;
    }

    function _commitment(uint256 index, uint8 round, uint64 agentId, uint16 vote) private view returns (bytes32) {
        return court.commitmentOf(address(this), idOf(index), round, agentId, vote, bytes32(index));
    }

    function _first(State memory s) private pure returns (uint256) {
        return s.round == 0 ? 0 : 3;
    }
}
