/** What the energy view shows, whichever way a market brings homes together. Amounts of energy are in Wh. */
export interface EnergyModel {
  /** What every home bought and sold. */
  positions: readonly Position[]
  /** Who sold to whom. Homes of a clearing house sell to it, and buy from it. */
  flows: readonly Flow[]
  /** From the latest slot to the earliest. */
  slots: readonly SlotSummary[]
  /** From the earliest to the latest. */
  prices: readonly PricePoint[]
}

/** What an account bought or sold once. */
export interface Position {
  account: string
  side: 'buy' | 'sell'
  wh: bigint
  /** What it paid or earned, in minor units, fees included. */
  money: bigint
}

/** What the grid would take and give for a kWh, in minor units. */
export interface Tariff {
  retail: bigint
  feedIn: bigint
}

/** Energy that went from one to another; the clearing house has the empty address. */
export interface Flow {
  seller: string
  buyer: string
  wh: bigint
}

export interface SlotSummary {
  /** Number or start, which tells it apart. */
  key: string
  /** Unix seconds. */
  start: string
  end: string
  /** Where it stands, in a word of the API; undefined where slots have no status. */
  status: string | undefined
  wished: bigint
  /** Undefined where sellers offer in private. */
  offered: bigint | undefined
  traded: bigint
}

export interface PricePoint {
  /** Unix seconds. */
  time: number
  wh: bigint
  /** Minor units per kWh. */
  price: number
}

/** The address that stands for the clearing house in flows. */
export const HOUSE = ''
