// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Dispute, Seat, Side, Stage, State} from "../interfaces/IArbitration.sol";
import {Median} from "../libraries/Median.sol";

/// @title DisputeTime
/// @notice What the passing of time makes of a case. The only place where a stage ends by itself.
/// @dev Nothing is written: {current} computes what holds now from what was written last, and whoever changes the
/// case writes the result. So views, arbitrables and callers all see the same, with nobody having to call.
library DisputeTime {
    using Median for uint16[];

    uint32 internal constant RESPONSE = 24 hours;
    uint32 internal constant EVIDENCE = 24 hours;
    uint32 internal constant DRAW = 6 hours;
    uint32 internal constant COMMIT = 18 hours;
    uint32 internal constant REVEAL = 12 hours;
    uint32 internal constant APPEAL = 24 hours;
    uint32 internal constant MATCH = 24 hours;
    /// @dev Every stage at its longest: the way to a ruling on appeal.
    uint32 internal constant LONGEST = RESPONSE + EVIDENCE + 2 * (DRAW + COMMIT + REVEAL) + APPEAL + MATCH;

    uint8 internal constant PANEL = 3;
    uint8 internal constant APPEAL_PANEL = 5;
    uint16 internal constant WHOLE = 10_000;

    /// @dev Each turn ends a stage, and none comes back: at most five turns.
    function current(Dispute storage d) internal view returns (State memory s) {
        s = d.state;
        while (s.stage != Stage.None && s.stage < Stage.Ruled && block.timestamp >= s.until) {
            _expire(d, s);
        }
    }

    /// @dev Writes the state; the one place that does, since the code for it is long.
    function save(Dispute storage d, State memory s) internal {
        d.state = s;
    }

    /// @dev Begins a stage now.
    function enter(State memory s, Stage stage, uint32 period) internal view {
        s.stage = stage;
        s.until = uint40(block.timestamp + period);
    }

    /// @dev How many jurors a round's panel has.
    function panelSize(uint8 round) internal pure returns (uint8) {
        return round == 0 ? PANEL : APPEAL_PANEL;
    }

    /// @dev Index of a round's first seat.
    function firstSeat(uint8 round) internal pure returns (uint256) {
        return round == 0 ? 0 : PANEL;
    }

    function _expire(Dispute storage d, State memory s) private view {
        Stage stage = s.stage;
        if (stage == Stage.Response) {
            s.stage = Stage.Ruled;
        } else if (stage == Stage.Evidence) {
            _follow(s, Stage.Draw, DRAW);
        } else if (stage == Stage.Draw) {
            _fallSilent(s);
        } else if (stage == Stage.Commit) {
            _follow(s, Stage.Reveal, s.committed == 0 ? 0 : REVEAL);
        } else if (stage == Stage.Reveal) {
            _conclude(d, s);
        } else if (stage == Stage.Appeal) {
            s.stage = Stage.Ruled;
        } else {
            s.stage = Stage.Ruled;
            s.defendantBps = s.appellant == Side.Defendant ? WHOLE : 0;
        }
    }

    /// @dev Begins a stage when the one before ran out, not when somebody noticed.
    function _follow(State memory s, Stage stage, uint32 period) private pure {
        s.stage = stage;
        s.until += period;
    }

    function _conclude(Dispute storage d, State memory s) private view {
        if (s.revealed <= panelSize(s.round) / 2) return _fallSilent(s);
        s.medianBps = _votes(d, s).median();
        s.defendantBps = s.medianBps;
        ++s.spoken;
        if (s.round == 0) _follow(s, Stage.Appeal, APPEAL);
        else s.stage = Stage.Ruled;
    }

    /// @dev An appeal must be no means to erase a verdict: when nobody hears it, the verdict stands.
    function _fallSilent(State memory s) private pure {
        s.stage = s.round == 0 ? Stage.Silent : Stage.Ruled;
    }

    function _votes(Dispute storage d, State memory s) private view returns (uint16[] memory votes) {
        votes = new uint16[](s.revealed);
        uint256 first = firstSeat(s.round);
        uint256 count;
        for (uint256 i = first; count < votes.length; ++i) {
            Seat storage seat = d.seats[i];
            if (!seat.revealed) continue;
            votes[count] = seat.vote;
            ++count;
        }
    }
}
