// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IArbitrator} from "./IArbitrator.sol";
import {IIdentityRegistry} from "./IIdentityRegistry.sol";
import {ILedger} from "./ILedger.sol";
import {IStakeVault} from "./IStakeVault.sol";

/// @notice Where a case is. Ruled and Silent are final.
enum Stage {
    None,
    /// Waits for the defendant's bond; ends as ruled for the plaintiff.
    Response,
    /// The parties bring evidence; ends with the draw.
    Evidence,
    /// A panel is drawn; ends in silence when none can be.
    Draw,
    /// Jurors commit to votes; ends with the reveal.
    Commit,
    /// Jurors reveal their votes; ends with a verdict, or in silence below the quorum.
    Reveal,
    /// The first verdict may be appealed; ends with that verdict.
    Appeal,
    /// Waits for the other side's bond; ends as ruled for the appellant.
    Match,
    Ruled,
    Silent
}

/// @notice A party of a case.
enum Side {
    None,
    Plaintiff,
    Defendant
}

/// @notice How far a case has come; one storage slot.
// solhint-disable-next-line gas-struct-packing
struct State {
    Stage stage;
    /// 0 for the first panel, 1 for the appeal.
    uint8 round;
    /// How many panels have reached their quorum.
    uint8 spoken;
    /// Which side appealed.
    Side appellant;
    /// Jurors of this round that are drawn, have committed, have revealed.
    uint8 seated;
    uint8 committed;
    uint8 revealed;
    /// Whether the bonds are paid out.
    bool executed;
    /// Bit r: the jurors of round r are dismissed.
    uint8 dismissed;
    /// What the ruling is, or would be if nothing happened any more: the defendant's share.
    uint16 defendantBps;
    /// The verdict of the last panel that has spoken.
    uint16 medianBps;
    /// The stage is over from this second (Unix time) on.
    uint40 until;
    /// The block whose hash draws this round's panel; 0 before it is fixed.
    uint48 target;
    /// How many places the list of jurors had when the target was fixed.
    uint32 pool;
    /// How many of them have been looked at.
    uint32 tries;
}

/// @notice A juror's place on a panel; two storage slots, the commitment being the second.
struct Seat {
    uint64 agentId;
    /// The owner whose stake answers for the juror, and who is paid.
    address depositor;
    /// The defendant's share in hundredths of a percent, when revealed.
    uint16 vote;
    bool revealed;
    bytes32 commitment;
}

/// @notice A case.
struct Dispute {
    State state;
    address plaintiff;
    address defendant;
    /// Who put up the plaintiff's bond in the first round.
    address bonder;
    address token;
    /// What each side puts up in the first round, in minor units of the token; twice that in the appeal.
    uint128 bond;
    /// Who stands behind the parties: as the case says, otherwise the owners of the agents that the parties' keys spoke
    /// for when it began; zero when for none.
    address plaintiffOwner;
    address defendantOwner;
    /// Who put up the defendant's bond in the first round; zero before.
    address matcher;
    /// Who appealed, and put up the bond of its side; zero before.
    address appellant;
    /// Who put up the bond of the side that did not appeal; zero before.
    address appealMatcher;
    /// What draws the panel, kept only while one call has not filled it.
    bytes32 seed;
    /// The first panel, then the panel of the appeal.
    Seat[8] seats;
}

