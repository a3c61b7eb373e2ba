// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IIdentityRegistry} from "./IIdentityRegistry.sol";
import {ITreasury} from "./ITreasury.sol";

/// @dev Words of an agreement's packed form.
uint256 constant AGREEMENT_WORDS = 10;

/// @notice What a buyer and a seller both sign (EIP-712), in this order of members. Amounts of money are minor units.
/// Calls and events have it packed: see {AgreementCodec}.
struct Agreement {
    /// Buys, and says what was delivered.
    address buyer;
    /// The ledger account that pays and is refunded: the buyer's own, or that of the owner of the buyer's agent.
    address payer;
    /// Delivers.
    address seller;
    /// The ledger account that earns the payment.
    address payout;
    /// The token of the payment.
    address token;
    /// The owner of the seller's agent, whose stake answers.
    address staker;
    /// The agent that the seller speaks for; 0 when it speaks for none, and then no stake answers.
    uint64 agentId;
    /// Stake that stays locked until the agreement ends; 0 when none is asked for.
    uint96 exposure;
    /// How much is sold, in the unit of the terms (energy: Wh).
    uint64 quantity;
    /// What one lot costs.
    uint64 price;
    /// How much of the quantity one price buys (energy: 1000 Wh).
    uint96 lot;
    /// The protocol's fee in hundredths of a percent, out of what the seller earns; the escrow's.
    uint16 feeBps;
    /// What a party loses that fails at the last stage, in hundredths of a percent: the buyer of the payment, the
    /// seller of the exposure.
    uint16 penaltyBps;
    /// What the payer pays to whoever submits the agreement, on top of the payment.
    uint96 relayFee;
    /// The key epoch of the buyer's agent; counts when its owner pays, otherwise 0.
    uint32 buyerEpoch;
    /// The key epoch of the seller's agent; 0 when the seller speaks for none.
    uint32 sellerEpoch;
    /// Last second (Unix time) at which it may be submitted.
    uint64 expiry;
    /// Last second at which a delivery may be reported; after it, anybody may have the payer refunded. 0: a spot
    /// trade, settled when it is submitted.
    uint64 deadline;
    /// EIP-712 hash of the intent that it answers.
    bytes32 intentHash;
    /// EIP-712 struct hash of the terms that only the parties know.
    bytes32 termsHash;
    /// Makes two otherwise equal agreements different. Of a spot trade: one of the buyer's, used once.
    uint128 nonce;
    /// EIP-712 struct hash of the {Conditions}. The signed type nests the struct itself.
    bytes32 conditions;
}

/// @notice What holds when an agreement does not simply go well. Revealed when a call needs it.
struct Conditions {
    /// Rules on disputes; zero when a dispute ends with the split at once.
    address arbitrator;
    /// The key of the seller's meter, zero when there is none.
    address meter;
    /// Begin of the delivery (Unix time): from here on, cancelling costs the penalty.
    uint64 start;
    /// End of the delivery: neither the buyer's window nor a meter reading comes before.
    uint64 end;
    /// From here to the start, cancelling costs `lateBps`; before, nothing.
    uint64 lateFrom;
    uint16 lateBps;
    /// Seconds that the buyer has for a dispute, from the later of delivery report and end of the delivery.
    uint32 window;
    /// The seller's share of what is contested, in hundredths of a percent, when nobody rules.
    uint16 splitBps;
    /// What one lot costs elsewhere: what the meter misses, the seller makes good at this price.
    uint64 retail;
}

/// @title Escrow of agreements between agents
/// @notice Takes a payment when both sides have signed an agreement, and pays it out as the buyer releases it, as the
/// seller's meter says, when the buyer lets its window pass in silence, or as an arbitrator rules; it gives back what
/// was not delivered.
///
/// None -> Open -> Settled | Refunded | Cancelled, Open -> Delivered -> Settled | Refunded | Disputed | Resolved,
/// Disputed -> Resolved, None -> Revoked; no other way, and no way back. Every state ends by time and without
/// anybody's goodwill: Open is refunded after the deadline, Delivered is paid after the window, Disputed is split
/// after the longest arbitration. Nobody can pause any of it.
///
/// Parties sign with a key (ECDSA, 65 bytes) or, when they are contracts, answer ERC-1271.
interface IIntentEscrow is IERC5267 {
    /// @notice Where an agreement stands. From Settled on, all are final.
    enum Status {
        None,
        Open,
        Delivered,
        Disputed,
        Settled,
        Refunded,
        Cancelled,
        Resolved,
        Revoked
    }

