// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {ILedger} from "./ILedger.sol";

/// @notice The rules of one energy market. Its id is the hash of them all, so they never change, and whoever signs
/// an order signs them. Prices are minor units of the token per kWh, energy is Wh, times are seconds.
struct Market {
    /// The community: admits and dismisses members, and does nothing else.
    address admin;
    /// What is paid with; balances are those of the ledger.
    address token;
    /// Registers the meter keys of members, and does nothing else.
    address attester;
    /// The ledger account that answers for deviations; it has consented.
    address balancing;
    /// The ledger account that earns tariffs and roundings.
    address feeAccount;
    /// Slot n is the time from n * slotLength on, up to (n + 1) * slotLength.
    uint32 slotLength;
    /// The gate of a slot closes so long before it begins.
    uint32 gateLead;
    /// Readings of a slot count until so long after its end.
    uint32 readingWindow;
    /// The lowest and the highest price that an order may name.
    int64 minPrice;
    int64 maxPrice;
    /// What a seller pays for energy that it sold and did not export.
    uint64 retailPrice;
    /// What the balancing account pays a seller for energy that it exported beyond what it sold.
    uint64 excessPrice;
    /// The most that one account can order, and be metered for, in one slot.
    uint64 capacity;
}

/// @notice What an account holds after its slot was cleared: a leaf of the slot's Merkle tree.
struct Position {
    /// Place of the order in the sequence of the slot's orders, from 0.
    uint256 index;
    address account;
    /// Wh bought, or, below zero, sold; 0 for an order that was void or not met.
    int256 quantity;
}

/// @notice A position with the proof that it is one.
struct Claim {
    Position position;
    /// Sibling hashes from the leaf up to the slot's root.
    bytes32[] proof;
}

/// @notice What the meter of a position's account measured in the slot.
struct Reading {
    Claim claim;
    /// Wh drawn from the grid.
    uint64 imported;
    /// Wh fed into the grid.
    uint64 exported;
    /// The meter key's, under `Reading(bytes32 market,uint64 slot,address account,uint64 imported,uint64 exported)`.
    bytes signature;
}