/// @title Arbitration by jurors drawn by lot
/// @notice Rules on cases of the arbitrables that it was deployed for. Both sides put up equal bonds; jurors who have
/// staked for it are drawn after the evidence has closed, commit to votes, reveal them, and their median is the
/// verdict; one appeal goes to a larger panel with no juror of the first. Nobody administers it.
///
/// Time alone brings every case to an end: {rulingOf} and {disputeOf} answer as of now, whether or not anybody has
/// called since a period ran out. Calls are needed to draw, vote and pay out only, and anybody may make those that
/// need no secret.
///
/// | stage    | lasts at most     | may be called                        | when it runs out                          |
/// |----------|-------------------|--------------------------------------|-------------------------------------------|
/// | Response | {RESPONSE_PERIOD} | {matchBond}, {submitEvidence}        | Ruled: all to the plaintiff               |
/// | Evidence | {EVIDENCE_PERIOD} | {submitEvidence}                     | Draw                                      |
/// | Draw     | {DRAW_PERIOD}     | {draw}                               | Silent; in the appeal, the verdict stands |
/// | Commit   | {COMMIT_PERIOD}   | {commit}                             | Reveal                                    |
/// | Reveal   | {REVEAL_PERIOD}   | {reveal}                             | Appeal, in the appeal Ruled; as Draw below the quorum |
/// | Appeal   | {APPEAL_PERIOD}   | {appeal}, {submitEvidence}           | Ruled: the verdict                        |
/// | Match    | {MATCH_PERIOD}    | {matchBond}, {submitEvidence}        | Ruled: all to the appellant               |
///
/// Commit ends early when all have committed, Reveal when all who committed have revealed.
///
/// **Bonds.** Once a panel has spoken, the two bonds of its round are one pot: of one bond {BURN_BPS} is burned and
/// {JURY_BPS} is for the jurors; what remains of the pot follows the contested amount, in the same proportion. So the
/// loser pays, there is no threshold at which a small change of the verdict turns everything, and what jurors earn
/// does not depend on whom they favour. Whoever put up a side's bond gets that side's share, so that anybody may
/// stand by a party that has not the money. Bonds of a round whose panel has not spoken go back whole.
///
/// **Jurors.** Each seat's pay is fixed. It goes to jurors whose vote lies within {COHERENCE_BPS} of the last verdict,
/// else it is burned: nobody gains when a colleague dissents or stays away. A wrong opinion is merely unpaid; a vote
/// that is not revealed costs the juror's whole bond, of which the vault burns half and the parties share the rest.
///
/// **The lot.** The hash of a block that was ahead when it was named. Whoever proposes that very block may try
/// several and thereby choose the panel; nobody else can, and the list of jurors cannot be bent after the hash is
/// known, except by owners who make their own jurors unfit. An appeal needs another block. So a contested amount
/// should stay below what would make a proposer's collusion worth while.
///
/// In the shape of ERC-792, but: bonds are ledger balances in the token of the case and not ether; the ruling is a
/// share and not the number of a choice; it is fetched and not pushed; a case bears the name that its arbitrable
/// gave it; evidence and appeal belong to the arbitrator, so that an arbitrable need not know of them.
interface IArbitration is IArbitrator {
    /// @notice Emitted when a case begins.
    event DisputeCreated(
        address indexed arbitrable,
        bytes32 indexed id,
        address indexed plaintiff,
        address defendant,
        address token,
        uint256 amount,
        uint256 bond
    );
    /// @notice Emitted when the bond that a case waited for was put up.
    event BondMatched(address indexed arbitrable, bytes32 indexed id, address indexed payer, uint8 round, uint256 bond);
    /// @notice Emitted when somebody brings evidence.
    event EvidenceSubmitted(
        address indexed arbitrable, bytes32 indexed id, address indexed submitter, bytes32 evidence, string uri
    );
    /// @notice Emitted when the block that will draw a panel was named.
    event DrawAimed(address indexed arbitrable, bytes32 indexed id, uint8 round, uint256 target);
    /// @notice Emitted when a juror was drawn, and its owner's stake locked.
    event JurorDrawn(
        address indexed arbitrable, bytes32 indexed id, uint256 indexed agentId, uint8 round, address depositor
    );
    /// @notice Emitted when a juror committed to a vote.
    event VoteCommitted(
        address indexed arbitrable, bytes32 indexed id, uint256 indexed agentId, uint8 round, bytes32 commitment
    );
    /// @notice Emitted when a vote was revealed.
    event VoteRevealed(address indexed arbitrable, bytes32 indexed id, uint256 indexed agentId, uint8 round, uint16 vote);
    /// @notice Emitted when a party appeals, or who stands behind it.
    event Appealed(address indexed arbitrable, bytes32 indexed id, address indexed appellant, uint256 bond);
    /// @notice Emitted when the jurors of a round were let go, `slashed` of them without their bond.
    event PanelDismissed(address indexed arbitrable, bytes32 indexed id, uint8 round, uint256 slashed);
    /// @notice Emitted when the bonds of a case were paid out.
    event Executed(address indexed arbitrable, bytes32 indexed id, Ruling ruling, uint16 defendantBps, uint256 burned);
    /// @notice Emitted when an agent offers itself as juror.
    event Enlisted(uint256 indexed agentId, address indexed depositor);
    /// @notice Emitted when an agent is on the list of jurors no longer.
    event Delisted(uint256 indexed agentId, address indexed depositor);

