// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IIdentityRegistry} from "./IIdentityRegistry.sol";
import {ILedger} from "./ILedger.sol";
import {IStakeVault} from "./IStakeVault.sol";

/// @notice What a buyer and a seller both sign (EIP-712), in this order of fields. Amounts of money are minor units.
struct Agreement {
    /// Pays.
    address buyer;
    /// Delivers; the stake of the agent that it speaks for is locked.
    address seller;
    /// The ledger account that earns the payment.
    address payout;
    /// The token of the payment.
    address token;
    /// How much is sold, in the unit of the terms (energy: Wh).
    uint64 quantity;
    /// What one lot costs.
    uint64 price;
    /// How much of the quantity one price buys (energy: 1000 Wh).
    uint64 lot;
    /// Stake of the seller that stays locked until the agreement ends; 0 when none is asked for.
    uint128 exposure;
    /// The protocol's fee in hundredths of a percent, out of the payment; the escrow's.
    uint16 feeBps;
    /// Last second (Unix time) at which it may be opened.
    uint64 expiry;
    /// Last second at which nothing but settlement can end it; after it, anybody may have the buyer refunded.
    uint64 deadline;
    /// EIP-712 hash of the intent that it answers.
    bytes32 intentHash;
    /// EIP-712 struct hash of the terms that only the parties know.
    bytes32 termsHash;
    /// Makes two otherwise equal agreements different.
    uint256 nonce;
}

/// @title Escrow of agreements between agents
/// @notice Takes a payment when buyer and seller have both signed an agreement, pays it out when the buyer releases
/// it, and gives it back after the deadline when the buyer has not.
///
/// None -> Open -> Settled | Refunded, or None -> Cancelled; no other way, and no way back. No state waits for
/// somebody's goodwill for ever: after the deadline anybody may refund. In this version the buyer's release is the
/// only proof of delivery, so a seller extends credit to the buyer's honesty until then.
///
/// Buyer and seller sign with a key (ECDSA, 65 bytes) or, when they are contracts, answer ERC-1271.
interface IIntentEscrow is IERC5267 {
    /// @notice Where an agreement stands. Settled, Refunded and Cancelled are final.
    enum Status {
        None,
        Open,
        Settled,
        Refunded,
        Cancelled
    }

    /// @notice Where the payment comes from: the buyer's ledger balance, an EIP-2612 permit for the ledger, or an
    /// EIP-3009 `ReceiveWithAuthorization` for the ledger.
    enum FundingKind {
        Balance,
        Permit,
        Authorization
    }

    /// @notice How the payment is taken. The buyer's signature under the agreement consents to any of them.
    struct Funding {
        FundingKind kind;
        /// Permit: minor units that it allows.
        uint256 value;
        /// Authorization: counts after this second.
        uint256 validAfter;
        /// Authorization: counts before this second. Permit: its deadline.
        uint256 validBefore;
        /// Permit, Authorization: its signature, 65 bytes. The nonce of an authorisation is the agreement's id.
        bytes signature;
    }

    /// @notice Emitted when the payment is in escrow and the stake locked.
    event Opened(bytes32 indexed id, address indexed buyer, address indexed seller, Agreement agreement);
    /// @notice Emitted when the payment was earned: `paid` went to the payout account, `fee` to the protocol.
    event Settled(
        bytes32 indexed id, address indexed buyer, address indexed seller, uint256 paid, uint256 fee, bytes32 evidence
    );
    /// @notice Emitted when the buyer got the payment back.
    event Refunded(bytes32 indexed id, address indexed buyer, address indexed seller, uint256 amount);
    /// @notice Emitted when a party made the agreement impossible to open.
    event Cancelled(bytes32 indexed id, address indexed by);

    /// @notice Thrown at deployment when the ledger does not know this contract as a module.
    error NotLedgerModule(address ledger, address escrow);
    /// @notice Thrown at deployment when the vault asks another registry who owns an agent.
    error RegistryMismatch(address vaultRegistry, address registry);
    /// @notice Thrown at deployment when the fee is above {MAX_FEE_BPS}.
    error FeeTooHigh(uint16 feeBps, uint16 maximum);
    /// @notice Thrown at deployment when a fee would go to nobody, or to this contract.
    error InvalidFeeRecipient(address feeRecipient);