    /// @notice How a payment is taken that is not in the ledger yet: by an EIP-2612 permit for the treasury, or by an
    /// EIP-3009 `ReceiveWithAuthorization` for the treasury. The buyer's signature under the agreement consents to any.
    ///
    /// A funding is packed: kind (1 byte), amount (16 bytes), until (8), its signature. Permit: the minor units that it
    /// allows, and its deadline. Authorization: it counts after the one second and before the other; its value is what
    /// the payer pays, its nonce the agreement's id.
    enum FundingKind {
        Permit,
        Authorization
    }

    /// @notice Emitted when the payment is in escrow and the stake locked.
    event Opened(bytes32 indexed id, address indexed buyer, address indexed seller, bytes32[AGREEMENT_WORDS] agreement);
    /// @notice Emitted when the seller reported a delivery: so much, as the evidence shows.
    event Delivered(
        bytes32 indexed id, address indexed buyer, address indexed seller, uint64 quantity, bytes32 evidence
    );
    /// @notice Emitted when the buyer contests what was reported.
    event Disputed(
        bytes32 indexed id, address indexed buyer, address indexed seller, address arbitrator, uint256 contested
    );
    /// @notice Emitted when money left the escrow or an agreement ended. `paid` went to the payout account and `fee`
    /// to the protocol, on top of what did before; `refunded` went to the payer, `slashed` is stake. Who they are, {Opened} said.
    event Settlement(
        bytes32 indexed id,
        Status status,
        uint256 paid,
        uint256 fee,
        uint256 refunded,
        uint256 slashed,
        bytes32 evidence
    );
    /// @notice Emitted when a party made the agreement impossible to open.
    event Revoked(bytes32 indexed id, address indexed by);
    /// @notice Emitted when a spot trade was settled.
    event Traded(
        bytes32 indexed id,
        address indexed buyer,
        address indexed seller,
        address token,
        address payout,
        uint256 quantity,
        uint256 paid,
        uint256 fee,
        bytes32 intentHash,
        bytes32 termsHash
    );
    /// @notice Emitted when a buyer made nonces of spot trades worthless.
    event NoncesRevoked(address indexed buyer, uint256 indexed word, uint256 mask);

    /// @notice Thrown at deployment when the treasury does not know this contract as a module.
    error NotLedgerModule(address treasury, address escrow);
    /// @notice Thrown at deployment when the fee is above {MAX_FEE_BPS}.
    error FeeTooHigh(uint16 feeBps, uint16 maximum);

    /// @notice Thrown when a funding is too short to be one, or of a kind that there is not.
    error MalformedFunding(uint256 length);
    /// @notice Thrown when the agreement is not in a state that the call needs.
    error UnexpectedStatus(bytes32 id, Status actual);
    /// @notice Thrown when the agreement is submitted after its expiry.
    error AgreementExpired(uint64 expiry, uint256 timestamp);
    /// @notice Thrown when the deadline is not after the expiry, or too far ahead; or when a spot trade has one.
    error InvalidDeadline(uint64 expiry, uint64 deadline, uint256 latest);
    /// @notice Thrown when buyer or payer is the seller.
    error SameParty(address account);
    /// @notice Thrown when the payout account is the zero address, this contract or the treasury.
    error InvalidPayout(address payout);
    /// @notice Thrown when the token is the zero address.
    error InvalidToken(address token);
    /// @notice Thrown when the lot is zero, so that no price can be computed.
    error ZeroLot();
    /// @notice Thrown when quantity and price come to less than one minor unit, or to more than 96 bits.
    error InvalidPayment(uint256 payment);
    /// @notice Thrown when the parties agreed on another fee than this contract takes.
    error FeeMismatch(uint16 agreed, uint16 charged);
    /// @notice Thrown when a share is above the whole, 10,000 hundredths of a percent.
    error ShareTooLarge(uint16 bps);
    /// @notice Thrown when a signature is not one of the account that should have signed.
    error InvalidSignature(address signer);
    /// @notice Thrown when the seller does not speak for the agent, owner and epoch that the agreement names, or
    /// names none and is to be liable.
    error SellerNotBound(address seller, uint64 agentId, uint32 epoch);
    /// @notice Thrown when the payer is neither the buyer nor the owner of the agent, at the epoch that the agreement
    /// names, that the buyer speaks for.
    error PayerNotBound(address buyer, address payer, uint32 epoch);
    /// @notice Thrown when the conditions that are shown are not those that were signed.
    error ConditionsMismatch(bytes32 shown, bytes32 signed);
    /// @notice Thrown when conditions are not in order: lateFrom <= start <= end <= deadline, shares at most the
    /// whole, and a window of at most {MAX_WINDOW}.
    error InvalidConditions();
    /// @notice Thrown when a quantity comes to nothing, is above what was agreed, or is not more than was settled
    /// already; what ends the agreement may be as much.
    error InvalidQuantity(uint64 quantity, uint64 agreed);
    /// @notice Thrown when the caller may not do this.
    error NotParty(address caller);
    /// @notice Thrown when a delivery is reported after the deadline.
    error DeadlinePassed(uint64 deadline, uint256 timestamp);
    /// @notice Thrown when a refund is asked for before the deadline is over.
    error DeadlineNotPassed(uint64 deadline, uint256 timestamp);
    /// @notice Thrown when payment is claimed while the buyer can still dispute.
    error WindowNotPassed(uint256 end, uint256 timestamp);
    /// @notice Thrown when a dispute comes after the window.
    error WindowPassed(uint256 end, uint256 timestamp);
    /// @notice Thrown when a delivery is reported before it can have begun: so long, the buyer may cancel.
    error DeliveryNotStarted(uint64 start, uint256 timestamp);
    /// @notice Thrown when a buyer would cancel what may have been delivered.
    error DeliveryEnded(uint64 end, uint256 timestamp);
    /// @notice Thrown when a meter is read before the delivery has ended.
    error DeliveryNotEnded(uint64 end, uint256 timestamp);
    /// @notice Thrown when an agreement has no meter.
    error NoMeter();
    /// @notice Thrown when nothing is contested.
    error NothingContested();
    /// @notice Thrown when the arbitrator may take longer than {MAX_ARBITRATION}.
    error ArbitratorTooSlow(address arbitrator, uint32 maxDuration);
    /// @notice Thrown when the arbitrator may still rule.
    error RulingPending(address arbitrator, uint256 latest);
    /// @notice Thrown when the nonce of a spot trade was used or revoked.
    error NonceUsed(address buyer, uint256 nonce);