/// @title Uniform-price clearing of energy slots
/// @notice Members of a market sign one order per slot, with price steps. Until gate closure anybody submits them in
/// batches; after it anybody calls {clear} with the same orders and a hint at their price, of which there is exactly
/// one. After delivery, meters answer for each side by itself.
///
/// A slot: no orders -> orders -> cleared, or it lapses when nobody clears it before it ends; a lapsed slot has
/// moved no money and holds none. A position: open -> settled, by its meter's reading, or by anybody after the
/// readings' window as if it had kept its schedule. Nothing waits for somebody's goodwill.
///
/// An order is packed into words, and a book is the words of its orders one after the other:
///
/// - head: account (20 bytes), zero (4), tariff (6), side (1; 0 buys, 1 sells), number of steps n (1, from 1 to 8);
/// - (n + 1) / 2 words of two steps each, from the left: price (8 bytes, signed), quantity (8 bytes); half a word
///   that is left over is zero.
///
/// Steps run from the best price to the worst: falling for a buyer, rising for a seller, each price once. A step adds
/// its quantity at its price, so a buyer of (30, 500 Wh), (20, 300 Wh) takes 500 Wh at prices from 21 to 30, 800 Wh at
/// prices up to 20. What is signed is not the packing but
/// `Order(bytes32 market,uint64 slot,address account,uint8 side,uint48 tariff,Step[] steps)`, with
/// `Step(int64 price,uint64 quantity)`.
///
/// **The price.** Let demand above p be what buyers would take at more than p, and supply below p what sellers would
/// give for less. At a price p the market is in equilibrium when everything strictly better than p can be filled: the
/// demand above p is at most the supply at or below p, and the supply below p at most the demand at or above p. These
/// prices are an interval within the market's bounds, and the price is its middle, rounded down (also below zero).
/// What trades is the most that can: the lesser of demand at or above and supply at or below the price.
///
/// **The margin.** Steps at exactly the price share what is left for their side pro rata. With M the side's
/// quantity at the margin and F what of it is filled, an order before which marginal quantities sum to a, and with it
/// to b, gets floor(b * F / M) - floor(a * F / M): its exact share rounded up or down, and the sum is F.
///
/// **Money.** Each account's exact amount is rounded down (a debit thereby up) to minor units, once, and the rest of
/// less than one unit per account and amount goes to the fee account. A buyer of q Wh pays (price + tariff) * q / 1000.
/// A seller earns (price - tariff) * q / 1000, of which retailPrice * q / 1000 stays here, out of its balance
/// where the proceeds are less, until its meter has answered.
///
/// **Meters.** Each side answers for its own meter only. A seller gets its reserve back for what it exported of what it
/// sold; for the rest it makes good at retail price, in favour of the balancing account, which pays it the excess price
/// for what it exported beyond. What a buyer did not use it has still bought, and nothing is paid for it: or somebody
/// could sell to himself, keep the seller's reading back and be paid for the buyer's. A missing reading counts as the
/// schedule, so it is the community's business that meters publish their readings themselves.
///
/// **Void orders.** An order is void when the account's ledger balance at the moment of clearing is less than the most
/// that the order could debit at any price that it accepts. That does not depend on the price or on other orders,
/// and a void order is as if it had never been there. An account can so take back its order after the gate, by a
/// withdrawal that it asked for in time; it can move the price by that, within everybody's own limits, and cannot
/// take anything from anybody. It can also, by payments to and fro, make its order void and good again as often as it
/// likes, and so make a price stale that somebody has computed: therefore {clear} takes a price for a hint only, and
/// finds the right one by itself. That takes gas, and a caller leaves some for it: instead of one pass over the orders,
/// three and one for each byte of maxPrice - minPrice. Whoever wants certainty about voids clears as soon as the gate is
/// closed.
///
/// **Who can do what.** A *relayer* can leave orders out and choose their sequence, which moves a margin's share by
/// 1 Wh; it cannot change, add or repeat orders, and whom it leaves out submits by itself. Whoever *clears* can choose
/// nothing but the moment. A *meter* key, or an *attester* who registers a false one, can take from a seller at most
/// the reserve of retailPrice for what it sold, in favour of the balancing account; and from the balancing account at
/// most excessPrice * capacity for each seller's position. An *admin* can admit puppets, who are bound by their
/// balances like everybody and can fill the book up to {MAX_ORDERS}, and can shut members out of slots to come; it can touch no
/// balance, no order that was accepted and no position, and its tariffs bind only who signs them. The *balancing
/// account* can be empty; then excess is not paid, and nothing else changes. A *thief* of an account's key can order as
/// the account can, within its ledger balance.
interface IClearingHouse is IERC5267 {
    /// @notice Why an order was left out of a batch.
    enum Rejection {
        None,
        /// The market is full of orders for this slot.
        BookFull,
        /// The account is no member.
        NotMember,
        /// The account's order for this slot was accepted before.
        AlreadyOrdered,
        /// The tariff is not the one of the member.
        WrongTariff,
        /// A step has no quantity, a price out of bounds or out of sequence, or the whole exceeds the capacity.
        InvalidSteps,
        /// Neither the account's key nor its contract signed this.
        InvalidSignature
    }

    /// @notice Why a reading or a claim was left out of a batch.
    enum Refusal {
        None,
        /// The position is not one of the slot.
        NotPosition,
        /// The position was settled before.
        AlreadySettled,
        /// The account has no meter key, or it did not sign this.
        InvalidSignature,
        /// The balancing account cannot pay the excess. The reading may come again.
        BalancingTooLow
    }

