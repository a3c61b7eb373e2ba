// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    LearningRound,
    LearningTask,
    Participant,
    PanelState,
    ProposalStatus,
    RoundStatus,
    UpdateStatus
} from "../../../../contracts/interfaces/LearningTypes.sol";
import {LearningPanel} from "../../../../contracts/LearningPanel.sol";
import {LearningRegistry} from "../../../../contracts/LearningRegistry.sol";
import {LearningGhost} from "./LearningGhost.sol";
import {LearningHandler} from "./LearningHandler.sol";
import {vm} from "../Vm.sol";

/// @notice What holds after every call around learning rounds, whatever anybody does.
contract LearningInvariantsTest {
    uint256 private constant ACTORS = 7;
    uint256 private constant DEPOSITED = ACTORS * 1e12;
    uint256 private constant PLACES = 6;

    LearningHandler private _handler;
    LearningRegistry private _registry;
    LearningPanel private _panel;

    function setUp() external {
        _handler = new LearningHandler();
        _registry = _handler.rounds();
        _panel = _handler.panel();
    }

    /// @dev Read by the runner: it calls nothing else.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev What a round has paid and what it still owes is what was escrowed, to the unit.
    function invariant_rewardsAreConserved() external view {
        uint256 held;
        for (uint256 i = 0; i < _handler.roundCount(); ++i) {
            LearningGhost.Round memory made = _handler.round(i);
            uint256 owed = _owed(made);
            require(made.paid + owed == _escrowed(made.task), "paid and owed is not what was escrowed");
            held += owed;
        }
        require(_handler.balances() + held == DEPOSITED, "rounds hold other than they owe");
        require(bytes(_handler.breach()).length == 0, _handler.breach());
    }

    /// @dev Stake is locked for what is pending, and for nothing else.
    function invariant_locksAreThoseOfWhatIsPending() external view {
        for (uint256 agentId = 1; agentId <= ACTORS; ++agentId) {
            uint256 inRounds;
            uint256 inPanel;
            for (uint256 i = 0; i < _handler.roundCount(); ++i) {
                LearningGhost.Round memory made = _handler.round(i);
                inRounds += _lockedInRound(made, agentId);
                inPanel += _lockedInPanel(made, agentId);
            }
            require(_locked(agentId, address(_registry)) == inRounds, "another amount is locked for rounds");
            require(_locked(agentId, address(_panel)) == inPanel, "another amount is locked for panels");
        }
    }

    /// @dev No root counts twice, nobody is on both sides, and weights are only of updates.
    function invariant_updatesAreOriginal() external view {
        for (uint256 i = 0; i < _handler.roundCount(); ++i) {
            bytes32 id = _handler.round(i).id;
            LearningRound memory state = _registry.roundOf(id);
            require(state.earning & ~state.updates == 0, "somebody earns without an update");
            require(state.claimed & ~state.earning == 0, "somebody was paid without a share");
            require(_panel.countedOf(id) & ~state.updates == 0, "an update counts that there is not");
            for (uint256 j = 0; j < state.participants; ++j) {
                Participant memory participant = _registry.participantOf(id, j);
                require(!_panel.hasEnlisted(id, participant.owner), "somebody evaluates itself");
                for (uint256 k = 0; k < j; ++k) {
                    bool both = (state.updates >> j) & (state.updates >> k) & 1 == 1;
                    require(!both || participant.root != _registry.participantOf(id, k).root, "a copy counts");
                }
            }
        }
    }

    /// @dev Whatever happened, time and anybody's calls end it: all is paid, and no stake stays locked.
    function invariant_everythingEnds() external {
        vm.warp(block.timestamp + 1_000_000_000);
        uint256 requested;
        for (uint256 i = 0; i < _handler.roundCount(); ++i) {
            LearningGhost.Round memory made = _handler.round(i);
            requested += _end(made);
        }
        require(_handler.balances() == DEPOSITED, "something was never paid");
        for (uint256 agentId = 1; agentId <= ACTORS; ++agentId) {
            require(_locked(agentId, address(_registry)) == 0, "stake of a participant stays locked");
            require(_locked(agentId, address(_panel)) == 0, "stake of an evaluator stays locked");
        }
        require(requested <= _handler.roundCount(), "a round ended twice");
    }

    function _end(LearningGhost.Round memory made) private returns (uint256 settled) {
        LearningTask memory task = made.task;
        if (_registry.roundOf(made.id).status == RoundStatus.Open) {
            _registry.settle(task);
            settled = 1;
        }
        for (uint256 i = 0; i < PLACES; ++i) {
            try _registry.claim(task, i) {} catch {}
            try _registry.claimSeat(task, i) {} catch {}
            try _registry.slashParticipant(task, i) {} catch {}
            try _panel.closeSeat(task, i) {} catch {}
        }
        for (uint256 i = 0; i < ACTORS; ++i) {
            try _panel.releaseLot(task, i) {} catch {}
        }
        try _registry.claimResult(task) {} catch {}
        for (uint256 i = 0; i < made.proposals.length; ++i) {
            try _registry.closeProposal(task, made.proposals[i]) {} catch {}
        }
    }

    function _owed(LearningGhost.Round memory made) private view returns (uint256 owed) {
        LearningRound memory state = _registry.roundOf(made.id);
        if (state.status == RoundStatus.Open) return _escrowed(made.task);
        if (state.status == RoundStatus.Cancelled || state.updates == 0) return 0;
        uint256 shares;
        for (uint256 i = 0; i < PLACES; ++i) {
            uint256 share = _registry.shareOf(made.id, i);
            shares += share;
            if ((state.claimed >> i) & 1 == 0) owed += share;
        }
        require(shares == state.pool, "shares are not the pool");
        if (state.result != 0 && !state.resultClaimed) owed += made.task.aggregationFee;
        owed += _owedToSeats(made.task.evaluationFee, state.paidSeats, state.claimedSeats);
    }

    function _owedToSeats(uint256 fee, uint256 paid, uint256 claimed) private pure returns (uint256 owed) {
        uint256 seats;
        uint256 unpaid;
        for (uint256 i = 0; i < 16; ++i) {
            seats += (paid >> i) & 1;
            unpaid += (paid >> i) & ~(claimed >> i) & 1;
        }
        if (seats != 0) owed = fee / seats * unpaid;
    }

    function _lockedInRound(LearningGhost.Round memory made, uint256 agentId) private view returns (uint256 sum) {
        uint256 entry = _registry.entryOf(made.id, agentId);
        if (entry != 0 && _registry.participantOf(made.id, entry - 1).status == UpdateStatus.Committed) {
            sum += made.task.participantStake;
        }
        for (uint256 i = 0; i < made.proposals.length; ++i) {
            bytes32 root = made.proposals[i];
            bool standing = _registry.proposalOf(made.id, root).status == ProposalStatus.Standing;
            if (standing && _registry.proposalOf(made.id, root).agentId == agentId) sum += made.task.participantStake;
        }
    }

    function _lockedInPanel(LearningGhost.Round memory made, uint256 agentId) private view returns (uint256) {
        uint256 entry = _panel.entryOf(made.id, agentId);
        if (entry == 0 || _panel.lotOf(made.id, entry - 1).released) return 0;
        PanelState memory state = _panel.panelOf(made.id);
        for (uint256 seat = 0; seat < state.seatCount; ++seat) {
            bool seated = _panel.evaluatorOf(made.id, seat).agentId == agentId;
            if (seated && (state.closedSeats >> seat) & 1 == 1) return 0;
        }
        return made.task.evaluatorStake;
    }

    function _locked(uint256 agentId, address module) private view returns (uint256 locked) {
        (, locked,,) = _handler.vault().positionOf(agentId, _handler.actors(agentId - 1), module);
    }

    function _escrowed(LearningTask memory task) private pure returns (uint256) {
        return uint256(task.reward) + task.evaluationFee + task.aggregationFee;
    }
}