    /// @notice Where payments come from and go to, and where stake is locked.
    function treasury() external view returns (ITreasury);

    /// @notice Who says which agent a key speaks for.
    function identityRegistry() external view returns (IIdentityRegistry);

    /// @notice The fee in hundredths of a percent, out of what a seller earns, rounded down.
    function feeBps() external view returns (uint16);

    /// @notice The id of an agreement: the EIP-712 digest that both parties sign. Should the chain fork and change its
    /// id, agreements keep theirs there, and their exits, while what is signed for the one chain is worthless on the
    /// other.
    function idOf(bytes32[AGREEMENT_WORDS] calldata agreement) external view returns (bytes32);

    /// @notice The EIP-712 struct hash of conditions.
    function hashConditions(Conditions calldata conditions) external pure returns (bytes32);

    /// @notice What a quantity costs: quantity * price / lot, rounded down. Panics when the lot is zero.
    function paymentOf(bytes32[AGREEMENT_WORDS] calldata agreement, uint64 quantity) external pure returns (uint256);

    /// @notice Where an agreement stands.
    function statusOf(bytes32 id) external view returns (Status);

    /// @notice What is known of an agreement.
    /// @return status Where it stands.
    /// @return paid Minor units that left for the seller's side, the fee included.
    /// @return claimed The quantity that the seller reported as delivered.
    /// @return deliveredAt When it did (Unix time), 0 when it has not.
    /// @return disputedAt When the buyer contested it, 0 when it has not.
    function recordOf(bytes32 id)
        external
        view
        returns (Status status, uint96 paid, uint64 claimed, uint40 deliveredAt, uint40 disputedAt);

    /// @notice What came of an agreement: what the seller's side got and what the protocol took, in minor units.
    function receiptOf(bytes32[AGREEMENT_WORDS] calldata agreement) external view returns (Status status, uint256 paid, uint256 fee);

    /// @notice Whether the nonce of a spot trade was used or revoked.
    function isNonceUsed(address buyer, uint256 nonce) external view returns (bool);

    /// @notice Opens an agreement. Anybody who holds both signatures may, and earns the relay fee.
    /// @param agreement What was agreed.
    /// @param buyerSignature The buyer's, also when the buyer is the caller.
    /// @param sellerSignature The seller's, also when the seller is the caller.
    /// @param funding Empty when the payer's ledger balance pays; otherwise a packed funding, see {FundingKind}, and
    /// the payer is the buyer.
    /// @return id The agreement's id.
    function open(
        bytes32[AGREEMENT_WORDS] calldata agreement,
        bytes calldata buyerSignature,
        bytes calldata sellerSignature,
        bytes calldata funding
    ) external returns (bytes32 id);

