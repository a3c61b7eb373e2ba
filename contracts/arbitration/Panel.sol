// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Dispute, IArbitration, Seat, Stage, State} from "../interfaces/IArbitration.sol";
import {IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {DisputeTime} from "./DisputeTime.sol";
import {Juror, JurorList} from "./JurorList.sol";

/// @title Panel
/// @notice Who sits on a case: drawing jurors, finding their seats, letting them go.
library Panel {
    uint8 internal constant DELAY = 4;
    uint8 internal constant TRIES = 32;

    /// @dev Looks at places of the list, as the seed says, until the panel is full or it has looked at {TRIES}. Which
    /// places those are depends on the seed and on how many were looked at before, not on who calls or when.
    function drawFrom(
        Dispute storage d,
        State memory s,
        JurorList.List storage jurors,
        bytes32 seed,
        IStakeVault vault,
        uint256 bond
    ) internal {
        uint256 size = DisputeTime.panelSize(s.round);
        if (s.pool == 0) return;
        address[14] memory conflicted = _conflicted(d, vault.identityRegistry());
        for (uint256 i = 0; i < TRIES && s.seated < size; ++i) {
            uint256 place = uint256(keccak256(abi.encode(seed, s.tries))) % s.pool;
            ++s.tries;
            Juror memory juror = jurors.places[place];
            if (juror.agentId == 0 || juror.since >= s.target) continue;
            if (_isConflicted(d, s, conflicted, juror.depositor) || !_isFit(vault, juror, bond)) continue;
            Seat storage seat = d.seats[DisputeTime.firstSeat(s.round) + s.seated];
            ++s.seated;
            (seat.agentId, seat.depositor) = (juror.agentId, juror.depositor);
            vault.lock(juror.agentId, juror.depositor, bond);
        }
    }

    /// @dev Frees a panel's stake; whoever sat on a full panel and did not reveal loses it, half to each party.
    function release(Dispute storage d, uint8 round, uint256 seated, IStakeVault vault, uint256 bond)
        internal
        returns (uint256 slashed)
    {
        bool full = seated == DisputeTime.panelSize(round);
        uint256 first = DisputeTime.firstSeat(round);
        for (uint256 i = first; i < first + seated; ++i) {
            Seat storage seat = d.seats[i];
            if (full && !seat.revealed) {
                vault.slash(seat.agentId, seat.depositor, bond / 2, d.plaintiff);
                vault.slash(seat.agentId, seat.depositor, bond - bond / 2, d.defendant);
                ++slashed;
            } else {
                vault.unlock(seat.agentId, seat.depositor, bond);
            }
        }
    }

    /// @dev An agent's seat on the panel that sits now.
    function seatOf(Dispute storage d, State memory s, uint256 agentId) internal view returns (Seat storage) {
        uint256 first = DisputeTime.firstSeat(s.round);
        for (uint256 i = first; i < first + s.seated; ++i) {
            if (d.seats[i].agentId == agentId) return d.seats[i];
        }
        revert IArbitration.NotSeated(agentId);
    }

    /// @dev How many jurors a round has had.
    function seatedIn(State memory s, uint8 round) internal pure returns (uint256) {
        if (round == s.round) return s.seated;
        return round < s.round ? DisputeTime.panelSize(round) : 0;
    }

    /// @dev Whether a round's jurors have nothing left to do.
    function isOver(State memory s, uint8 round) internal pure returns (bool) {
        return round < s.round || s.stage > Stage.Reveal;
    }

    /// @dev Parties and payers, the owners of agents that these speak for, and who stands behind the parties.
    function _conflicted(Dispute storage d, IIdentityRegistry registry)
        private
        view
        returns (address[14] memory accounts)
    {
        accounts[0] = d.plaintiff;
        accounts[1] = d.defendant;
        accounts[2] = d.matcher;
        accounts[3] = d.appealMatcher;
        accounts[4] = d.bonder;
        accounts[5] = d.appellant;
        for (uint256 i = 0; i < 6; ++i) {
            (,, accounts[6 + i]) = registry.bindingOf(accounts[i]);
        }
        accounts[12] = d.plaintiffOwner;
        accounts[13] = d.defendantOwner;
    }

    /// @dev Whether an owner has to do with the case, be it as juror already.
    function _isConflicted(Dispute storage d, State memory s, address[14] memory accounts, address owner)
        private
        view
        returns (bool)
    {
        for (uint256 i = 0; i < accounts.length; ++i) {
            if (accounts[i] == owner) return true;
        }
        uint256 taken = DisputeTime.firstSeat(s.round) + s.seated;
        for (uint256 i = 0; i < taken; ++i) {
            if (d.seats[i].depositor == owner) return true;
        }
        return false;
    }

    function _isFit(IStakeVault vault, Juror memory juror, uint256 bond) private view returns (bool) {
        return vault.identityRegistry().ownerOf(juror.agentId) == juror.depositor
            && vault.freeStake(juror.agentId, juror.depositor, address(this)) >= bond;
    }
}