    /// @notice Emitted when a market came into being.
    event MarketCreated(bytes32 indexed market, address indexed admin, address indexed balancing, Market rules);
    /// @notice Emitted when an account may order, and pays `tariff` minor units per kWh on what it trades.
    event MemberAdmitted(bytes32 indexed market, address indexed account, uint48 tariff);
    /// @notice Emitted when an account may no longer order.
    event MemberDismissed(bytes32 indexed market, address indexed account);
    /// @notice Emitted when a meter key counts for an account; the zero key says that none does.
    event MeterRegistered(bytes32 indexed market, address indexed account, address indexed meter);
    /// @notice Emitted with the orders that were accepted, packed, the first of them at place `first`.
    event OrdersSubmitted(bytes32 indexed market, uint64 indexed slot, uint256 first, uint256[] book);
    /// @notice Emitted when an order was left out.
    event OrderRejected(
        bytes32 indexed market, uint64 indexed slot, address indexed account, Rejection rejection
    );
    /// @notice Emitted when a slot was cleared.
    /// @param price Minor units per kWh.
    /// @param quantity Wh that changed hands.
    /// @param root Root of the positions' Merkle tree.
    /// @param voided Bit i % 256 of word i / 256 says that the order at place i was void.
    event Cleared(
        bytes32 indexed market, uint64 indexed slot, int64 price, uint256 quantity, bytes32 root, uint256[] voided
    );
    /// @notice Emitted when a position ended.
    /// @param delta Minor units that a seller was credited: its reserve less what it owes, or more for excess.
    /// @param deviation Wh that the meter saw beyond what was sold or bought; below zero, short of it.
    event PositionSettled(
        bytes32 indexed market, uint64 indexed slot, address indexed account, uint256 delta, int256 deviation
    );
    /// @notice Emitted when a reading or a claim was left out.
    event ClaimRefused(bytes32 indexed market, uint64 indexed slot, address indexed account, Refusal refusal);

    /// @notice Thrown at deployment when the ledger does not know this contract as a module.
    error NotLedgerModule(address ledger, address clearingHouse);
    /// @notice Thrown when the market's rules exist already.
    error MarketExists(bytes32 market);
    /// @notice Thrown when there is no such market.
    error UnknownMarket(bytes32 market);
    /// @notice Thrown when a market would have rules that cannot work. See {createMarket}.
    error InvalidRules();
    /// @notice Thrown when the balancing account neither called nor signed.
    error NoConsent(address balancing);
    /// @notice Thrown when the caller is not who the market names for this.
    error NotAllowed(address caller, address allowed);
    /// @notice Thrown when two lists that belong together differ in length.
    error LengthMismatch(uint256 left, uint256 right);
    /// @notice Thrown when a slot's gate is closed.
    error GateClosed(uint64 slot, uint256 gate, uint256 timestamp);
    /// @notice Thrown when a slot is cleared before its gate is closed, or after its end.
    error NotClearable(uint64 slot, uint256 gate, uint256 end, uint256 timestamp);
    /// @notice Thrown when the words at this place are no packed order. Their sender packed them; nobody signed that.
    error MalformedBook(uint256 begin);
    /// @notice Thrown when the signatures are not as many as the orders, or their lengths are wrong.
    error MalformedSignatures();
    /// @notice Thrown when the orders are not those that were submitted, in their sequence.
    error WrongBook(bytes32 submitted, bytes32 received);
    /// @notice Thrown when a slot has no orders, or was cleared before.
    error NothingToClear(bytes32 market, uint64 slot);
    /// @notice Thrown when positions are settled before the slot was cleared.
    error NotCleared(bytes32 market, uint64 slot);
    /// @notice Thrown when readings come before the slot's end or after their window.
    error ReadingsClosed(uint256 from, uint256 until, uint256 timestamp);
    /// @notice Thrown when positions are settled by schedule while readings may still come.
    error ReadingsOpen(uint256 until, uint256 timestamp);

    /// @notice Where balances are.
    function ledger() external view returns (ILedger);

    /// @notice The most orders of one slot: what {clear} can take in within one transaction, whatever they are, and
    /// whatever the hint where minPrice and maxPrice lie less than 2^24 apart.
    function MAX_ORDERS() external view returns (uint256);

    /// @notice The longest window for readings, in seconds.
    function MAX_READING_WINDOW() external view returns (uint32);

    /// @notice The longest time, in seconds, from gate closure to the beginning of a slot.
    function MAX_GATE_LEAD() external view returns (uint32);

    /// @notice The longest slot, in seconds.
    function MAX_SLOT_LENGTH() external view returns (uint32);

    /// @notice What a contract's answer about a signature may cost, in gas.
    function SIGNATURE_GAS() external view returns (uint256);

    /// @notice The id of the market with these rules.
    function marketIdOf(Market calldata rules) external pure returns (bytes32);

    /// @notice The rules of a market; all zero when there is none.
    function rulesOf(bytes32 market) external view returns (Market memory);

