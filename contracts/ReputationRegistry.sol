// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {AGREEMENT_WORDS, Agreement, IIntentEscrow} from "./interfaces/IIntentEscrow.sol";
import {IReputationRegistry, ReferenceToken} from "./interfaces/IReputationRegistry.sol";
import {AgreementCodec} from "./libraries/AgreementCodec.sol";
import {MarkBook} from "./libraries/MarkBook.sol";
import {Credit, Scores, Tally} from "./libraries/Scores.sol";
import {FeedbackBook} from "./reputation/FeedbackBook.sol";
import {FeedbackReader} from "./reputation/FeedbackReader.sol";

/// @title ReputationRegistry
/// @notice See {IReputationRegistry}. Nobody administers it. It holds no money, and calls nobody but the escrow and
/// the identity registry.
/// @dev Storage, besides that of {FeedbackBook}:
/// - `unitOf`: token => minor units per unit of weight; written at deployment only.
/// - `_rated`: the agreements that have served, by buyer and nonce.
/// - `_credits`: agent id => owner => one slot: weight (8 bytes), points (10).
/// - `_tallies`: agent id => one slot, full: weight (8 bytes), points (10), count (4), volume (10).
contract ReputationRegistry is FeedbackReader {
    using AgreementCodec for bytes32[AGREEMENT_WORDS];
    using MarkBook for MarkBook.Book;
    using Scores for Tally;

    /// Feedback on an agreement, on its way into the score.
    struct Rated {
        uint256 agentId;
        uint64 index;
        bytes32 agreement;
        address owner;
        uint32 weight;
        uint16 rating;
        /// What was paid, fee included, in units of weight.
        uint256 volume;
    }

    /// @inheritdoc IReputationRegistry
    uint16 public constant PRIOR_RATING = 5000;
    uint256 private constant BPS = Scores.BPS;

    /// @inheritdoc IReputationRegistry
    IIntentEscrow public immutable escrow;
    /// @inheritdoc IReputationRegistry
    uint32 public immutable ownerCap;
    /// @inheritdoc IReputationRegistry
    uint64 public immutable priorWeight;

    /// @inheritdoc IReputationRegistry
    mapping(address token => uint128) public unitOf;
    MarkBook.Book private _rated;
    mapping(uint256 agentId => mapping(address owner => Credit)) private _credits;
    mapping(uint256 agentId => Tally) private _tallies;

    /// @param escrow_ The escrow, whose identity registry is that of this contract too.
    /// @param tokens The tokens whose fees count.
    /// @param cap The most that one owner's feedback about an agent weighs.
    /// @param priorWeight_ The weight of the prior, at least the cap.
    constructor(IIntentEscrow escrow_, ReferenceToken[] memory tokens, uint32 cap, uint64 priorWeight_)
        FeedbackBook(escrow_.identityRegistry())
    {
        require(cap != 0 && cap <= priorWeight_, InvalidWeights(cap, priorWeight_));
        escrow = escrow_;
        ownerCap = cap;
        priorWeight = priorWeight_;
        for (uint256 i = 0; i < tokens.length; ++i) {
            (address token, uint128 unit) = (tokens[i].token, tokens[i].unit);
            require(token != address(0) && unit != 0 && unitOf[token] == 0, InvalidReferenceToken(token, unit));
            unitOf[token] = unit;
        }
    }

    /// @inheritdoc IReputationRegistry
    function giveFeedback(
        uint256 agentId,
        int128 value,
        uint8 valueDecimals,
        string calldata tag1,
        string calldata tag2,
        string calldata endpoint,
        string calldata feedbackURI,
        bytes32 feedbackHash
    ) external {
        require(!_identityRegistry.isAuthorizedOrOwner(msg.sender, agentId), SelfFeedback(msg.sender, agentId));
        uint64 index = _store(agentId, _entry(value, valueDecimals, tag1, tag2));
        _emit(agentId, index, value, valueDecimals, _texts(tag1, tag2, endpoint, feedbackURI, feedbackHash));
    }

    /// @inheritdoc IReputationRegistry
    function giveSettledFeedback(
        bytes32[AGREEMENT_WORDS] calldata agreement,
        int128 value,
        uint8 valueDecimals,
        string calldata tag1,
        string calldata tag2,
        string calldata endpoint,
        string calldata feedbackURI,
        bytes32 feedbackHash
    ) external {
        Rated memory rated = _rate(agreement, value, valueDecimals, tag1, tag2);
        _emit(rated.agentId, rated.index, value, valueDecimals, _texts(tag1, tag2, endpoint, feedbackURI, feedbackHash));
        _count(rated);
    }

    /// @inheritdoc IReputationRegistry
    function revokeFeedback(uint256 agentId, uint64 index) external {
        _requireIndex(agentId, msg.sender, index);
        Feedback storage entry = _feedback[agentId][msg.sender][index];
        (uint8 flags, uint32 weight, uint16 rating) = (entry.flags, entry.weight, entry.rating);
        require(!_isRevoked(flags), AlreadyRevoked(agentId, msg.sender, index));
        entry.flags = flags | REVOKED;
        if (weight != 0) _uncount(agentId, _clientRecords[agentId][msg.sender].owner, weight, rating);
        emit FeedbackRevoked(agentId, msg.sender, index);
    }

    /// @inheritdoc IReputationRegistry
    function scoreOf(uint256 agentId) external view returns (uint64 score, uint64 count, uint128 settledVolume) {
        Tally memory tally = _tallies[agentId];
        return (tally.score(priorWeight, PRIOR_RATING), tally.count, tally.volume);
    }

    /// @inheritdoc IReputationRegistry
    function settlementOf(uint256 agentId, address client, uint64 index)
        external
        view
        returns (address owner, uint32 weight, uint16 rating)
    {
        _requireIndex(agentId, client, index);
        Feedback memory entry = _feedback[agentId][client][index];
        if (entry.flags & SETTLED == 0) return (address(0), 0, 0);
        return (_clientRecords[agentId][client].owner, entry.weight, entry.rating);
    }

    /// @inheritdoc IReputationRegistry
    function isRated(bytes32[AGREEMENT_WORDS] calldata agreement) external view returns (bool) {
        Agreement memory a = agreement.decode();
        return _rated.isMarked(a.buyer, a.nonce, escrow.idOf(agreement));
    }

    /// @dev Stores the feedback and uses the agreement up.
    function _rate(
        bytes32[AGREEMENT_WORDS] calldata packed,
        int128 value,
        uint8 valueDecimals,
        string calldata tag1,
        string calldata tag2
    ) private returns (Rated memory rated) {
        Feedback memory entry = _entry(value, valueDecimals, tag1, tag2);
        Agreement memory agreement = packed.decode();
        rated.agentId = agreement.agentId;
        rated.agreement = _redeem(packed, agreement);
        _weigh(rated, agreement, _toBps(value, valueDecimals));
        rated.owner = _creditOwner(rated.agentId);
        (entry.flags, entry.weight, entry.rating) = (SETTLED, rated.weight, rated.rating);
        rated.index = _store(rated.agentId, entry);
    }

    function _redeem(bytes32[AGREEMENT_WORDS] calldata packed, Agreement memory agreement) private returns (bytes32 id) {
        id = escrow.idOf(packed);
        require(msg.sender == agreement.buyer || msg.sender == agreement.payer, NotClient(msg.sender, id));
        require(_rated.mark(agreement.buyer, agreement.nonce, id), AlreadyRated(id));
    }

    /// @dev What the agreement's fees make of a value in hundredths of a percent.
    function _weigh(Rated memory rated, Agreement memory agreement, uint256 value) private view {
        (IIntentEscrow.Status status, uint256 paid,,,) = escrow.recordOf(rated.agreement);
        uint256 fee = paid * agreement.feeBps / BPS;
        uint256 wholeFee = fee;
        if (status == IIntentEscrow.Status.Resolved || status == IIntentEscrow.Status.Refunded) {
            uint256 price = uint256(agreement.quantity) * agreement.price / agreement.lot;
            wholeFee = price * agreement.feeBps / BPS;
        } else {
            require(status == IIntentEscrow.Status.Settled, AgreementNotEnded(rated.agreement, status));
        }
        require(wholeFee != 0, NoFee(rated.agreement));
        rated.rating = uint16(value * fee / wholeFee);
        uint256 unit = unitOf[agreement.token];
        if (unit == 0) return;
        rated.weight = uint32(Math.min(wholeFee / unit, ownerCap));
        rated.volume = paid / unit;
    }

    /// @dev The owner that the caller's feedback is credited to; with the first feedback, it is written down. Neither it
    /// nor the caller may own the agent. Approval is no matter: the agent's owner gives it, and nobody is asked.
    function _creditOwner(uint256 agentId) private returns (address owner) {
        ClientRecord storage client = _clientRecords[agentId][msg.sender];
        owner = client.owner;
        if (owner == address(0)) {
            (,, owner) = _identityRegistry.bindingOf(msg.sender);
            if (owner == address(0)) owner = msg.sender;
            client.owner = owner;
        }
        address self = _identityRegistry.ownerOf(agentId);
        require(msg.sender != self && owner != self, SelfFeedback(self, agentId));
    }

    function _count(Rated memory rated) private {
        (uint256 agentId, address owner, uint32 weight) = (rated.agentId, rated.owner, rated.weight);
        emit FeedbackSettled(agentId, msg.sender, rated.index, rated.agreement, owner, weight, rated.rating);
        if (weight == 0) return;
        Credit memory previous = _credits[agentId][owner];
        Credit memory current =
            Credit(previous.weight + weight, previous.points + uint80(weight) * rated.rating);
        Tally memory tally = _tallies[agentId];
        tally.replace(previous, current, ownerCap);
        ++tally.count;
        tally.volume = uint80(Math.min(tally.volume + rated.volume, type(uint80).max));
        _credits[agentId][owner] = current;
        _tallies[agentId] = tally;
    }

    function _uncount(uint256 agentId, address owner, uint32 weight, uint16 rating) private {
        Credit memory previous = _credits[agentId][owner];
        Credit memory current = Credit(previous.weight - weight, previous.points - uint80(weight) * rating);
        Tally memory tally = _tallies[agentId];
        tally.replace(previous, current, ownerCap);
        --tally.count;
        _credits[agentId][owner] = current;
        _tallies[agentId] = tally;
    }

    /// @dev A value from 0 to 100 in hundredths of a percent.
    function _toBps(int128 value, uint8 valueDecimals) private pure returns (uint256) {
        uint256 scale = 10 ** uint256(valueDecimals);
        require(value >= 0 && uint128(value) <= 100 * scale, ValueOutOfRange(value, valueDecimals));
        return uint128(value) * 100 / scale;
    }
}
