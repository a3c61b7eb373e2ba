/** Values that agents exchange and sign. Money in minor units, energy in Wh, time in Unix seconds (UTC). */

/** 0x-prefixed hexadecimal. */
export type Hex = `0x${string}`
/** EIP-55 checksummed EVM address. */
export type Address = `0x${string}`

/** What the maker of an intent wants to do. */
export type Side = 'buy' | 'sell'

/**
 * A signed, expiring wish to buy or to sell.
 * `price` is where the maker opens, not where it must end; the maker's limit stays private.
 */
export interface Intent {
  agent: Address
  side: Side
  /** Capability that answers it, e.g. `energy.supply`. */
  capability: string
  /** H3 cell (hexadecimal index) in which it is to be delivered. */
  area: string
  /** Quantity in the capability's unit (energy: Wh). */
  quantity: bigint
  /** Opening price in minor units of the payment token per `lot`. */
  price: bigint
  /** Units of quantity that one price buys (energy: 1000, so that prices are per kWh). */
  lot: bigint
  /** Delivery interval, half-open [start, end), Unix seconds. */
  start: bigint
  end: bigint
  /** Last second at which it may be answered. */
  expiry: bigint
  nonce: bigint
  /** Multiaddrs at which the maker listens, without the peer id, which follows from the signature. */
  endpoints: string[]
  /** What else it asks for: a ride's destination, `source` of the energy. Each name once. */
  attributes: Attribute[]
}

/**
 * What more a capability says of itself. Numbers are integers in the unit that goes with the name, prices in minor units
 * of the payment token.
 *
 * - `range`: numbers from `min` to `max`, both included; a single number has the same twice
 * - `span`: an interval of time, half-open [from, to), Unix seconds
 * - `set`: words of printable ASCII, each once
 * - `area`: H3 cells, each once
 */
export type Attribute =
  | { name: string; type: 'range'; min: bigint; max: bigint }
  | { name: string; type: 'span'; from: bigint; to: bigint }
  | { name: string; type: 'set'; values: string[] }
  | { name: string; type: 'area'; cells: string[] }

/** One thing that an agent does. */
export interface Capability {
  /** Domain and what it does in it: `energy.supply`, `image-generation`. */
  name: string
  /** Version of the service, '' when it has none. */
  version: string
  /** Model that answers, '' when there is none. */
  model: string
  /** Each name once. */
  attributes: Attribute[]
}

/** A typed, expiring claim about what an agent does and where it is reached. */
export interface CapabilityRecord {
  agent: Address
  /** Id in the IdentityRegistry, 0 when unregistered. */
  agentId: bigint
  capabilities: Capability[]
  /** H3 cell in which it is, or works. */
  area: string
  endpoints: string[]
  issuedAt: bigint
  expiry: bigint
}

/** The off-chain part of an agreement: what is delivered, and which message of the negotiation this is. */
export interface Terms {
  capability: string
  area: string
  start: bigint
  end: bigint
  /** Number of the offer within its negotiation, from 1. */
  round: bigint
  /** Hash of the message that this one answers: the intent's for round 1, else the previous offer's id. */
  previous: Hex
}

/** What both sides sign and the chain enforces; see `Agreement` in `IIntentEscrow.sol`, which has the same members. */
export interface Agreement {
  buyer: Address
  /** Ledger account that pays and is refunded: the buyer's own, or that of the owner of the buyer's agent. */
  payer: Address
  seller: Address
  /** Ledger account that earns the payment. */
  payout: Address
  token: Address
  /** Owner of the seller's agent, whose stake answers; the zero address when the seller speaks for none. */
  staker: Address
  /** Agent that the seller speaks for, 0n when none. */
  agentId: bigint
  /** Seller's stake that is locked until it ends, in minor units of the stake token. */
  exposure: bigint
  quantity: bigint
  price: bigint
  lot: bigint
  feeBps: bigint
  /** What a party loses that fails at the last stage, in basis points: of the payment, or of the exposure. */
  penaltyBps: bigint
  /** What the payer pays to whoever submits it, on top of the payment. */
  relayFee: bigint
  /** Key epoch of the buyer's agent when its owner pays, otherwise 0n. */
  buyerEpoch: bigint
  /** Key epoch of the seller's agent, 0n when it speaks for none. */
  sellerEpoch: bigint
  /** Last second at which it may be opened on chain. */
  expiry: bigint
  /** Last second at which a delivery may be reported; after it anybody can refund what was not. */
  deadline: bigint
  intentHash: Hex
  termsHash: Hex
  nonce: bigint
  /** Struct hash of its `Conditions`. */
  conditions: Hex
}