    /// @notice Thrown at deployment when the ledger does not know this contract as a module.
    error NotLedgerModule(address ledger, address arbitration);
    /// @notice Thrown at deployment when a bond is so small that its shares would round away.
    error BondTooSmall(uint256 bond, uint256 minimum);
    /// @notice Thrown when a case comes from a contract that this one was not deployed for.
    error NotArbitrable(address caller);
    /// @notice Thrown when a case is about a token that jurors have not agreed to be paid in.
    error TokenNotAccepted(address token);
    /// @notice Thrown when somebody would dispute with itself.
    error SameParty(address party);
    /// @notice Thrown when an arbitrable uses an id a second time.
    error DisputeExists(address arbitrable, bytes32 id);
    /// @notice Thrown when the case is not in a stage that allows the call.
    error UnexpectedStage(address arbitrable, bytes32 id, Stage actual);
    /// @notice Thrown when somebody appeals who is neither a party nor stands behind one.
    error NotParty(address caller);
    /// @notice Thrown when an evidence's URI is longer than {MAX_URI_LENGTH} bytes.
    error URITooLong(uint256 length, uint256 maximum);
    /// @notice Thrown when somebody appeals a verdict that gave its side everything.
    error NothingToAppeal(address caller);
    /// @notice Thrown when a panel is drawn before the block that draws it lies behind.
    error DrawTooEarly(uint256 target, uint256 number);
    /// @notice Thrown when an agent is not on the panel that sits now.
    error NotSeated(uint256 agentId);
    /// @notice Thrown when the caller is neither the key that is bound to the juror nor the owner that staked for it.
    error NotJuror(address caller, uint256 agentId);
    /// @notice Thrown when a juror commits to nothing.
    error EmptyCommitment();
    /// @notice Thrown when a juror commits a second time.
    error AlreadyCommitted(uint256 agentId);
    /// @notice Thrown when a vote is revealed a second time.
    error AlreadyRevealed(uint256 agentId);
    /// @notice Thrown when a vote is more than the whole, or no multiple of {VOTE_STEP_BPS}.
    error InvalidVote(uint16 vote);
    /// @notice Thrown when vote and salt are not what the juror committed to.
    error CommitmentMismatch(uint256 agentId, bytes32 committed, bytes32 revealed);
    /// @notice Thrown when a panel is dismissed that sits still, or has never been.
    error PanelNotOver(address arbitrable, bytes32 id, uint8 round);
    /// @notice Thrown when a panel is dismissed a second time.
    error AlreadyDismissed(address arbitrable, bytes32 id, uint8 round);
    /// @notice Thrown when bonds are paid out a second time.
    error AlreadyExecuted(address arbitrable, bytes32 id);
    /// @notice Thrown when an agent is enlisted by somebody who does not own it.
    error NotAgentOwner(address caller, uint256 agentId);
    /// @notice Thrown when less is free of a juror's stake than {jurorBond}.
    error InsufficientStake(uint256 agentId, uint256 available, uint256 needed);
    /// @notice Thrown when an agent is enlisted a second time.
    error AlreadyEnlisted(uint256 agentId);
    /// @notice Thrown when an agent that is not enlisted should be delisted.
    error NotEnlisted(uint256 agentId);
    /// @notice Thrown when somebody else delists a juror who is fit.
    error JurorInGoodStanding(uint256 agentId);

