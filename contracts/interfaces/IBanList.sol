// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {IIdentityRegistry} from "./IIdentityRegistry.sol";

/// @notice What is held against an agent.
struct BanCase {
    /// @dev Who accuses it now; zero when nobody does.
    address accuser;
    /// @dev Unix time of the accusation.
    uint48 accusedAt;
    /// @dev Unix time of the answer to it; 0 = none.
    uint48 contestedAt;
    /// @dev The accuser's bond, in minor units of the bond token.
    uint128 bond;
    /// @dev Unix time at which the last ban that became final ends; 0 = none.
    uint48 bannedUntil;
    /// @dev Hash of the accusation's evidence.
    bytes32 evidence;
    /// @dev Hash of the evidence for the last ban that became final.
    bytes32 banEvidence;
}

/// @title Banned identities
/// @notice Agents whose messages nodes do not relay. Two ways lead onto the list, both public and with evidence:
///
/// - Silence. Anybody accuses, with a bond. If nobody answers for the agent within {SILENCE_PERIOD}, the ban is in
///   force; it ends at once when somebody does within {OBJECTION_PERIOD}, after which it is final. This is what abandoned
///   and mass-produced identities meet: nobody answers for them, and no vote is spent on them.
/// - Vote. Against who objects, only a vote bans: the objection costs nothing but gas, and the accuser then has
///   {DECISION_PERIOD} to win one. If it wins, the bond returns; otherwise half of it goes to the agent's owner and half
///   is burned, so that accusing for annoyance costs and winning by it is impossible. Silence of the voters acquits.
///
/// One accusation per agent is pending at a time. To occupy that place oneself protects from nothing: a vote needs no
/// accusation.
///
/// Every ban lapses after {BAN_TERM} unless it is earned anew. A ban concerns messages alone: no contract that holds
/// money reads this list, so payments, withdrawals and stakes of a banned agent go their way. It is the last resort;
/// each node keeps its own peer scores against what happens by the minute.
///
/// An arbitrator was considered and left out: its panel judges deliveries between two parties that both put up money,
/// and a ban is the network's own matter.
interface IBanList {
    /// @notice How an accusation ended.
    enum Outcome {
        Silence,
        Banned,
        Acquitted,
        Undecided
    }

    /// @notice Emitted when an agent was accused.
    event Accused(
        uint256 indexed agentId, address indexed accuser, uint256 bond, bytes32 evidence, string evidenceURI
    );
    /// @notice Emitted when somebody answered for the agent.
    event Contested(uint256 indexed agentId, address indexed by);
    /// @notice Emitted when an accusation ended. The bond returns on Silence and Banned.
    event AccusationClosed(uint256 indexed agentId, address indexed accuser, Outcome outcome);
    /// @notice Emitted when a ban became final. One by silence is in force before, from the accusation's
    /// {SILENCE_PERIOD} on, without an event.
    event Banned(uint256 indexed agentId, uint256 until, bytes32 evidence, string evidenceURI);
    /// @notice Emitted when a vote lifted whatever was against an agent.
    event Acquitted(uint256 indexed agentId);
    /// @notice Emitted when the bond for accusations to come was set.
    event AccusationBondSet(uint256 bond);
    /// @notice Emitted when bonds were paid out.
    event BondsClaimed(address indexed account, address to, uint256 amount);

    /// @notice Thrown when evidence has no hash, no address, or one of more than 256 bytes.
    error InvalidEvidence();
    /// @notice Thrown when an agent is accused while an accusation is pending.
    error AccusationPending(uint256 agentId);
    /// @notice Thrown when no accusation is pending.
    error NoAccusation(uint256 agentId);
    /// @notice Thrown when somebody answers who is neither owner, operator nor wallet of the agent.
    error NotTheAccused(address caller, uint256 agentId);
    /// @notice Thrown when an accusation is answered a second time.
    error AlreadyContested(uint256 agentId);
    /// @notice Thrown when an answer comes after the {OBJECTION_PERIOD}.
    error TooLateToContest(uint256 until, uint256 timestamp);
    /// @notice Thrown when an accusation is closed before its time.
    error TooEarlyToClose(uint256 closableAt, uint256 timestamp);
    /// @notice Thrown when there is nothing to claim.
    error NothingToClaim(address account);

    /// @notice Seconds without an answer after which an accused agent is banned.
    function SILENCE_PERIOD() external view returns (uint48);

    /// @notice Seconds from the accusation within which it can be answered.
    function OBJECTION_PERIOD() external view returns (uint48);

    /// @notice Seconds from the answer within which a vote can decide. Longer than the longest way of a vote.
    function DECISION_PERIOD() external view returns (uint48);

    /// @notice Seconds after which a ban lapses.
    function BAN_TERM() external view returns (uint48);

    /// @notice The registry of agents.
    function identityRegistry() external view returns (IIdentityRegistry);

    /// @notice The token of bonds.
    function bondToken() external view returns (ERC20Burnable);

    /// @notice The bond for an accusation, in minor units of the bond token.
    function accusationBond() external view returns (uint128);

    /// @notice Lowest and highest bond that a vote can set: a tenth and ten times that of the deployment.
    function bondBounds() external view returns (uint128 min, uint128 max);

    /// @notice Whether nodes should refuse to relay for an agent now.
    function isBanned(uint256 agentId) external view returns (bool);

    /// @notice Unix time until which an agent is banned, as things stand; in the past or 0 when it is not.
    function bannedUntil(uint256 agentId) external view returns (uint256);

    /// @notice What is held against an agent.
    function caseOf(uint256 agentId) external view returns (BanCase memory);

    /// @notice Minor units of the bond token that an account can claim.
    function claimable(address account) external view returns (uint256);

    /// @notice Accuses an agent. Anybody who has approved this contract for {accusationBond}.
    /// @param evidence Hash of the evidence.
    /// @param evidenceURI Where the evidence is, at most 256 bytes.
    function accuse(uint256 agentId, bytes32 evidence, string calldata evidenceURI) external;

    /// @notice Answers for an accused agent; a ban by silence ends at once. Its owner, an operator of it, or its wallet.
    function contest(uint256 agentId) external;

    /// @notice Ends an accusation whose time is over: unanswered after {OBJECTION_PERIOD} the ban is final, answered and
    /// undecided for {DECISION_PERIOD} the bond is lost. Anybody.
    function close(uint256 agentId) external;

    /// @notice Bans an agent from now on, and closes an accusation with its bond returned. Only governance.
    /// @param evidence Hash of the evidence.
    /// @param evidenceURI Where the evidence is, at most 256 bytes.
    function ban(uint256 agentId, bytes32 evidence, string calldata evidenceURI) external;

    /// @notice Lifts a ban, and closes an accusation with its bond lost. Only governance.
    function acquit(uint256 agentId) external;

    /// @notice Sets the bond for accusations to come, within {bondBounds}. Only governance.
    function setAccusationBond(uint128 bond) external;

    /// @notice Pays out the caller's returned bonds and its halves of lost ones.
    /// @param to Who receives them.
    function claimBonds(address to) external;
}
