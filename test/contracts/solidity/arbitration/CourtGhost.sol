// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Dispute, State} from "../../../../contracts/interfaces/IArbitration.sol";
import {IArbitrator} from "../../../../contracts/interfaces/IArbitrator.sol";
import {CourtWorld, blocks} from "./CourtWorld.sol";
import {vm} from "../Vm.sol";

/// @notice What ought to be true, kept apart from the court.
abstract contract CourtGhost is CourtWorld {
    struct Quarrel {
        uint256 begun;
        /// Bonds that went in, in minor units.
        uint256 paidIn;
        bool executed;
        /// What {rulingOf} said when it was final for the first time.
        IArbitrator.Ruling ruling;
        uint16 defendantBps;
    }

    uint256 private constant MAX_CASES = 3;

    Quarrel[] internal _quarrels;
    uint256 internal _now = 1_700_000_000;
    uint256 internal _block = 1_000_000;
    /// @notice What somebody achieved that nobody must.
    string public breach;
    /// @notice How often something was seen, so that a run that proves nothing can be told.
    mapping(string what => uint256) public seen;

    /// @dev Cheat codes may forget time and block between calls of the runner. Afterwards, what is final is noted.
    modifier timed() {
        vm.warp(_now);
        blocks.roll(_block);
        _;
        _noteRulings();
    }

    function quarrelCount() public view returns (uint256) {
        return _quarrels.length;
    }

    function quarrel(uint256 index) external view returns (Quarrel memory) {
        return _quarrels[index];
    }

    function idOf(uint256 index) public pure returns (bytes32) {
        return bytes32(index + 1);
    }

    function disputeOf(uint256 index) public view returns (Dispute memory) {
        return court.disputeOf(address(this), idOf(index));
    }

    function _stateOf(uint256 index) internal view returns (State memory) {
        return disputeOf(index).state;
    }

    function _mayBegin() internal view returns (bool) {
        return _quarrels.length < MAX_CASES;
    }

    function _noteRulings() private {
        for (uint256 i = 0; i < _quarrels.length; ++i) {
            Quarrel storage q = _quarrels[i];
            (IArbitrator.Ruling ruling, uint16 bps) = court.rulingOf(address(this), idOf(i));
            bool isFinal = ruling == IArbitrator.Ruling.Ruled || ruling == IArbitrator.Ruling.Silent;
            if (q.ruling == IArbitrator.Ruling.None) {
                if (isFinal) (q.ruling, q.defendantBps) = (ruling, bps);
            } else if (q.ruling != ruling || q.defendantBps != bps) {
                breach = "a final ruling changed";
            }
            if (!isFinal && _now >= q.begun + court.maxDuration()) breach = "a case outlived its longest duration";
        }
    }
}
