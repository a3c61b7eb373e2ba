import type {
  Address,
  Hex,
  HomeForecast,
  Limits,
  NetworkDescriptor,
  Preferences,
  SlotReceipt,
  StrategyName,
} from '../agent/index.ts'
import type { HomeTrades } from './home-trades.ts'

/** What the supervisor and its household processes tell one another over IPC (structured clone, so bigint works). */

/** A built-in pricing strategy and how fast it gives way; see `agent/strategy`. */
interface StrategyConfig {
  name: StrategyName
}

/** How a home trades in a market of slots. */
export interface SlotTrading {
  /** Its index in the community. */
  place: number
  /** Name or file; see `slotStrategy`. */
  strategy: string
  /** Of what the strategy draws. */
  seed: number
  /** What it pays for the grid on each kWh that it trades, in minor units. */
  tariff: bigint
}

/** One home of the community. */
export interface HomeConfig {
  name: string
  strategy: StrategyConfig
  /** In a market of slots alone. */
  slots?: SlotTrading
  /** Where what it sells comes from; `solar` by default, for it sells what its roof has left. */
  source?: string
  /** With whom it wants to trade when it buys; by default with anybody. */
  preferences?: Preferences
  /** Whether others begin from it: it serves the DHT for them, and pages of this machine reach it, over WebSockets. */
  isBootstrap?: boolean
}

/** One home's meter readings of one slot, in Wh. */
export interface Reading {
  home: string
  loadWh: number
  pvWh: number
  /** What the home expects instead, where it orders by a forecast. */
  expected?: HomeForecast
}

/** A delivery interval [start, end), Unix seconds, and what each home of the process measures in it. */
export interface SlotOrder {
  index: number
  start: number
  end: number
  readings: Reading[]
}

/** A slot of a market with a book on chain, and what homes have to know to order for it. */
export interface SlotRound {
  /** From 0, as strategies count slots. */
  index: number
  /** Its number in the market. */
  slot: bigint
  /** [start, end), Unix seconds, of what was measured: the market's slot is at another time. */
  start: number
  end: number
  readings: Reading[]
  /** What the grid takes for a kWh and gives for one, in minor units. */
  retailPrice: bigint
  feedInPrice: bigint
  /** What a kWh cost in the slot before, in minor units; undefined when nothing was traded. */
  lastPrice: bigint | undefined
  /** How many slots before this one the latest reading is that forecasts know; absent where homes order by what they will measure. */
  horizon?: number
}

/** What became of a home's orders, as its own agent knows it. */
export interface HomeReceipts {
  home: string
  receipts: SlotReceipt[]
}

/** What one home's journal says; money in minor units, energy in Wh. */
export interface Books {
  home: string
  address: Address
  /** Agreements that ended, and those that have not. */
  settled: number
  refunded: number
  cancelled: number
  resolved: number
  open: number
  boughtWh: number
  soldWh: number
  /** As buyer, of agreements that have ended. */
  paid: bigint
  /** As seller, of agreements that have ended, after fees. */
  received: bigint
  /** Protocol fees that the seller bore. */
  fees: bigint
  /** Gas of this home's own transactions for its deals. */
  gasUsed: bigint
  /** Most offers and counter-offers that one agreement took. */
  maxRounds: number
  /** Those that the home counts for the community. */
  trades: HomeTrades
}

export type ToHousehold =
  | {
      type: 'start'
      homes: HomeConfig[]
      network: NetworkDescriptor
      directory: string
      mdns: boolean
      /** What the grid pays and asks, in minor units per kWh: no home trades for less or more. */
      limits: Limits
      /** Seconds from an offer until an unsettled agreement is refunded; longer than a slot. */
      settleWithin: number
      /** Id of the market of slots that homes trade in; without it they negotiate with one another. */
      market?: Hex | undefined
    }
  /** Sent when the addresses of the last `hello` have been funded with gas money. */
  | { type: 'funded' }
  | { type: 'slot'; slot: SlotOrder }
  /** The slot's delivery interval is over: deliver what was agreed, then settle. */
  | { type: 'closeSlot'; index: number }
  | { type: 'books'; community: readonly Address[] }
  /** Order for a slot. */
  | { type: 'order'; round: SlotRound }
  | { type: 'receipts' }
  | { type: 'stop' }

export type FromHousehold =
  /** The homes' keys are loaded (or made); they need gas money. */
  | { type: 'hello'; homes: { name: string; address: Address }[] }
  /** A home has joined the mesh and its stake and prefunded balance stand. `endpoints` carry the peer id. */
  | {
      type: 'ready'
      home: string
      address: Address
      agentId: bigint
      endpoints: string[]
      /** Key of the home's meter, in a market of slots. */
      meter: Address | undefined
    }
  /** Wh of the slot that are not yet under an agreement opened on chain: surplus positive, deficit negative. */
  | { type: 'position'; home: string; slot: number; openWh: number }
  | { type: 'books'; books: Books[] }
  /** The homes of a process that wanted to have ordered; so many did. */
  | { type: 'ordered'; index: number; orders: number }
  | { type: 'receipts'; receipts: HomeReceipts[] }
  | { type: 'failed'; home: string | undefined; message: string }