/** What holds when an agreement does not simply go well; the chain sees them when a call needs them. */
export interface Conditions {
  /** Rules on disputes; the zero address when a dispute ends with the split at once. */
  arbitrator: Address
  /** Key of the seller's meter, the zero address when there is none. */
  meter: Address
  /** Delivery interval, Unix seconds. From its start on, cancelling costs the penalty. */
  start: bigint
  end: bigint
  /** From here to the start, cancelling costs `lateBps`; before, nothing. */
  lateFrom: bigint
  lateBps: bigint
  /** Seconds that the buyer has for a dispute, from the later of delivery report and end of the delivery. */
  window: bigint
  /** Seller's share of what is contested, in basis points, when nobody rules. */
  splitBps: bigint
  /** What one lot costs elsewhere: what the meter misses, the seller makes good at this price. */
  retail: bigint
}

/** An agreement that one side has signed: an offer or a counter-offer, binding until its expiry. */
export interface Offer {
  agreement: Agreement
  conditions: Conditions
  terms: Terms
  signature: Hex
  /** How the buyer pays, if the buyer is the one who proposes. */
  funding: Funding
}

/** The buyer's word on what was delivered; with it anybody can settle. */
export interface Release {
  agreement: Hex
  /** Delivered so far, all in all. */
  quantity: bigint
  /** Whether nothing more will come. Short of the whole, only the seller itself can settle by it. */
  last: boolean
  evidence: Hex
}

/** The seller's word on what it delivered; with it anybody can report the delivery on chain. */
export interface Evidence {
  agreement: Hex
  quantity: bigint
  evidence: Hex
}

/** A guest's wish to have an intent or an offer of its taken back. */
export interface Withdrawal {
  /** Hash of the intent, or id of the agreement that was offered. */
  subject: Hex
}

/** The buyer's consent to contest a delivery, which it may leave with a watchtower. */
export interface Dispute {
  agreement: Hex
}

/** What the seller's meter counted for an agreement. */
export interface Reading {
  agreement: Hex
  quantity: bigint
}

/** The seller's signed statement of what it delivered; its hash is the evidence of the settlement. */
export interface Delivery {
  agreement: Hex
  /** Quantity by the seller's meter, in the agreement's unit. */
  quantity: bigint
  deliveredAt: bigint
  /** Hash of what shows it besides, as of a trip its log; 32 zero bytes where there is nothing. */
  evidence: Hex
}

/** What a service answered to a question; with the signature anybody can see that it did, and until when it holds. */
export interface ServiceAnswer {
  /** Who answered. */
  agent: Address
  capability: string
  /** Keccak-256 of the question's bytes. */
  question: Hex
  /** Keccak-256 of the answer's bytes. */
  body: Hex
  answeredAt: bigint
  /** Last second until which others may be given it for the same question. */
  expiry: bigint
}

/** What an answer is: rows of a data set; passages that are quoted; or what a model made of the question. */
export const KNOWLEDGE_KINDS = ['dataset', 'citation', 'inference'] as const
export type KnowledgeKind = (typeof KNOWLEDGE_KINDS)[number]

/** What whoever bought an answer may do with it: keep it to itself; pass it on for nothing; or sell it on as well. */
export const REUSES = ['none', 'share', 'resale'] as const
export type Reuse = (typeof REUSES)[number]

/** A passage of a document that an answer rests upon; whoever has the document can see whether it says so. */
export interface Citation {
  /** SHA-256 of the whole document's bytes. */
  content: Hex
  /** Where in them the passage is: bytes, half-open [start, end). */
  start: bigint
  end: bigint
  /** The passage, UTF-8. */
  quote: string
  /** Where the document is from, for people: a title, or a URL. */
  source: string
}

/**
 * What an agent answered to a question, on which terms; with the signature anybody can see that it did, whoever passes it
 * on. The answer itself goes beside it, or is had by its digest.
 */
