// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Batch} from "./escrow/Batch.sol";
import {Funding} from "./escrow/Funding.sol";
import {SpotTrades} from "./escrow/SpotTrades.sol";
import {EscrowBase} from "./escrow/EscrowBase.sol";
import {IArbitrator, Case} from "./interfaces/IArbitrator.sol";
import {AGREEMENT_WORDS, Agreement, Conditions, IIntentEscrow} from "./interfaces/IIntentEscrow.sol";
import {ITreasury} from "./interfaces/ITreasury.sol";
import {AgreementCodec} from "./libraries/AgreementCodec.sol";
import {AgreementHash} from "./libraries/AgreementHash.sol";
import {AgreementTerms} from "./libraries/AgreementTerms.sol";
import {Periods} from "./libraries/Periods.sol";

/// @title IntentEscrow
/// @notice See {IIntentEscrow}. Nobody administers it, pauses it or changes its fee.
/// @dev Storage, after that of {SpotTrades}: `_records`, agreement id => one slot: status (1 byte), deliveredAt (5),
/// disputedAt (5), claimed (8), paid (12). The agreement itself is passed again with every call and known by its hash;
/// its conditions are shown only to calls that need them, and known by the hash in the agreement. The payments of all
/// open agreements, less what was paid, are what the ledger holds for this contract.
contract IntentEscrow is Funding, SpotTrades, Batch {
    using AgreementCodec for bytes32[AGREEMENT_WORDS];
    using AgreementHash for Conditions;
    using AgreementTerms for Agreement;
    using AgreementTerms for Conditions;
    using AgreementTerms for uint256;

    struct Record {
        Status status;
        uint40 deliveredAt;
        uint40 disputedAt;
        uint64 claimed;
        uint96 paid;
    }

    /// @notice The longest time, in seconds, from now to the deadline of an agreement that is opened.
    uint64 public constant MAX_DURATION = Periods.MAX_DURATION;
    /// @notice The longest time, in seconds, that a buyer may have for a dispute.
    uint32 public constant MAX_WINDOW = Periods.MAX_WINDOW;
    /// @notice The longest time, in seconds, from a dispute to its end.
    uint32 public constant MAX_ARBITRATION = Periods.MAX_ARBITRATION;
    /// @notice Gas that an arbitrator gets to say its ruling.
    uint256 public constant RULING_GAS = 200_000;

    mapping(bytes32 id => Record) private _records;

    /// @dev See {EscrowBase}.
    constructor(ITreasury treasury_, uint16 feeBps_, bytes32 salt) EscrowBase(treasury_, feeBps_, salt) {}

    /// @inheritdoc IIntentEscrow
    function open(
        bytes32[AGREEMENT_WORDS] calldata agreement,
        bytes calldata buyerSignature,
        bytes calldata sellerSignature,
        bytes calldata funding
    ) external nonReentrant returns (bytes32 id) {
        Agreement memory a = agreement.decode();
        id = _idOf(a);
        Record storage record = _records[id];
        require(record.status == Status.None, UnexpectedStatus(id, record.status));
        uint256 latest = block.timestamp + MAX_DURATION;
        require(a.deadline > a.expiry && a.deadline <= latest, InvalidDeadline(a.expiry, a.deadline, latest));
        uint256 payment = _checkTerms(a);
        _checkSeller(a);
        _checkSignatures(id, a, buyerSignature, sellerSignature);

        record.status = Status.Open;
        emit Opened(id, a.buyer, a.seller, agreement);
        if (a.exposure != 0) treasury.lock(a.agentId, a.staker, a.exposure);
        _takePayment(id, a, payment, funding);
        if (a.relayFee != 0) treasury.give(a.token, msg.sender, a.relayFee, 0);
    }

    /// @inheritdoc IIntentEscrow
    function settle(bytes32[AGREEMENT_WORDS] calldata agreement, uint64 quantity, bool last, bytes32 evidence, bytes calldata release)
        external
        nonReentrant
    {
        Agreement memory a = agreement.decode();
        bytes32 id = _idOf(a);
        Record storage record = _liveRecord(id);
        if (msg.sender != a.buyer || release.length != 0) {
            _checkSignature(a.buyer, _digest(AgreementHash.hashRelease(id, quantity, last, evidence)), release);
        }
        _settle(id, a, record, quantity, last, evidence);
    }

    /// @inheritdoc IIntentEscrow
    function deliver(
        bytes32[AGREEMENT_WORDS] calldata agreement,
        Conditions memory c,
        uint64 quantity,
        bytes32 evidence,
        bytes calldata signature
    ) external {
        Agreement memory a = agreement.decode();
        bytes32 id = _idOf(a);
        Record storage record = _records[id];
        require(record.status == Status.Open, UnexpectedStatus(id, record.status));
        _checkConditions(a, c);
        require(block.timestamp >= c.start, DeliveryNotStarted(c.start, block.timestamp));
        require(block.timestamp <= a.deadline, DeadlinePassed(a.deadline, block.timestamp));
        require(quantity != 0 && quantity <= a.quantity, InvalidQuantity(quantity, a.quantity));
        if (msg.sender != a.seller || signature.length != 0) {
            _checkSignature(a.seller, _digest(AgreementHash.hashEvidence(id, quantity, evidence)), signature);
        }
        (record.status, record.deliveredAt, record.claimed) = (Status.Delivered, uint40(block.timestamp), quantity);
        emit Delivered(id, a.buyer, a.seller, quantity, evidence);
    }

    /// @inheritdoc IIntentEscrow
    function claim(bytes32[AGREEMENT_WORDS] calldata agreement, Conditions memory c) external nonReentrant {
        Agreement memory a = agreement.decode();
        bytes32 id = _idOf(a);
        Record storage record = _recordIn(id, Status.Delivered);
        _checkConditions(a, c);
        uint256 end = c.windowEnd(record.deliveredAt);
        require(block.timestamp > end, WindowNotPassed(end, block.timestamp));
        _advance(id, a, record, _claimedPayment(a, record), Status.Settled, 0, 0);
    }

    /// @inheritdoc IIntentEscrow
    function settleByMeter(bytes32[AGREEMENT_WORDS] calldata agreement, Conditions memory c, uint64 quantity, bytes calldata reading)
        external
        nonReentrant
    {
        Agreement memory a = agreement.decode();
        bytes32 id = _idOf(a);
        Record storage record = _liveRecord(id);
        _checkConditions(a, c);
        require(c.meter != address(0), NoMeter());
        require(block.timestamp >= c.end, DeliveryNotEnded(c.end, block.timestamp));
        _checkSignature(c.meter, _digest(AgreementHash.hashReading(id, quantity)), reading);
        uint256 due = a.meteredPayment(c, quantity);
        if (due < record.paid) due = record.paid;
        Status status = due == 0 ? Status.Refunded : Status.Settled;
        uint256 slashed = _exposed(a, a.penaltyBps, _missing(a, record, quantity));
        _advance(id, a, record, due, status, slashed, bytes32(uint256(quantity)));
    }

    /// @inheritdoc IIntentEscrow
    function dispute(bytes32[AGREEMENT_WORDS] calldata agreement, Conditions memory c, bytes calldata signature) external nonReentrant {
        Agreement memory a = agreement.decode();
        bytes32 id = _idOf(a);
        Record storage record = _recordIn(id, Status.Delivered);
        _checkConditions(a, c);
        require(msg.sender != a.seller, NotParty(msg.sender));
        uint256 end = c.windowEnd(record.deliveredAt);
        require(block.timestamp <= end, WindowPassed(end, block.timestamp));
        if ((msg.sender != a.buyer && msg.sender != a.payer) || signature.length != 0) {
            _checkSignature(a.buyer, _digest(AgreementHash.hashDispute(id)), signature);
        }
        uint256 contested = _claimedPayment(a, record) - record.paid;
        require(contested != 0, NothingContested());
        emit Disputed(id, a.buyer, a.seller, c.arbitrator, contested);
        if (c.arbitrator == address(0)) {
            _advance(id, a, record, record.paid + contested.share(c.splitBps), Status.Resolved, 0, 0);
            return;
        }
        (record.status, record.disputedAt) = (Status.Disputed, uint40(block.timestamp));
        uint32 duration = IArbitrator(c.arbitrator).maxDuration();
        require(duration <= MAX_ARBITRATION, ArbitratorTooSlow(c.arbitrator, duration));
        IArbitrator(c.arbitrator).createDispute(
            Case(id, a.buyer, a.seller, a.payer, a.staker, msg.sender, a.token, uint128(contested))
        );
    }

    /// @inheritdoc IIntentEscrow
    function resolve(bytes32[AGREEMENT_WORDS] calldata agreement, Conditions memory c) external nonReentrant {
        Agreement memory a = agreement.decode();
        bytes32 id = _idOf(a);
        Record storage record = _recordIn(id, Status.Disputed);
        _checkConditions(a, c);
        uint256 contested = _claimedPayment(a, record) - record.paid;
        (IArbitrator.Ruling ruling, uint256 bps) = _rulingOf(c.arbitrator, id);
        uint256 slashed;
        if (ruling == IArbitrator.Ruling.Ruled) {
            slashed = _exposed(a, AgreementTerms.WHOLE - bps, contested);
        } else {
            uint256 latest = uint256(record.disputedAt) + MAX_ARBITRATION;
            bool silent = ruling == IArbitrator.Ruling.Silent || block.timestamp > latest;
            require(silent, RulingPending(c.arbitrator, latest));
            bps = c.splitBps;
        }
        _advance(id, a, record, record.paid + contested.share(bps), Status.Resolved, slashed, 0);
    }

    /// @inheritdoc IIntentEscrow
    function refund(bytes32[AGREEMENT_WORDS] calldata agreement) external nonReentrant {
        Agreement memory a = agreement.decode();
        bytes32 id = _idOf(a);
        Record storage record = _recordIn(id, Status.Open);
        require(block.timestamp > a.deadline, DeadlineNotPassed(a.deadline, block.timestamp));
        _advance(id, a, record, record.paid, Status.Refunded, _exposed(a, a.penaltyBps, _unpaid(a, record)), 0);
    }

    /// @inheritdoc IIntentEscrow
    function cancel(bytes32[AGREEMENT_WORDS] calldata agreement, Conditions memory c) external nonReentrant {
        Agreement memory a = agreement.decode();
        bytes32 id = _idOf(a);
        Record storage record = _liveRecord(id);
        _checkConditions(a, c);
        if (msg.sender == a.seller) {
            bool isLate = record.status == Status.Delivered || block.timestamp >= c.start;
            uint256 bps = isLate ? a.penaltyBps : a.stageBps(c, block.timestamp);
            Status status = isLate ? Status.Refunded : Status.Cancelled;
            _advance(id, a, record, record.paid, status, _exposed(a, bps, _unpaid(a, record)), 0);
            return;
        }
        require(msg.sender == a.buyer || msg.sender == a.payer, NotParty(msg.sender));
        require(record.status == Status.Open, UnexpectedStatus(id, record.status));
        require(block.timestamp < c.end, DeliveryEnded(c.end, block.timestamp));
        uint256 owed = _unpaid(a, record).share(a.buyerStageBps(c, block.timestamp));
        _advance(id, a, record, record.paid + owed, Status.Cancelled, 0, 0);
    }

    /// @inheritdoc IIntentEscrow
    function revoke(bytes32[AGREEMENT_WORDS] calldata agreement) external {
        Agreement memory a = agreement.decode();
        require(a.deadline != 0, InvalidDeadline(a.expiry, 0, 0));
        bool isParty = msg.sender == a.buyer || msg.sender == a.payer || msg.sender == a.seller;
        require(isParty, NotParty(msg.sender));
        bytes32 id = _idOf(a);
        require(_records[id].status == Status.None, UnexpectedStatus(id, _records[id].status));
        _records[id].status = Status.Revoked;
        emit Revoked(id, msg.sender);
    }

    /// @inheritdoc IIntentEscrow
    function hashConditions(Conditions memory c) external pure returns (bytes32) {
        return c.hash();
    }

    /// @inheritdoc IIntentEscrow
    function statusOf(bytes32 id) external view returns (Status) {
        return _records[id].status;
    }

    /// @inheritdoc IIntentEscrow
    function recordOf(bytes32 id)
        external
        view
        returns (Status status, uint96 paid, uint64 claimed, uint40 deliveredAt, uint40 disputedAt)
    {
        Record memory record = _records[id];
        return (record.status, record.paid, record.claimed, record.deliveredAt, record.disputedAt);
    }

    /// @inheritdoc IIntentEscrow
    function receiptOf(bytes32[AGREEMENT_WORDS] calldata agreement) external view returns (Status status, uint256 paid, uint256 fee) {
        Agreement memory a = agreement.decode();
        Record storage record = _records[_idOf(a)];
        fee = uint256(record.paid).share(feeBps);
        return (record.status, record.paid - fee, fee);
    }

    function _settle(
        bytes32 id,
        Agreement memory a,
        Record storage record,
        uint64 quantity,
        bool last,
        bytes32 evidence
    ) private {
        uint256 due = a.paymentFor(quantity);
        bool ends = quantity == a.quantity || last;
        uint256 least = ends && record.paid != 0 ? record.paid : uint256(record.paid) + 1;
        require(quantity <= a.quantity && due >= least, InvalidQuantity(quantity, a.quantity));
        Status status = record.status;
        if (ends) {
            require(quantity == a.quantity || msg.sender == a.seller, NotParty(msg.sender));
            status = Status.Settled;
        }
        _advance(id, a, record, due, status, 0, evidence);
    }

    /// @dev Pays the seller's side so that it has earned `total` of the agreement, all in all. Unless it goes on, the
    /// payer gets the rest, and the exposure, less what is slashed, is free again. State first, then money, then
    /// stake; none of the three can be kept from ending by anybody. Fees are rounded down on the sum, so that they do
    /// not depend on how many payments it came in.
    function _advance(
        bytes32 id,
        Agreement memory a,
        Record storage record,
        uint256 total,
        Status status,
        uint256 slashed,
        bytes32 evidence
    ) private {
        uint256 before = record.paid;
        (record.status, record.paid) = (status, uint96(total));
        uint256 fee = total.share(feeBps) - before.share(feeBps);
        uint256 paid = total - before - fee;
        uint256 refunded;
        if (status >= Status.Settled) {
            refunded = _unpaid(a, record);
            if (refunded != 0) treasury.give(a.token, a.payer, refunded, 0);
            if (slashed != 0) treasury.slash(a.agentId, a.staker, slashed, a.payer);
            _pay(a, paid, fee, a.exposure - slashed);
        } else {
            _pay(a, paid, fee, 0);
        }
        emit Settlement(id, status, paid, fee, refunded, slashed, evidence);
    }

    /// @dev Pays the seller's side, and frees what is left of its exposure in the same call.
    function _pay(Agreement memory a, uint256 paid, uint256 fee, uint256 unlocked) private {
        if (unlocked != 0) treasury.giveAndUnlock(a.token, a.payout, paid, fee, a.agentId, a.staker, unlocked);
        else if (paid + fee != 0) treasury.give(a.token, a.payout, paid, fee);
    }

    /// @dev What was reported comes to, and not less than what the buyer has released.
    function _claimedPayment(Agreement memory a, Record storage record) private view returns (uint256 payment) {
        payment = a.paymentFor(record.claimed);
        if (payment < record.paid) payment = record.paid;
    }

    /// @dev What is lacking of the price of the whole when a meter counted so much; what was released is not.
    function _missing(Agreement memory a, Record storage record, uint64 quantity) private view returns (uint256) {
        if (quantity >= a.quantity) return 0;
        return a.paymentFor(a.quantity) - Math.max(a.paymentFor(quantity), record.paid);
    }

    function _unpaid(Agreement memory a, Record storage record) private view returns (uint256) {
        return a.paymentFor(a.quantity) - record.paid;
    }

    /// @dev A share of the exposure, in proportion to the part of the payment that it is about.
    function _exposed(Agreement memory a, uint256 bps, uint256 amount) private pure returns (uint256) {
        return uint256(a.exposure).share(bps) * amount / a.paymentFor(a.quantity);
    }

    /// @dev What an arbitrator says, whatever it is: one that reverts or answers nonsense has not ruled. It gets its
    /// gas for certain, so that nobody can starve it into silence.
    function _rulingOf(address arbitrator, bytes32 id) private view returns (IArbitrator.Ruling, uint256) {
        _requireGas(RULING_GAS);
        bytes memory question = abi.encodeCall(IArbitrator.rulingOf, (address(this), id));
        bool answered;
        uint256 ruling;
        uint256 bps;
        assembly ("memory-safe") {
            answered := staticcall(RULING_GAS, arbitrator, add(question, 0x20), mload(question), 0, 0x40)
            answered := and(answered, eq(returndatasize(), 0x40))
            ruling := mload(0)
            bps := mload(0x20)
        }
        if (!answered || ruling > uint256(type(IArbitrator.Ruling).max) || bps > AgreementTerms.WHOLE) {
            return (IArbitrator.Ruling.Pending, 0);
        }
        return (IArbitrator.Ruling(ruling), bps);
    }

    function _checkConditions(Agreement memory a, Conditions memory c) private pure {
        bytes32 shown = c.hash();
        require(shown == a.conditions, ConditionsMismatch(shown, a.conditions));
        require(a.inOrder(c), InvalidConditions());
    }

    function _recordIn(bytes32 id, Status required) private view returns (Record storage record) {
        record = _records[id];
        require(record.status == required, UnexpectedStatus(id, record.status));
    }

    /// @dev What can still be settled.
    function _liveRecord(bytes32 id) private view returns (Record storage record) {
        record = _records[id];
        require(record.status == Status.Open || record.status == Status.Delivered, UnexpectedStatus(id, record.status));
    }
}