    /// @notice How long the defendant's bond is waited for, in seconds.
    function RESPONSE_PERIOD() external view returns (uint32);

    /// @notice How long evidence is taken, in seconds.
    function EVIDENCE_PERIOD() external view returns (uint32);

    /// @notice How long it may take to draw a panel, in seconds.
    function DRAW_PERIOD() external view returns (uint32);

    /// @notice How long jurors may commit, in seconds.
    function COMMIT_PERIOD() external view returns (uint32);

    /// @notice How long jurors may reveal, in seconds.
    function REVEAL_PERIOD() external view returns (uint32);

    /// @notice How long a first verdict may be appealed, in seconds.
    function APPEAL_PERIOD() external view returns (uint32);

    /// @notice How long the other side's bond is waited for after an appeal, in seconds.
    function MATCH_PERIOD() external view returns (uint32);

    /// @notice Jurors of the first panel.
    function PANEL_SIZE() external view returns (uint8);

    /// @notice Jurors of the appeal's panel. A panel speaks when more than half of it has revealed.
    function APPEAL_PANEL_SIZE() external view returns (uint8);

    /// @notice How many blocks ahead the block is that draws a panel.
    function DRAW_DELAY() external view returns (uint8);

    /// @notice How many places of the list one call of {draw} looks at, at most.
    function MAX_TRIES() external view returns (uint8);

    /// @notice What a bond is per day that a case may last, in hundredths of a percent of the contested amount.
    function BOND_BPS_PER_DAY() external view returns (uint16);

    /// @notice What part of one bond is burned when a panel has spoken, in hundredths of a percent.
    function BURN_BPS() external view returns (uint16);

    /// @notice What part of one bond is for the jurors, all seats together, in hundredths of a percent.
    function JURY_BPS() external view returns (uint16);

    /// @notice How far from the last verdict a vote may lie and be paid, in hundredths of a percent.
    function COHERENCE_BPS() external view returns (uint16);

    /// @notice Votes are multiples of this, in hundredths of a percent.
    function VOTE_STEP_BPS() external view returns (uint16);

    /// @notice The longest URI of evidence, in bytes.
    function MAX_URI_LENGTH() external view returns (uint16);

    /// @notice Where bonds come from and go to.
    function ledger() external view returns (ILedger);

    /// @notice Where jurors' stake is.
    function vault() external view returns (IStakeVault);

    /// @notice Who says whose agent is whose; the vault's.
    function identityRegistry() external view returns (IIdentityRegistry);

    /// @notice The smallest bond, in minor units of any accepted token.
    function minBond() external view returns (uint128);

    /// @notice What is locked of a juror's stake while it serves, in minor units of the stake token.
    function jurorBond() external view returns (uint128);

    /// @notice Whether a contract may bring cases. The set never changes.
    function isArbitrable(address arbitrable) external view returns (bool);

    /// @notice Whether cases may be about a token. The set never changes.
    /// @dev Jurors must serve for pay in it: with a token of no worth, anybody could have them serve for nothing.
    function isAccepted(address token) external view returns (bool);

    /// @notice A case as it is now, with all that ran out since the last call taken into account.
    function disputeOf(address arbitrable, bytes32 id) external view returns (Dispute memory);

    /// @notice How many places the list of jurors has, vacant ones included.
    function jurorPlaces() external view returns (uint256);

    /// @notice A place on the list of jurors.
    /// @param place From 0 to {jurorPlaces} - 1.
    /// @return agentId The agent there, 0 when the place is vacant.
    /// @return depositor Who enlisted it.
    /// @return since The block in which that was. Only draws by a later block can draw it.
    function jurorAt(uint256 place) external view returns (uint64 agentId, address depositor, uint32 since);

    /// @notice What a juror commits to.
    /// @param arbitrable Who brought the case.
    /// @param id The arbitrable's name for it.
    /// @param round 0 for the first panel, 1 for the appeal.
    /// @param agentId The juror. Being part of the hash, it makes another juror's commitment worthless to copy.
    /// @param vote The defendant's share.
    /// @param salt 32 random bytes, new for every vote; with fewer or old ones, anybody finds out the vote.
    function commitmentOf(address arbitrable, bytes32 id, uint8 round, uint256 agentId, uint16 vote, bytes32 salt)
        external
        pure
        returns (bytes32);

