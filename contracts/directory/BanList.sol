// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {BanCase, IBanList} from "../interfaces/IBanList.sol";
import {IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";
import {ExactTransfer} from "../libraries/ExactTransfer.sol";
import {Governed} from "./Governed.sol";

/// @title BanList
/// @notice See {IBanList}.
/// @dev Storage:
/// - `accusationBond`: minor units.
/// - `claimable`: account => minor units.
/// - `_cases`: agent id => four slots. First: accuser (20 bytes), accusedAt (6), contestedAt (6). Second: bond (16),
///   bannedUntil (6). Third: hash of the accusation's evidence. Fourth: hash of the ban's.
///
/// The balance of this contract in the bond token is never less than pending bonds plus what is claimable.
abstract contract BanList is IBanList, Governed {
    using ExactTransfer for IERC20;

    /// @inheritdoc IBanList
    uint48 public constant SILENCE_PERIOD = 7 days;
    /// @inheritdoc IBanList
    uint48 public constant OBJECTION_PERIOD = 30 days;
    /// @inheritdoc IBanList
    uint48 public constant DECISION_PERIOD = 45 days;
    /// @inheritdoc IBanList
    uint48 public constant BAN_TERM = 180 days;
    uint256 private constant MAX_URI_BYTES = 256;

    /// @inheritdoc IBanList
    IIdentityRegistry public immutable identityRegistry;
    /// @inheritdoc IBanList
    ERC20Burnable public immutable bondToken;
    uint128 private immutable _firstBond;

    /// @inheritdoc IBanList
    uint128 public accusationBond;
    /// @inheritdoc IBanList
    mapping(address account => uint256) public claimable;
    mapping(uint256 agentId => BanCase) private _cases;

    constructor(IIdentityRegistry identityRegistry_, ERC20Burnable bondToken_, uint128 accusationBond_) {
        _checkBounds("accusationBond", accusationBond_, 10, type(uint128).max / 10);
        identityRegistry = identityRegistry_;
        bondToken = bondToken_;
        _firstBond = accusationBond_;
        accusationBond = accusationBond_;
        emit AccusationBondSet(accusationBond_);
    }

    /// @inheritdoc IBanList
    function accuse(uint256 agentId, bytes32 evidence, string calldata evidenceURI) external {
        _checkCharge(agentId, evidence, evidenceURI);
        BanCase storage case_ = _cases[agentId];
        require(case_.accuser == address(0), AccusationPending(agentId));
        uint128 bond = accusationBond;
        case_.accuser = msg.sender;
        case_.accusedAt = uint48(block.timestamp);
        case_.contestedAt = 0;
        case_.bond = bond;
        case_.evidence = evidence;
        emit Accused(agentId, msg.sender, bond, evidence, evidenceURI);
        IERC20(bondToken).receiveExactly(msg.sender, bond);
    }

    /// @inheritdoc IBanList
    function contest(uint256 agentId) external {
        BanCase storage case_ = _pending(agentId);
        require(_speaksFor(msg.sender, agentId), NotTheAccused(msg.sender, agentId));
        require(case_.contestedAt == 0, AlreadyContested(agentId));
        uint256 until = uint256(case_.accusedAt) + OBJECTION_PERIOD;
        require(block.timestamp < until, TooLateToContest(until, block.timestamp));
        case_.contestedAt = uint48(block.timestamp);
        emit Contested(agentId, msg.sender);
    }

    /// @inheritdoc IBanList
    function close(uint256 agentId) external {
        BanCase storage case_ = _pending(agentId);
        bool isContested = case_.contestedAt != 0;
        uint256 closableAt = isContested
            ? uint256(case_.contestedAt) + DECISION_PERIOD
            : uint256(case_.accusedAt) + OBJECTION_PERIOD;
        require(block.timestamp >= closableAt, TooEarlyToClose(closableAt, block.timestamp));
        if (isContested) return _forfeit(agentId, case_, Outcome.Undecided);
        _finalise(agentId, case_, uint48(bannedUntil(agentId)), case_.evidence, "");
        _return(agentId, case_, Outcome.Silence);
    }

    /// @inheritdoc IBanList
    function ban(uint256 agentId, bytes32 evidence, string calldata evidenceURI) external onlyGovernance {
        _checkCharge(agentId, evidence, evidenceURI);
        BanCase storage case_ = _cases[agentId];
        _finalise(agentId, case_, uint48(block.timestamp) + BAN_TERM, evidence, evidenceURI);
        if (case_.accuser != address(0)) _return(agentId, case_, Outcome.Banned);
    }

    /// @inheritdoc IBanList
    function acquit(uint256 agentId) external onlyGovernance {
        BanCase storage case_ = _cases[agentId];
        case_.bannedUntil = 0;
        emit Acquitted(agentId);
        if (case_.accuser != address(0)) _forfeit(agentId, case_, Outcome.Acquitted);
    }

    /// @inheritdoc IBanList
    function setAccusationBond(uint128 bond) external onlyGovernance {
        (uint128 min, uint128 max) = bondBounds();
        _checkBounds("accusationBond", bond, min, max);
        accusationBond = bond;
        emit AccusationBondSet(bond);
    }

    /// @inheritdoc IBanList
    function claimBonds(address to) external {
        uint256 amount = claimable[msg.sender];
        require(amount != 0, NothingToClaim(msg.sender));
        claimable[msg.sender] = 0;
        emit BondsClaimed(msg.sender, to, amount);
        IERC20(bondToken).sendExactly(to, amount);
    }

    /// @inheritdoc IBanList
    function isBanned(uint256 agentId) external view returns (bool) {
        return block.timestamp < bannedUntil(agentId);
    }

    /// @inheritdoc IBanList
    function caseOf(uint256 agentId) external view returns (BanCase memory) {
        return _cases[agentId];
    }

    /// @inheritdoc IBanList
    function bannedUntil(uint256 agentId) public view returns (uint256) {
        BanCase storage case_ = _cases[agentId];
        uint256 silentAt = uint256(case_.accusedAt) + SILENCE_PERIOD;
        bool isSilent = case_.accuser != address(0) && case_.contestedAt == 0 && block.timestamp >= silentAt;
        // The later of the two: a final ban began before the accusation, for no longer a term.
        return isSilent ? silentAt + BAN_TERM : case_.bannedUntil;
    }

    /// @inheritdoc IBanList
    function bondBounds() public view returns (uint128 min, uint128 max) {
        return (_firstBond / 10, _firstBond * 10);
    }

    /// @dev `until` is never sooner than that of an earlier ban: no term that was begun before reaches further.
    function _finalise(
        uint256 agentId,
        BanCase storage case_,
        uint48 until,
        bytes32 evidence,
        string memory evidenceURI
    ) private {
        case_.bannedUntil = until;
        case_.banEvidence = evidence;
        emit Banned(agentId, until, evidence, evidenceURI);
    }

    function _return(uint256 agentId, BanCase storage case_, Outcome outcome) private {
        claimable[case_.accuser] += case_.bond;
        _end(agentId, case_, outcome);
    }

    /// @dev Half goes to the present owner of the agent; the rest, the odd unit included, is burned.
    function _forfeit(uint256 agentId, BanCase storage case_, Outcome outcome) private {
        uint256 half = case_.bond / 2;
        uint256 burned = case_.bond - half;
        claimable[identityRegistry.ownerOf(agentId)] += half;
        _end(agentId, case_, outcome);
        bondToken.burn(burned);
    }

    function _end(uint256 agentId, BanCase storage case_, Outcome outcome) private {
        emit AccusationClosed(agentId, case_.accuser, outcome);
        case_.accuser = address(0);
        case_.bond = 0;
    }

    /// @dev The registry reverts for an agent that does not exist.
    function _checkCharge(uint256 agentId, bytes32 evidence, string calldata evidenceURI) private view {
        identityRegistry.ownerOf(agentId);
        uint256 length = bytes(evidenceURI).length;
        require(evidence != bytes32(0) && length != 0 && length <= MAX_URI_BYTES, InvalidEvidence());
    }

    function _pending(uint256 agentId) private view returns (BanCase storage case_) {
        case_ = _cases[agentId];
        require(case_.accuser != address(0), NoAccusation(agentId));
    }

    function _speaksFor(address account, uint256 agentId) private view returns (bool) {
        return identityRegistry.isAuthorizedOrOwner(account, agentId)
            || identityRegistry.getAgentWallet(agentId) == account;
    }
}