export interface KnowledgeAnswer {
  /** Who answered. */
  agent: Address
  capability: string
  /** SHA-256 of the question's bytes. */
  question: Hex
  kind: KnowledgeKind
  /** Media type of the answer, such as `text/csv`. */
  contentType: string
  /** SHA-256 of the answer's bytes, and how many there are. */
  body: Hex
  length: bigint
  /** Which model inferred it; '' where none did. */
  model: string
  /** SPDX identifier, or a URL of the licence; '' where there is none. */
  licence: string
  reuse: Reuse
  /** What it rests upon; at least one of a citation. */
  citations: Citation[]
  answeredAt: bigint
  /** Last second until which it holds. With that of `answeredAt`, nobody keeps it. */
  expiry: bigint
}

/** So much more energy from this price on. */
export interface PriceStep {
  /** Minor units per kWh; may be negative. A buyer takes the step at this price or less, a seller at this or more. */
  price: bigint
  /** Wh, at least 1. */
  quantity: bigint
}

/** What one account wants to trade in one slot. */
export interface SlotOrder {
  account: Address
  side: Side
  /** Minor units per kWh that the account pays to the market's fee account on what it trades. */
  tariff: bigint
  /** From the best price to the worst, each once: falling for a buyer, rising for a seller. 1 to 8. */
  steps: readonly PriceStep[]
}

/** An order as its account signs it: for one slot of one market. */
export interface MarketOrder extends SlotOrder {
  /** Id of the market: the hash of its rules. */
  market: Hex
  /** Slot n is the time from n * slotLength on, up to (n + 1) * slotLength. */
  slot: bigint
}

/** What the meter of an account measured in one slot of a market. */
export interface SlotReading {
  market: Hex
  slot: bigint
  account: Address
  /** Wh drawn from the grid. */
  imported: bigint
  /** Wh fed into the grid. */
  exported: bigint
}

/** A value together with the signature of the agent that it names. */
export interface Signed<T> {
  value: T
  signature: Hex
}

/** How the buyer's payment reaches the escrow; see `IIntentEscrow.FundingKind`. A permit's value has at most 128 bits. */
export type Funding =
  | { kind: 'balance' }
  | { kind: 'permit'; value: bigint; deadline: bigint; signature: Hex }
  | { kind: 'authorization'; validAfter: bigint; validBefore: bigint; signature: Hex }

/**
 * Payment of an agreement in minor units: quantity x price / lot, rounded down, as the escrow computes it.
 *
 * @example paymentOf({ quantity: 250n, price: 190_000n, lot: 1000n }) // 47_500n: 250 Wh at 0.19 per kWh
 */
export function paymentOf({ quantity, price, lot }: Pick<Agreement, 'quantity' | 'price' | 'lot'>): bigint {
  return (quantity * price) / lot
}

/**
 * The smallest quantity that costs an amount, by which a delivery is counted of which only the payment is known.
 *
 * @param paid minor units; more than 0n only of an agreement with a price
 */
export function quantityFor({ price, lot }: Pick<Agreement, 'price' | 'lot'>, paid: bigint): bigint {
  return paid === 0n ? 0n : (paid * lot + price - 1n) / price
}

/** Share of an amount in basis points, rounded down, as the contracts compute it. */
export function shareOf(amount: bigint, bps: bigint): bigint {
  return (amount * bps) / 10_000n
}

/** Protocol fee of an agreement in minor units: payment x feeBps / 10,000, rounded down; the seller bears it. */
export function feeOf(agreement: Pick<Agreement, 'quantity' | 'price' | 'lot' | 'feeBps'>): bigint {
  return shareOf(paymentOf(agreement), agreement.feeBps)
}

/** What an agreement takes from its payer in minor units: the payment, and the fee of who submits it. */
export function costOf(agreement: Pick<Agreement, 'quantity' | 'price' | 'lot' | 'relayFee'>): bigint {
  return paymentOf(agreement) + agreement.relayFee
}

/** What the owner of webhooks can ask of an index. */
export const WEBHOOK_ACTIONS = ['register', 'list', 'delete', 'ping', 'letters', 'redeliver'] as const
export type WebhookAction = (typeof WEBHOOK_ACTIONS)[number]

/** A signed wish about webhooks: what an index tells an HTTP server of its owner's. */
export interface WebhookRequest {
  /** Who signs. */
  owner: Address
  action: WebhookAction
  /** Which one; zeros to register one, or to list all. */
  webhook: Hex
  /** Where events go, and which, as the query of `GET /v1/stream`; empty but to register. */
  url: string
  filter: string
  /** Id of the one event to be told again; empty: all that could not be told. */
  event: string
  /** Last second in which it may be asked. */
  expiry: bigint
  /** Whatever was never used before: it may be asked once. */
  nonce: Hex
}
