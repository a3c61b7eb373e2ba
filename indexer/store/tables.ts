import type { Generated } from 'kysely'
import type { Address, Hex } from '../../protocol/types.ts'

/** Block numbers, log indexes and Unix seconds of blocks are numbers; amounts, ids and signed fields bigints. */

/** An agent of the identity registry. */
export interface AgentRow {
  agentId: bigint
  owner: Address
  /** The registry's `getAgentWallet`; null when unset. */
  wallet: Address | null
  /** Whether the wallet itself consented, so that it speaks for the agent (`agentIdOf`). */
  bound: boolean
  /** Null when it is longer than is kept; see `MAX_URI_LENGTH`. */
  uri: string | null
  registeredBlock: number
  registeredIndex: number
  registeredAt: number
  registeredTx: Hex
}

/** One depositor's stake behind one agent, in minor units of the stake token. */
export interface StakeRow {
  agentId: bigint
  depositor: Address
  staked: bigint
  locked: bigint
  queued: bigint
  /** Unix second from which the queued part may be taken, 0 when nothing is queued. */
  availableAt: bigint
}

export type AgreementStatus = 'open' | 'settled' | 'refunded' | 'cancelled'

/**
 * An agreement that the escrow has seen. One that was cancelled before it was opened is known by its id alone,
 * because that is all that the chain tells.
 */
export interface AgreementRow {
  id: Hex
  status: AgreementStatus
  /** Where it was first seen: block and index of the log. */
  block: number
  logIndex: number
  buyer: Address | null
  seller: Address | null
  payout: Address | null
  token: Address | null
  quantity: bigint | null
  price: bigint | null
  lot: bigint | null
  exposure: bigint | null
  feeBps: number | null
  expiry: bigint | null
  deadline: bigint | null
  intentHash: Hex | null
  termsHash: Hex | null
  nonce: bigint | null
  openedAt: number | null
  openedTx: Hex | null
  endedBlock: number | null
  endedIndex: number | null
  endedAt: number | null
  endedTx: Hex | null
  /** What the payout account earned, after the fee. */
  received: bigint | null
  fee: bigint | null
  refunded: bigint | null
  evidence: Hex | null
  cancelledBy: Address | null
}

/** What one account has in the ledger, and what went in and out from outside, in minor units of the token. */
export interface BalanceRow {
  token: Address
  account: Address
  balance: bigint
  deposited: bigint
  withdrawn: bigint
}

/** How many agreements stand where. */
interface StatusTotalRow {
  status: AgreementStatus
  agreements: number
}

/** Sums over the settled agreements that were paid in one token. */
interface TokenTotalRow {
  token: Address
  trades: number
  /** In the terms' unit (energy: Wh). */
  quantity: bigint
  /** Payments, fees included. */
  volume: bigint
  fees: bigint
}

/** Tables that follow from the chain alone: a reorganisation undoes them row by row. */
export interface ChainTables {
  agents: AgentRow
  stakes: StakeRow
  agreements: AgreementRow
  balances: BalanceRow
  statusTotals: StatusTotalRow
  tokenTotals: TokenTotalRow
}

/** Primary key of each chain table; the order is that of the text key in the undo log. */
export const primaryKeys = {
  agents: ['agentId'],
  stakes: ['agentId', 'depositor'],
  agreements: ['id'],
  balances: ['token', 'account'],
  statusTotals: ['status'],
  tokenTotals: ['token'],
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
  quantity: bigint
  price: bigint
  lot: bigint
  start: bigint
  end: bigint
  expiry: bigint
  nonce: bigint
  endpoints: string[]
  signature: Hex
  /** Unix milliseconds. */
  heardAt: number
}

/** The newest capability record of an agent's key that the gateway heard and verified. */
interface CapabilityRow {
  agent: Address
  hash: Hex
  agentId: bigint
  capabilities: string[]
  area: string
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
  type: string
  /** JSON text, as it goes over the wire. */
  data: string
}

export interface Database extends ChainTables {
  intents: IntentRow
  capabilities: CapabilityRow
  progress: ProgressRow
  blocks: BlockRow
  undo: UndoRow
  outbox: OutboxRow
}