    /// @notice Thrown when the agreement is not in the state that the call needs.
    error UnexpectedStatus(bytes32 id, Status actual, Status required);
    /// @notice Thrown when the agreement is opened after its expiry.
    error AgreementExpired(uint64 expiry, uint256 timestamp);
    /// @notice Thrown when the deadline is not after the expiry, or more than {MAX_DURATION} after it.
    error InvalidDeadline(uint64 expiry, uint64 deadline);
    /// @notice Thrown when buyer and seller are the same account.
    error SameParty(address account);
    /// @notice Thrown when the payout account is the zero address or this contract.
    error InvalidPayout(address payout);
    /// @notice Thrown when the token is the zero address.
    error InvalidToken(address token);
    /// @notice Thrown when the lot is zero, so that no price can be computed.
    error ZeroLot();
    /// @notice Thrown when quantity and price come to less than one minor unit.
    error ZeroPayment();
    /// @notice Thrown when the parties agreed on another fee than this contract takes.
    error FeeMismatch(uint16 agreed, uint16 charged);
    /// @notice Thrown when a signature is not one of the account that should have signed.
    error InvalidSignature(address signer);
    /// @notice Thrown when stake is asked for and the seller speaks for no agent.
    error SellerNotBound(address seller);
    /// @notice Thrown when the caller is neither the buyer nor the seller.
    error NotParty(address caller);
    /// @notice Thrown when a refund is asked for before the deadline is over.
    error DeadlineNotPassed(uint64 deadline, uint256 timestamp);

    /// @notice Where payments come from and go to.
    function ledger() external view returns (ILedger);

    /// @notice Where stake is locked.
    function vault() external view returns (IStakeVault);

    /// @notice Who says which agent a seller speaks for.
    function identityRegistry() external view returns (IIdentityRegistry);

    /// @notice The ledger account that earns the fees.
    function feeRecipient() external view returns (address);

    /// @notice The fee in hundredths of a percent, out of the payment, rounded down.
    function feeBps() external view returns (uint16);

    /// @notice The id of an agreement: the EIP-712 digest that both parties sign.
    function idOf(Agreement calldata agreement) external view returns (bytes32);

    /// @notice What the buyer pays: quantity * price / lot, rounded down. Panics when the lot is zero.
    function paymentOf(Agreement calldata agreement) external pure returns (uint256);

    /// @notice Where an agreement stands.
    function statusOf(bytes32 id) external view returns (Status);

    /// @notice When an agreement was opened (Unix time), 0 when it was not.
    function openedAt(bytes32 id) external view returns (uint64);

    /// @notice Opens an agreement. Anybody who holds both signatures may.
    /// @param agreement What was agreed.
    /// @param buyerSignature The buyer's, also when the buyer is the caller.
    /// @param sellerSignature The seller's, also when the seller is the caller.
    /// @param funding How the payment is taken.
    /// @return id The agreement's id.
    function open(
        Agreement calldata agreement,
        bytes calldata buyerSignature,
        bytes calldata sellerSignature,
        Funding calldata funding
    ) external returns (bytes32 id);

    /// @notice Pays the seller and frees its stake, while open: also after the deadline, until somebody refunds.
    /// @param agreement What was agreed.
    /// @param evidence Hash of what shows the delivery.
    /// @param release The buyer's signature under `Release(bytes32 agreement,bytes32 evidence)`; may be empty when
    /// the buyer is the caller.
    function settle(Agreement calldata agreement, bytes32 evidence, bytes calldata release) external;

    /// @notice Gives the payment back and frees the stake, after the deadline. Anybody may.
    /// @param agreement What was agreed.
    function refund(Agreement calldata agreement) external;

    /// @notice Makes signatures under an agreement worthless before it is opened. Buyer or seller.
    /// @param agreement What was, or might be, agreed.
    function cancel(Agreement calldata agreement) external;
}