    /// @notice Puts up the bond that a case waits for: the defendant's, or that of the side that did not appeal.
    /// Anybody may, out of its own ledger balance, and gets that side's share of the bonds.
    /// @param arbitrable Who brought the case.
    /// @param id The arbitrable's name for it.
    function matchBond(address arbitrable, bytes32 id) external;

    /// @notice Brings evidence, while no panel is being drawn or sits. Anybody may, for the plaintiff may be a
    /// watchtower, and others stand behind a party; jurors know from the arbitrable whose word counts.
    /// @param arbitrable Who brought the case.
    /// @param id The arbitrable's name for it.
    /// @param evidence Hash of the evidence.
    /// @param uri Where it is, at most {MAX_URI_LENGTH} bytes.
    function submitEvidence(address arbitrable, bytes32 id, bytes32 evidence, string calldata uri) external;

    /// @notice Draws the panel; anybody may. The first call names the block that decides, {DRAW_DELAY} ahead. A call
    /// after that block draws; should 256 more have passed, it names another. A call looks at {MAX_TRIES} places;
    /// when that did not fill the panel, further calls go on from there.
    /// @dev Fit is who was enlisted before the block, still owns the agent, has {jurorBond} free, is neither party, nor
    /// stands behind one, nor pays a bond, nor owns an agent that one of these speaks for, and has no other seat.
    /// @param arbitrable Who brought the case.
    /// @param id The arbitrable's name for it.
    function draw(address arbitrable, bytes32 id) external;

    /// @notice Commits a juror to a vote. The key bound to the agent, or the owner who staked for it.
    /// @param arbitrable Who brought the case.
    /// @param id The arbitrable's name for it.
    /// @param agentId The juror.
    /// @param commitment As {commitmentOf} makes it.
    function commit(address arbitrable, bytes32 id, uint256 agentId, bytes32 commitment) external;

    /// @notice Reveals a juror's vote; whoever has the salt may.
    /// @param arbitrable Who brought the case.
    /// @param id The arbitrable's name for it.
    /// @param agentId The juror.
    /// @param vote The defendant's share in hundredths of a percent, a multiple of {VOTE_STEP_BPS}.
    /// @param salt As it was committed to.
    function reveal(address arbitrable, bytes32 id, uint256 agentId, uint16 vote, bytes32 salt) external;

    /// @notice Appeals the first verdict with twice the bond, out of the caller's ledger balance: a party that did not
    /// get everything, or who stands behind it. Who stands behind both appeals for the plaintiff.
    /// @param arbitrable Who brought the case.
    /// @param id The arbitrable's name for it.
    function appeal(address arbitrable, bytes32 id) external;

    /// @notice Frees the stake of a panel's jurors when its round is over, and slashes that of those who did not
    /// reveal. Anybody may.
    /// @param arbitrable Who brought the case.
    /// @param id The arbitrable's name for it.
    /// @param round 0 for the first panel, 1 for the appeal.
    function dismiss(address arbitrable, bytes32 id, uint8 round) external;

    /// @notice Pays out the bonds of a case that is Ruled or Silent, as ledger credits. Anybody may.
    /// @param arbitrable Who brought the case.
    /// @param id The arbitrable's name for it.
    function execute(address arbitrable, bytes32 id) external;

    /// @notice Offers an agent as juror. Its owner, who has {jurorBond} free in the vault for this contract.
    /// @param agentId The agent. One owner may offer several, and is drawn once per case at most.
    function enlist(uint256 agentId) external;

    /// @notice Takes an agent from the list. Who enlisted it; or anybody, when it was transferred since or less than
    /// {jurorBond} is left of its stake. Seats that it has, it keeps.
    /// @param agentId The agent.
    function delist(uint256 agentId) external;
}
