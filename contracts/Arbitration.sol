// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Bonds} from "./arbitration/Bonds.sol";
import {DisputeTime} from "./arbitration/DisputeTime.sol";
import {Juror, JurorList} from "./arbitration/JurorList.sol";
import {Panel} from "./arbitration/Panel.sol";
import {Dispute, IArbitration, Seat, Side, Stage, State} from "./interfaces/IArbitration.sol";
import {Case, IArbitrator} from "./interfaces/IArbitrator.sol";
import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IStakeVault} from "./interfaces/IStakeVault.sol";

/// @title Arbitration
/// @notice See {IArbitration}. Nobody administers it, and nothing in it can be paused.
/// @dev Storage:
/// - `isArbitrable`, `isAccepted`: contract, token => whether cases may come from it, be about it; written in the
///   constructor only.
/// - `_jurors`: the list, one slot per juror (see {JurorList}), and its vacancies.
/// - `_disputes`: arbitrable => id => case: one slot of state; plaintiff, defendant, bonder, token, bond, a slot each; five
///   slots of owners and payers, zero where there is none; the seed of an unfinished draw; eight seats of two slots.
///
/// Every call first lets time pass ({DisputeTime}), writes what it changes, and calls ledger and vault last; neither
/// of them calls a token in what is called here. What this contract holds in the ledger is the bonds of the cases
/// that are not executed.
contract Arbitration is IArbitration {
    using Bonds for Dispute;
    using DisputeTime for Dispute;
    using DisputeTime for State;
    using JurorList for JurorList.List;
    using Panel for Dispute;

    /// @inheritdoc IArbitration
    uint32 public constant RESPONSE_PERIOD = DisputeTime.RESPONSE;
    /// @inheritdoc IArbitration
    uint32 public constant EVIDENCE_PERIOD = DisputeTime.EVIDENCE;
    /// @inheritdoc IArbitration
    uint32 public constant DRAW_PERIOD = DisputeTime.DRAW;
    /// @inheritdoc IArbitration
    uint32 public constant COMMIT_PERIOD = DisputeTime.COMMIT;
    /// @inheritdoc IArbitration
    uint32 public constant REVEAL_PERIOD = DisputeTime.REVEAL;
    /// @inheritdoc IArbitration
    uint32 public constant APPEAL_PERIOD = DisputeTime.APPEAL;
    /// @inheritdoc IArbitration
    uint32 public constant MATCH_PERIOD = DisputeTime.MATCH;
    /// @inheritdoc IArbitration
    uint8 public constant PANEL_SIZE = DisputeTime.PANEL;
    /// @inheritdoc IArbitration
    uint8 public constant APPEAL_PANEL_SIZE = DisputeTime.APPEAL_PANEL;
    /// @inheritdoc IArbitration
    uint8 public constant DRAW_DELAY = Panel.DELAY;
    /// @inheritdoc IArbitration
    uint8 public constant MAX_TRIES = Panel.TRIES;
    /// @inheritdoc IArbitration
    uint16 public constant BOND_BPS_PER_DAY = 100;
    /// @inheritdoc IArbitration
    uint16 public constant BURN_BPS = Bonds.BURN;
    /// @inheritdoc IArbitration
    uint16 public constant JURY_BPS = Bonds.JURY;
    /// @inheritdoc IArbitration
    uint16 public constant COHERENCE_BPS = Bonds.COHERENCE;
    /// @inheritdoc IArbitration
    uint16 public constant VOTE_STEP_BPS = 500;
    /// @inheritdoc IArbitration
    uint16 public constant MAX_URI_LENGTH = 512;

    uint128 private constant SMALLEST_BOND = 100;
    uint256 private constant BOND_BPS = uint256(BOND_BPS_PER_DAY) * DisputeTime.LONGEST / 1 days;

    /// @inheritdoc IArbitration
    ILedger public immutable ledger;
    /// @inheritdoc IArbitration
    IStakeVault public immutable vault;
    /// @inheritdoc IArbitration
    IIdentityRegistry public immutable identityRegistry;
    /// @inheritdoc IArbitration
    uint128 public immutable minBond;
    /// @inheritdoc IArbitration
    uint128 public immutable jurorBond;

    /// @inheritdoc IArbitration
    mapping(address arbitrable => bool) public isArbitrable;
    /// @inheritdoc IArbitration
    mapping(address token => bool) public isAccepted;
    JurorList.List private _jurors;
    mapping(address arbitrable => mapping(bytes32 id => Dispute)) private _disputes;

    /// @param ledger_ The ledger, deployed with this contract's address among its modules.
    /// @param vault_ The stake vault.
    /// @param arbitrables The contracts that may bring cases; they may be deployed later, at predicted addresses.
    /// @param tokens What cases may be about: tokens of lasting worth and about the same minor unit.
    /// @param minBond_ The smallest bond, in minor units of any of them; what three jurors' work is worth at least.
    /// @param jurorBond_ What a juror has locked per seat, in minor units of the stake token.
    constructor(
        ILedger ledger_,
        IStakeVault vault_,
        address[] memory arbitrables,
        address[] memory tokens,
        uint128 minBond_,
        uint128 jurorBond_
    ) {
        require(ledger_.isModule(address(this)), NotLedgerModule(address(ledger_), address(this)));
        require(minBond_ >= SMALLEST_BOND, BondTooSmall(minBond_, SMALLEST_BOND));
        require(jurorBond_ >= SMALLEST_BOND, BondTooSmall(jurorBond_, SMALLEST_BOND));
        ledger = ledger_;
        vault = vault_;
        identityRegistry = vault_.identityRegistry();
        minBond = minBond_;
        jurorBond = jurorBond_;
        for (uint256 i = 0; i < arbitrables.length; ++i) {
            isArbitrable[arbitrables[i]] = true;
        }
        for (uint256 i = 0; i < tokens.length; ++i) {
            isAccepted[tokens[i]] = true;
        }
    }

    /// @inheritdoc IArbitrator
    function createDispute(Case calldata c) external {
        require(isArbitrable[msg.sender], NotArbitrable(msg.sender));
        require(isAccepted[c.token], TokenNotAccepted(c.token));
        require(c.plaintiff != c.defendant, SameParty(c.plaintiff));
        Dispute storage d = _disputes[msg.sender][c.id];
        require(d.state.stage == Stage.None, DisputeExists(msg.sender, c.id));

        uint128 bond = uint128(bondFor(c.amount));
        State memory s;
        s.enter(Stage.Response, RESPONSE_PERIOD);
        d.save(s);
        (d.plaintiff, d.defendant, d.bonder) = (c.plaintiff, c.defendant, c.bonder);
        (d.token, d.bond) = (c.token, bond);
        d.plaintiffOwner = _ownerBehind(c.plaintiff, c.plaintiffOwner);
        d.defendantOwner = _ownerBehind(c.defendant, c.defendantOwner);
        emit DisputeCreated(msg.sender, c.id, c.plaintiff, c.defendant, c.token, c.amount, bond);
        ledger.take(c.token, c.bonder, bond);
    }

    /// @inheritdoc IArbitration
    function matchBond(address arbitrable, bytes32 id) external {
        (Dispute storage d, State memory s) = _load(arbitrable, id);
        uint8 round = s.stage == Stage.Match ? 1 : 0;
        if (round == 1) {
            d.appealMatcher = msg.sender;
            _beginAppeal(s);
        } else {
            _requireStage(arbitrable, id, s, Stage.Response);
            d.matcher = msg.sender;
            s.enter(Stage.Evidence, EVIDENCE_PERIOD);
        }
        d.save(s);
        uint256 bond = d.bondOf(round);
        emit BondMatched(arbitrable, id, msg.sender, round, bond);
        ledger.take(d.token, msg.sender, bond);
    }

    /// @inheritdoc IArbitration
    function submitEvidence(address arbitrable, bytes32 id, bytes32 evidence, string calldata uri) external {
        (, State memory s) = _load(arbitrable, id);
        bool open = s.stage == Stage.Response || s.stage == Stage.Evidence || s.stage == Stage.Appeal
            || s.stage == Stage.Match;
        require(open, UnexpectedStage(arbitrable, id, s.stage));
        require(bytes(uri).length <= MAX_URI_LENGTH, URITooLong(bytes(uri).length, MAX_URI_LENGTH));
        emit EvidenceSubmitted(arbitrable, id, msg.sender, evidence, uri);
    }

    /// @inheritdoc IArbitration
    function draw(address arbitrable, bytes32 id) external {
        (Dispute storage d, State memory s) = _load(arbitrable, id);
        _requireStage(arbitrable, id, s, Stage.Draw);
        bytes32 seed = d.seed;
        if (seed == 0) {
            require(s.target == 0 || block.number > s.target, DrawTooEarly(s.target, block.number));
            bytes32 lot = blockhash(s.target);
            if (s.target == 0 || lot == 0) return _aim(arbitrable, id, d, s);
            seed = keccak256(abi.encode(lot, arbitrable, id, s.round));
        }
        _fill(arbitrable, id, d, s, seed);
    }

    /// @inheritdoc IArbitration
    function commit(address arbitrable, bytes32 id, uint256 agentId, bytes32 commitment) external {
        (Dispute storage d, State memory s) = _load(arbitrable, id);
        _requireStage(arbitrable, id, s, Stage.Commit);
        Seat storage seat = d.seatOf(s, agentId);
        _requireJuror(seat, agentId);
        require(commitment != 0, EmptyCommitment());
        require(seat.commitment == 0, AlreadyCommitted(agentId));

        seat.commitment = commitment;
        ++s.committed;
        if (s.committed == s.seated) s.enter(Stage.Reveal, REVEAL_PERIOD);
        d.save(s);
        emit VoteCommitted(arbitrable, id, agentId, s.round, commitment);
    }

    /// @inheritdoc IArbitration
    function reveal(address arbitrable, bytes32 id, uint256 agentId, uint16 vote, bytes32 salt) external {
        (Dispute storage d, State memory s) = _load(arbitrable, id);
        _requireStage(arbitrable, id, s, Stage.Reveal);
        Seat storage seat = d.seatOf(s, agentId);
        require(vote <= DisputeTime.WHOLE && vote % VOTE_STEP_BPS == 0, InvalidVote(vote));
        require(!seat.revealed, AlreadyRevealed(agentId));
        bytes32 revealed = commitmentOf(arbitrable, id, s.round, agentId, vote, salt);
        require(revealed == seat.commitment, CommitmentMismatch(agentId, seat.commitment, revealed));

        (seat.vote, seat.revealed) = (vote, true);
        ++s.revealed;
        if (s.revealed == s.committed) s.enter(Stage.Reveal, 0);
        d.save(s);
        emit VoteRevealed(arbitrable, id, agentId, s.round, vote);
    }

    /// @inheritdoc IArbitration
    function appeal(address arbitrable, bytes32 id) external {
        (Dispute storage d, State memory s) = _load(arbitrable, id);
        _requireStage(arbitrable, id, s, Stage.Appeal);
        (s.appellant, d.appellant) = (_sideOf(d, msg.sender), msg.sender);
        uint16 best = s.appellant == Side.Defendant ? DisputeTime.WHOLE : 0;
        require(s.defendantBps != best, NothingToAppeal(msg.sender));

        s.enter(Stage.Match, MATCH_PERIOD);
        d.save(s);
        uint256 bond = d.bondOf(1);
        emit Appealed(arbitrable, id, msg.sender, bond);
        ledger.take(d.token, msg.sender, bond);
    }

    /// @inheritdoc IArbitration
    function dismiss(address arbitrable, bytes32 id, uint8 round) external {
        (Dispute storage d, State memory s) = _load(arbitrable, id);
        uint256 seated = Panel.seatedIn(s, round);
        require(seated != 0 && Panel.isOver(s, round), PanelNotOver(arbitrable, id, round));
        uint8 bit = uint8(1 << round);
        require(s.dismissed & bit == 0, AlreadyDismissed(arbitrable, id, round));

        s.dismissed |= bit;
        d.save(s);
        uint256 slashed = d.release(round, seated, vault, jurorBond);
        emit PanelDismissed(arbitrable, id, round, slashed);
    }

    /// @inheritdoc IArbitration
    function execute(address arbitrable, bytes32 id) external {
        (Dispute storage d, State memory s) = _load(arbitrable, id);
        require(s.stage >= Stage.Ruled, UnexpectedStage(arbitrable, id, s.stage));
        require(!s.executed, AlreadyExecuted(arbitrable, id));

        s.executed = true;
        d.save(s);
        uint256 burned = d.payOut(s, ledger);
        emit Executed(arbitrable, id, _rulingAt(s), s.defendantBps, burned);
    }

    /// @inheritdoc IArbitration
    function enlist(uint256 agentId) external {
        require(identityRegistry.ownerOf(agentId) == msg.sender, NotAgentOwner(msg.sender, agentId));
        uint256 free = vault.freeStake(agentId, msg.sender, address(this));
        require(free >= jurorBond, InsufficientStake(agentId, free, jurorBond));
        address before = _jurors.depositorOf(agentId);
        require(before != msg.sender, AlreadyEnlisted(agentId));

        if (before != address(0)) _remove(agentId, before);
        _jurors.add(agentId, msg.sender);
        emit Enlisted(agentId, msg.sender);
    }

    /// @inheritdoc IArbitration
    function delist(uint256 agentId) external {
        address depositor = _jurors.depositorOf(agentId);
        require(depositor != address(0), NotEnlisted(agentId));
        require(depositor == msg.sender || !_isInGoodStanding(agentId, depositor), JurorInGoodStanding(agentId));
        _remove(agentId, depositor);
    }

    /// @inheritdoc IArbitrator
    function rulingOf(address arbitrable, bytes32 id) external view returns (Ruling ruling, uint16 defendantBps) {
        (, State memory s) = _load(arbitrable, id);
        ruling = _rulingAt(s);
        defendantBps = ruling == Ruling.Ruled ? s.defendantBps : 0;
    }

    /// @inheritdoc IArbitrator
    function maxDuration() external pure returns (uint32) {
        return DisputeTime.LONGEST;
    }

    /// @inheritdoc IArbitration
    function disputeOf(address arbitrable, bytes32 id) external view returns (Dispute memory d) {
        State memory s;
        (d, s) = _load(arbitrable, id);
        d.state = s;
    }

    /// @inheritdoc IArbitration
    function jurorPlaces() external view returns (uint256) {
        return _jurors.places.length;
    }

    /// @inheritdoc IArbitration
    function jurorAt(uint256 place) external view returns (uint64 agentId, address depositor, uint32 since) {
        Juror memory juror = _jurors.places[place];
        return (juror.agentId, juror.depositor, juror.since);
    }

    /// @inheritdoc IArbitrator
    function bondFor(uint256 amount) public view returns (uint256) {
        return Math.max(minBond, Math.mulDiv(amount, BOND_BPS, DisputeTime.WHOLE, Math.Rounding.Ceil));
    }

    /// @inheritdoc IArbitration
    function commitmentOf(
        address arbitrable,
        bytes32 id,
        uint8 round,
        uint256 agentId,
        uint16 vote,
        bytes32 salt
    ) public pure returns (bytes32) {
        return keccak256(abi.encode(arbitrable, id, round, agentId, vote, salt));
    }

    /// @dev Names the block that draws the panel.
    function _aim(address arbitrable, bytes32 id, Dispute storage d, State memory s) private {
        s.target = uint48(block.number + DRAW_DELAY);
        s.pool = uint32(_jurors.places.length);
        d.save(s);
        emit DrawAimed(arbitrable, id, s.round, s.target);
    }

    /// @dev Draws with the seed, and keeps it when the panel is not full yet.
    function _fill(address arbitrable, bytes32 id, Dispute storage d, State memory s, bytes32 seed) private {
        uint256 seated = s.seated;
        d.drawFrom(s, _jurors, seed, vault, jurorBond);
        bool full = s.seated == DisputeTime.panelSize(s.round);
        d.seed = full ? bytes32(0) : seed;
        if (full) s.enter(Stage.Commit, COMMIT_PERIOD);
        d.save(s);

        for (uint256 i = seated; i < s.seated; ++i) {
            Seat storage seat = d.seats[DisputeTime.firstSeat(s.round) + i];
            emit JurorDrawn(arbitrable, id, seat.agentId, s.round, seat.depositor);
        }
    }

    function _beginAppeal(State memory s) private view {
        s.round = 1;
        (s.seated, s.committed, s.revealed) = (0, 0, 0);
        (s.target, s.pool, s.tries) = (0, 0, 0);
        s.enter(Stage.Draw, DRAW_PERIOD);
    }

    function _remove(uint256 agentId, address depositor) private {
        _jurors.remove(agentId);
        emit Delisted(agentId, depositor);
    }

    function _load(address arbitrable, bytes32 id) private view returns (Dispute storage d, State memory s) {
        d = _disputes[arbitrable][id];
        s = d.current();
    }

    function _ownerBehind(address party, address named) private view returns (address owner) {
        if (named != address(0) && named != party) return named;
        (,, owner) = identityRegistry.bindingOf(party);
    }

    /// @dev What is locked counts: it comes back.
    function _isInGoodStanding(uint256 agentId, address depositor) private view returns (bool) {
        (uint128 staked,, uint128 queued,) = vault.positionOf(agentId, depositor, address(this));
        return identityRegistry.ownerOf(agentId) == depositor && staked >= uint256(queued) + jurorBond;
    }

    /// @dev The key must be one that the present owner has bound, and that owner the one who answers.
    function _requireJuror(Seat storage seat, uint256 agentId) private view {
        address depositor = seat.depositor;
        if (msg.sender == depositor) return;
        (uint64 boundTo,, address owner) = identityRegistry.bindingOf(msg.sender);
        require(boundTo == agentId && owner == depositor, NotJuror(msg.sender, agentId));
    }

    function _sideOf(Dispute storage d, address account) private view returns (Side) {
        if (account == d.plaintiff) return Side.Plaintiff;
        if (account == d.defendant) return Side.Defendant;
        if (account == d.plaintiffOwner) return Side.Plaintiff;
        require(account == d.defendantOwner, NotParty(account));
        return Side.Defendant;
    }

    function _requireStage(address arbitrable, bytes32 id, State memory s, Stage required) private pure {
        require(s.stage == required, UnexpectedStage(arbitrable, id, s.stage));
    }

    function _rulingAt(State memory s) private pure returns (Ruling) {
        if (s.stage == Stage.None) return Ruling.None;
        if (s.stage < Stage.Ruled) return Ruling.Pending;
        return s.stage == Stage.Ruled ? Ruling.Ruled : Ruling.Silent;
    }
}
