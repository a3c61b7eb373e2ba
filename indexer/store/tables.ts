import type { ColumnType, Generated } from 'kysely'
import type { Address, Hex } from '../../protocol/types.ts'
import type { AttributeView, CapabilityClaimView } from '../views/attribute.ts'
import type { EventType } from '../views/event-type.ts'
import { type DisputeTables, disputeKeys } from './tables/disputes.ts'
import { type EnergyTables, energyKeys } from './tables/energy.ts'
import { type GovernanceTables, governanceKeys } from './tables/governance.ts'
import type { KeyTables } from './tables/keys.ts'
import { type LearningTables, learningKeys } from './tables/learning.ts'
import { type ReputationTables, reputationKeys } from './tables/reputation.ts'
import type { WebhookTables } from './tables/webhooks.ts'

/** Block numbers, log indexes and Unix seconds of blocks are numbers; amounts, ids and signed fields bigints. */

/** An agent of the identity registry. */
export interface AgentRow {
  agentId: bigint
  owner: Address
  /** The registry's `getAgentWallet`; null when unset. */
  wallet: Address | null
  /** Whether the wallet itself consented, so that it speaks for the agent (`agentIdOf`). */
  bound: boolean
  /** Null when it is longer than is kept; see `keepable`. */
  uri: string | null
  registeredBlock: number
  registeredIndex: number
  registeredAt: number
  registeredTx: Hex
  /** Words by which it is found. */
  text: string
  /** The reputation registry's `scoreOf`, of 10^18, with how many feedbacks count in it, of so many that stand. */
  score: bigint
  counted: number
  feedbacks: number
  /** What the score is made of: sums over owners, each capped. */
  scoreWeight: bigint
  scorePoints: bigint
}

/** One depositor's stake behind one agent, for one module, in minor units of the stake token. */
export interface StakeRow {
  agentId: bigint
  depositor: Address
  /** The contract that may lock and slash it. */
  module: Address
  staked: bigint
  /** Under open agreements of the escrow. The vault tells of no locks: those of other modules are not counted. */
  locked: bigint
  queued: bigint
  /** Unix second from which the queued part may be taken, 0 when nothing is queued. */
  availableAt: bigint
}

export const AGREEMENT_STATUSES = [
  'open',
  'delivered',
  'disputed',
  'settled',
  'refunded',
  'cancelled',
  'resolved',
  'revoked',
] as const
export type AgreementStatus = (typeof AGREEMENT_STATUSES)[number]

/**
 * An agreement that the escrow has seen. One that was revoked before it was opened is known by its id alone, and of a
 * spot trade no more than its event tells.
 */
export interface AgreementRow {
  id: Hex
  status: AgreementStatus
  /** Where it was first seen: block and index of the log. */
  block: number
  logIndex: number
  buyer: Address | null
  payer: Address | null
  seller: Address | null
  payout: Address | null
  token: Address | null
  staker: Address | null
  agentId: bigint | null
  exposure: bigint | null
  quantity: bigint | null
  price: bigint | null
  lot: bigint | null
  feeBps: number | null
  penaltyBps: number | null
  relayFee: bigint | null
  expiry: bigint | null
  deadline: bigint | null
  intentHash: Hex | null
  termsHash: Hex | null
  nonce: bigint | null
  conditions: Hex | null
  openedAt: number | null
  openedTx: Hex | null
  /** What the seller reported on chain. */
  claimed: bigint | null
  deliveredAt: number | null
  disputedAt: number | null
  contested: bigint | null
  arbitrator: Address | null
  endedBlock: number | null
  endedIndex: number | null
  endedAt: number | null
  endedTx: Hex | null
  /** What the payout account earned so far, after the fee. */
  received: bigint | null
  fee: bigint | null
  /** What the payer got back. */
  refunded: bigint | null
  /** Stake of the seller's that was slashed. */
  slashed: bigint | null
  /** Of the last release or report. */
  evidence: Hex | null
  revokedBy: Address | null
  /** Quantity that was delivered and paid for, in the terms' unit; null unless it is a trade. */
  traded: bigint | null
}

/**
 * What one account paid into the ledger, took out, spent and earned, in minor units of the token. The ledger tells of
 * no movement between its accounts, so this follows from the events of escrow and clearing house: `deposited - withdrawn -
 * spent + earned` is the balance of an account that has no part in other modules, relay fees or fee collection.
 */
export interface AccountRow {
  token: Address
  account: Address
  deposited: bigint
  withdrawn: bigint
  /** As payer: payments and relay fees less refunds; of a spot trade its buyer is taken for the payer. What slots took. */
  spent: bigint
  /** As payout account, after fees, and what slots credited. */
  earned: bigint
}

/** How many agreements stand where. */
interface StatusTotalRow {
  status: AgreementStatus
  agreements: number
}

/** Sums over the trades that were paid in one token. */
export interface TokenTotalRow {
  token: Address
  trades: number
  /** Payments, fees included. */
  volume: bigint
  /** Wh of those trades that are of energy, and the payments for them. */
  energy: bigint
  energyVolume: bigint
  /** Of everything that was paid, also for what ended otherwise than in a trade. */
  fees: bigint
  /** Of these, collected by the protocol; the rest is set aside in the ledger. */
  collected: bigint
}

export const SERIES_INTERVALS = ['hour', 'day'] as const
export type SeriesInterval = (typeof SERIES_INTERVALS)[number]
/** Length of an interval. */
export const SECONDS_OF: Readonly<Record<SeriesInterval, number>> = { hour: 3_600, day: 86_400 }

