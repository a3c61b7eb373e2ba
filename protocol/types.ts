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
}

/** A typed, expiring claim about what an agent does and where it is reached. */
export interface CapabilityRecord {
  agent: Address
  /** Id in the IdentityRegistry, 0 when unregistered. */
  agentId: bigint
  capabilities: string[]
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

/** What both sides sign and the chain enforces; see `IIntentEscrow.Agreement`. */
export interface Agreement {
  buyer: Address
  seller: Address
  /** Ledger account that earns the payment. */
  payout: Address
  token: Address
  quantity: bigint
  price: bigint
  lot: bigint
  /** Seller's stake that is locked while it is open, in minor units of the stake token. */
  exposure: bigint
  feeBps: bigint
  /** Last second at which it may be opened on chain. */
  expiry: bigint
  /** Until then it can only be settled; after it anybody can refund the buyer. */
  deadline: bigint
  intentHash: Hex
  termsHash: Hex
  nonce: bigint
}

/** An agreement that one side has signed: an offer or a counter-offer, binding until its expiry. */
export interface Offer {
  agreement: Agreement
  terms: Terms
  signature: Hex
  /** How the buyer pays, if the buyer is the one who proposes. */
  funding: Funding
}

/** The buyer's word that an agreement was fulfilled; with it anybody can settle. */
export interface Release {
  agreement: Hex
  evidence: Hex
}

/** The seller's signed statement of what it delivered; its hash is the evidence of the settlement. */
export interface Delivery {
  agreement: Hex
  /** Quantity by the seller's meter, in the agreement's unit. */
  quantity: bigint
  deliveredAt: bigint
}

/** A value together with the signature of the agent that it names. */
export interface Signed<T> {
  value: T
  signature: Hex
}

/** How the buyer's payment reaches the escrow; see `IIntentEscrow.Funding`. */
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

/** Protocol fee of an agreement in minor units: payment x feeBps / 10,000, rounded down; the seller bears it. */
export function feeOf(agreement: Pick<Agreement, 'quantity' | 'price' | 'lot' | 'feeBps'>): bigint {
  return (paymentOf(agreement) * agreement.feeBps) / 10_000n
}