    /// @notice Whether an account may order, and the tariff that it has to sign.
    function memberOf(bytes32 market, address account) external view returns (bool admitted, uint48 tariff);

    /// @notice Whether an account's order for a slot was accepted.
    function hasOrdered(bytes32 market, uint64 slot, address account) external view returns (bool);

    /// @notice The meter key of an account; zero when it has none.
    function meterOf(bytes32 market, address account) external view returns (address);

    /// @notice Where a slot stands.
    /// @return count How many orders it has.
    /// @return cleared Whether it was cleared.
    /// @return price What it was cleared at, in minor units per kWh.
    /// @return commitment The hash chain over its orders before it is cleared, the root of its positions afterwards.
    function slotOf(bytes32 market, uint64 slot)
        external
        view
        returns (uint32 count, bool cleared, int64 price, bytes32 commitment);

    /// @notice Whether the position at this place of a slot was settled.
    function isSettled(bytes32 market, uint64 slot, uint256 index) external view returns (bool);

    /// @notice The first second at which the slot takes no orders and can be cleared.
    function gateOf(bytes32 market, uint64 slot) external view returns (uint256);

    /// @notice What an account signs, for an order that is packed.
    /// @param order Words of one order.
    function orderDigest(bytes32 market, uint64 slot, uint256[] calldata order) external view returns (bytes32);

    /// @notice Creates a market. Anybody may.
    /// @dev The rules need: all accounts and the token; a slot of at most {MAX_SLOT_LENGTH} seconds; a gate at most
    /// {MAX_GATE_LEAD} ahead; a window for readings of 1 to {MAX_READING_WINDOW} seconds; minPrice <= maxPrice;
    /// excessPrice <= retailPrice; a capacity. Neither this contract nor the ledger may be balancing or fee account.
    /// @param rules Its rules.
    /// @param consent The balancing account's signature under `Balancing(bytes32 market)`; empty when it calls.
    /// @return market Its id.
    function createMarket(Market calldata rules, bytes calldata consent) external returns (bytes32 market);

    /// @notice Admits accounts, or gives them another tariff. The market's admin only.
    /// @param accounts Who may order.
    /// @param tariffs What each pays on what it trades, in minor units per kWh.
    function admit(bytes32 market, address[] calldata accounts, uint48[] calldata tariffs) external;

    /// @notice Shuts accounts out of orders to come. The market's admin only.
    function dismiss(bytes32 market, address[] calldata accounts) external;

    /// @notice Says which meter keys count. The market's attester only.
    /// @param accounts Whose meters they are.
    /// @param meters The keys (or contracts, ERC-1271); zero takes one away.
    function registerMeters(bytes32 market, address[] calldata accounts, address[] calldata meters) external;

    /// @notice Adds signed orders to a slot, until its gate closes. Anybody may.
    /// @dev An order that is not acceptable is left out with an event and spoils nothing. What its sender alone can
    /// have got wrong, the packing, and too little gas, revert the whole.
    /// @param book The orders, packed.
    /// @param signatures One for each order, in two bytes of length and then as many of signature: 65 (r, s, v), or
    /// what the account's contract (ERC-1271) accepts for at most {SIGNATURE_GAS}.
    function submit(bytes32 market, uint64 slot, uint256[] calldata book, bytes calldata signatures) external;

    /// @notice Clears a slot once its gate is closed. Anybody may, until the slot ends.
    /// @param book All orders that were accepted, packed, in their sequence: what {OrdersSubmitted} logged.
    /// @param hint What the caller takes the price to be, in minor units per kWh. It decides nothing but the gas: the
    /// price saves looking for it.
    function clear(bytes32 market, uint64 slot, uint256[] calldata book, int64 hint) external;

    /// @notice Settles positions by what their meters signed. Anybody may, after the slot's end, within the window.
    /// @dev Metered energy counts up to the capacity. One reading that cannot be used is left out with an event.
    function settleReadings(bytes32 market, uint64 slot, Reading[] calldata readings) external;

    /// @notice Settles positions as if each had kept its schedule, when the window for readings is over. Anybody may.
    function settleSchedules(bytes32 market, uint64 slot, Claim[] calldata claims) external;
}