/** The sums of one token over the payments of an hour or a day of UTC. */
export interface TradeSeriesRow extends Omit<TokenTotalRow, 'collected'> {
  interval: SeriesInterval
  /** First second of it, Unix seconds. */
  start: number
}

/** Tables that follow from the chain alone: a reorganisation undoes them row by row. */
export interface ChainTables
  extends DisputeTables,
    EnergyTables,
    GovernanceTables,
    LearningTables,
    ReputationTables {
  agents: AgentRow
  stakes: StakeRow
  agreements: AgreementRow
  accounts: AccountRow
  statusTotals: StatusTotalRow
  tokenTotals: TokenTotalRow
  tradeSeries: TradeSeriesRow
}

/** Primary key of each chain table; the order is that of the text key in the undo log. */
export const primaryKeys = {
  agents: ['agentId'],
  stakes: ['agentId', 'depositor', 'module'],
  agreements: ['id'],
  accounts: ['token', 'account'],
  statusTotals: ['status'],
  tokenTotals: ['token'],
  tradeSeries: ['token', 'interval', 'start'],
  ...disputeKeys,
  ...energyKeys,
  ...governanceKeys,
  ...learningKeys,
  ...reputationKeys,
} as const satisfies { [T in keyof ChainTables]: readonly (keyof ChainTables[T])[] }

/** The columns that name one row of a chain table. */
export type Key<T extends keyof ChainTables> = Pick<
  ChainTables[T],
  Extract<(typeof primaryKeys)[T][number], keyof ChainTables[T]>
>

/** An intent that the gateway heard and verified. */
export interface IntentRow {
  hash: Hex
  /** Order in which it was heard. */
  sequence: Generated<number>
  agent: Address
  side: 'buy' | 'sell'
  capability: string
  area: string
  /** The cell of its area and all cells around it. */
  cells: string[]
  quantity: bigint
  price: bigint
  lot: bigint
  start: bigint
  end: bigint
  expiry: bigint
  nonce: bigint
  endpoints: string[]
  /** Goes in as JSON text. */
  attributes: ColumnType<AttributeView[], string>
  signature: Hex
  /** Unix milliseconds. */
  heardAt: number
}

/** An offer to a guest of the gateway, who can accept it until it expires. */
export interface OfferRow {
  /** The agreement's. */
  id: Hex
  /** Order in which it was heard. */
  sequence: Generated<number>
  intentHash: Hex
  buyer: Address
  seller: Address
  quantity: bigint
  price: bigint
  lot: bigint
  payment: bigint
  expiry: bigint
  deadline: bigint
  /** These go in as JSON text. */
  agreement: ColumnType<Record<string, unknown>, string>
  conditions: ColumnType<Record<string, unknown>, string>
  terms: ColumnType<Record<string, unknown>, string>
  signature: Hex
  /** Unix milliseconds. */
  heardAt: number
}

/** What domain an intent was of; kept beyond the intent for what came of it. */
interface IntentDomainRow {
  hash: Hex
  /** Order in which it was heard. */
  sequence: Generated<number>
  domain: string
}

/** What a rider asked for, in cells, as its intent said to everybody; kept beyond the intent for what came of it. */
export interface RideRequestRow {
  /** Of the intent. */
  hash: Hex
  /** Order in which it was heard. */
  sequence: Generated<number>
  pickup: string
  /** The cell of the pick-up and all cells around it. */
  cells: string[]
  dropoff: string
  seats: number
  /** Unix seconds. */
  earliest: bigint
  /** Seconds. */
  wait: number
  detour: number
  metres: number
  seconds: number
}

/** The newest capability record of an agent's key that the gateway heard and verified. */
interface CapabilityRow {
  agent: Address
  hash: Hex
  agentId: bigint
  /** Names of its capabilities. */
  names: string[]
  /** The capabilities whole; goes in as JSON text. */
  capabilities: ColumnType<CapabilityClaimView[], string>
  area: string
  /** The cell of its area and all cells around it. */
  cells: string[]
  endpoints: string[]
  issuedAt: bigint
  expiry: bigint
  signature: Hex
}

/** Whose index this is and how far it has come; one row. */
interface ProgressRow {
  singleton: Generated<boolean>
  chainId: number
  genesisHash: Hex
  escrow: Address
  blockNumber: number
  blockHash: Hex
  blockTime: number
}

/** What the process that follows the chain said last; one row. */
interface HeartbeatRow {
  singleton: Generated<boolean>
  /** Height of the chain. */
  head: number
  /** When the chain told it, by the database's clock. */
  polledAt: Date
  /** When the chain had nothing that is not indexed by now, likewise. */
  levelAt: Date
}

/** Hash of an indexed block; an unbroken run that ends at the newest one. */
interface BlockRow {
  number: number
  hash: Hex
  timestamp: number
}

/** What a row was before a block touched it first; null when it was not there. */
interface UndoRow {
  blockNumber: number
  tableName: keyof ChainTables
  rowKey: string
  old: string | null
}

/** A live event, in the order in which it is told. */
interface OutboxRow {
  id: Generated<number>
  type: EventType
  /** What it is about, each as `topic=value`. */
  topics: string[]
  /** JSON text, as it goes over the wire. */
  data: string
}

export interface Database extends ChainTables, KeyTables, WebhookTables {
  intents: IntentRow
  offers: OfferRow
  intentDomains: IntentDomainRow
  rideRequests: RideRequestRow
  capabilities: CapabilityRow
  progress: ProgressRow
  heartbeat: HeartbeatRow
  blocks: BlockRow
  undo: UndoRow
  outbox: OutboxRow
}