    /// @notice Pays for a quantity that the buyer has released, as far as it was not paid before. It ends the
    /// agreement when that is all, or when it is the last: then the rest is refunded, and the seller must be the
    /// caller, whom that costs the rest. Until somebody refunds, also after the deadline.
    /// @param agreement What was agreed.
    /// @param quantity What was delivered so far, all in all.
    /// @param last Whether nothing more will come.
    /// @param evidence Hash of what shows the delivery.
    /// @param release The buyer's signature under
    /// `Release(bytes32 agreement,uint64 quantity,bool last,bytes32 evidence)`; may be empty when the buyer calls.
    function settle(
        bytes32[AGREEMENT_WORDS] calldata agreement,
        uint64 quantity,
        bool last,
        bytes32 evidence,
        bytes calldata release
    ) external;

    /// @notice Settles a spot trade, an agreement without deadline and exposure: it pays at once from the payer's
    /// ledger balance, by the buyer's nonce at most once. Anybody who holds both signatures may, and earns the relay
    /// fee. Many of them go into one {Batch-batch}.
    /// @param agreement What was agreed.
    /// @param buyerSignature The buyer's.
    /// @param sellerSignature The seller's.
    function trade(bytes32[AGREEMENT_WORDS] calldata agreement, bytes calldata buyerSignature, bytes calldata sellerSignature)
        external;

    /// @notice Reports a delivery, from its start to the deadline. The buyer's window begins, at the end of the delivery at the
    /// earliest. Reported once.
    /// @param agreement What was agreed.
    /// @param conditions Its conditions.
    /// @param quantity What was delivered, all in all.
    /// @param evidence Hash of what shows it.
    /// @param signature The seller's under `Evidence(bytes32 agreement,uint64 quantity,bytes32 evidence)`; may be
    /// empty when the seller calls.
    function deliver(
        bytes32[AGREEMENT_WORDS] calldata agreement,
        Conditions calldata conditions,
        uint64 quantity,
        bytes32 evidence,
        bytes calldata signature
    ) external;

    /// @notice Pays for what was reported when the buyer was silent through its window, and refunds the rest. Anybody.
    function claim(bytes32[AGREEMENT_WORDS] calldata agreement, Conditions calldata conditions) external;

    /// @notice Settles by what the seller's meter says, after the end of the delivery: pays for what was delivered,
    /// less what the missing quantity costs more elsewhere, and refunds the rest. The penalty's share of the exposure,
    /// in proportion to what is missing, is slashed. When nothing is paid it is a refund. Anybody, once.
    /// @param agreement What was agreed.
    /// @param conditions Its conditions.
    /// @param quantity What the meter counted; more than was agreed counts as what was agreed.
    /// @param reading The meter's signature under `Reading(bytes32 agreement,uint64 quantity)`.
    function settleByMeter(
        bytes32[AGREEMENT_WORDS] calldata agreement,
        Conditions calldata conditions,
        uint64 quantity,
        bytes calldata reading
    ) external;

    /// @notice Contests what was reported, within the window. Without arbitrator the agreed split ends it at once;
    /// otherwise the buyer is the plaintiff, and the caller pays the arbitrator's bond. So the seller cannot call.
    /// @param agreement What was agreed.
    /// @param conditions Its conditions.
    /// @param signature The buyer's under `Dispute(bytes32 agreement)`, which it may leave with a watchtower; may be
    /// empty when buyer or payer calls.
    function dispute(bytes32[AGREEMENT_WORDS] calldata agreement, Conditions calldata conditions, bytes calldata signature) external;

    /// @notice Pays what was contested as the arbitrator ruled, and slashes the exposure by the share that the seller
    /// lost, in proportion to what was contested of the whole; or, when the arbitrator stayed silent, by the agreed split. Anybody.
    function resolve(bytes32[AGREEMENT_WORDS] calldata agreement, Conditions calldata conditions) external;

    /// @notice Refunds what was not paid, after the deadline, when no delivery was reported. Anybody. The penalty's
    /// share of the exposure, in proportion to what is missing, is slashed.
    function refund(bytes32[AGREEMENT_WORDS] calldata agreement) external;

    /// @notice Ends an open agreement by a party, which pays by the stage: the buyer of what is in escrow, only
    /// before the end of the delivery, and once it has begun not less than the part of it that is over; the seller of
    /// its exposure. A seller may also take back what it reported; that counts as the last stage. At the last stage,
    /// a seller's cancellation is a refund: it has failed, and can be rated.
    function cancel(bytes32[AGREEMENT_WORDS] calldata agreement, Conditions calldata conditions) external;

    /// @notice Makes signatures under an agreement worthless before it is opened. Buyer, payer or seller. Spot trades
    /// have {revokeNonces}.
    function revoke(bytes32[AGREEMENT_WORDS] calldata agreement) external;

    /// @notice Makes nonces of the caller's spot trades worthless: those of the 256 from word * 256 on whose bit is
    /// set.
    function revokeNonces(uint256 word, uint256 mask) external;
}
