// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Dispute, Seat, Stage, State} from "../../../../contracts/interfaces/IArbitration.sol";
import {CourtGhost} from "./CourtGhost.sol";
import {CourtHandler} from "./CourtHandler.sol";

/// @notice What holds after every call, whatever anybody does.
contract CourtInvariantsTest {
    uint256 private constant PEOPLE = 4;
    uint256 private constant OWNERS = 12;
    uint256 private constant JUROR_BOND = 100e6;
    address private constant GRAVE = 0x000000000000000000000000000000000000dEaD;

    CourtHandler private _handler;

    function setUp() external {
        _handler = new CourtHandler();
    }

    /// @dev Read by the runner: it calls nothing else.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev One walk for all of it, since walks are what takes time.
    function invariant_court() external {
        _requireBondsAreConserved();
        _requireLocksAreSeats();
        for (uint256 i = 0; i < _handler.quarrelCount(); ++i) {
            _requireUnconflicted(_handler.disputeOf(i));
        }
        require(bytes(_handler.breach()).length == 0, _handler.breach());
        _requireAnybodyCanEndEverything();
    }

    /// @dev What the court holds in the ledger is the bonds of the cases that are not paid out.
    function _requireBondsAreConserved() private view {
        uint256 live;
        for (uint256 i = 0; i < _handler.quarrelCount(); ++i) {
            CourtGhost.Quarrel memory quarrel = _handler.quarrel(i);
            if (!quarrel.executed) live += quarrel.paidIn;
        }
        require(_held() == live, "the court holds other than the live bonds");
    }

    /// @dev What is locked of anybody's stake is its seats on panels that were not dismissed.
    function _requireLocksAreSeats() private view {
        uint256[OWNERS][OWNERS + 1] memory seats;
        for (uint256 index = 0; index < _handler.quarrelCount(); ++index) {
            Dispute memory d = _handler.disputeOf(index);
            uint256 taken = _taken(d.state);
            for (uint256 i = 0; i < taken; ++i) {
                bool live = d.state.dismissed >> (i < 3 ? 0 : 1) & 1 == 0;
                if (live) ++seats[d.seats[i].agentId][_indexOf(d.seats[i].depositor)];
            }
        }
        for (uint256 agentId = 1; agentId <= OWNERS; ++agentId) {
            for (uint256 i = 0; i < OWNERS; ++i) {
                (uint256 staked, uint256 locked) = _stakeOf(agentId, i);
                require(locked == seats[agentId][i] * JUROR_BOND, "locked is not the live seats");
                require(locked <= staked, "more is locked than staked");
            }
        }
    }

    function _requireUnconflicted(Dispute memory d) private pure {
        uint256 taken = _taken(d.state);
        for (uint256 i = 0; i < taken; ++i) {
            address owner = d.seats[i].depositor;
            require(owner != d.plaintiff && owner != d.defendant, "a party sits");
            require(owner != d.plaintiffOwner && owner != d.defendantOwner, "who stands behind a party sits");
            require(owner != d.matcher, "a payer sits");
            require(i < 3 || owner != d.appealMatcher, "a payer of the appeal sits");
            for (uint256 j = 0; j < i; ++j) {
                require(d.seats[j].depositor != owner, "an owner sits twice");
            }
        }
    }

    /// @dev However a case stands: when its longest duration is over, a few calls of anybody's end it, pay all bonds
    /// out and free or slash every juror.
    function _requireAnybodyCanEndEverything() private {
        _handler.finish();
        require(_held() == 0, "bonds stay behind");
        for (uint256 agentId = 1; agentId <= OWNERS; ++agentId) {
            for (uint256 i = 0; i < OWNERS; ++i) {
                (, uint256 locked) = _stakeOf(agentId, i);
                require(locked == 0, "a juror stays locked");
            }
        }
    }

    /// @dev What the ledger has, and no account owns.
    function _held() private view returns (uint256 rest) {
        address token = address(_handler.token());
        rest = _handler.token().balanceOf(address(_handler.ledger())) - _handler.ledger().balanceOf(token, GRAVE);
        for (uint256 i = 0; i < OWNERS; ++i) {
            rest -= _handler.ledger().balanceOf(token, _handler.owners(i));
        }
        for (uint256 i = 0; i < PEOPLE - 2; ++i) {
            rest -= _handler.ledger().balanceOf(token, _handler.people(i));
        }
    }

    function _stakeOf(uint256 agentId, uint256 owner) private view returns (uint256 staked, uint256 locked) {
        (staked, locked,,) = _handler.vault().positionOf(agentId, _handler.owners(owner), address(_handler.court()));
    }

    function _indexOf(address owner) private view returns (uint256 index) {
        while (_handler.owners(index) != owner) {
            ++index;
        }
    }

    function _taken(State memory s) private pure returns (uint256) {
        return s.round == 0 ? s.seated : 3 + s.seated;
    }
}
