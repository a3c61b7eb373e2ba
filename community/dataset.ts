import type { HomeConfig, Reading } from './messages.ts'

/** What every home measured in one delivery interval [start, end), Unix seconds. */
export interface MeteredSlot {
  start: number
  end: number
  /** In the order of the homes. */
  readings: Reading[]
}

/** A community: its homes, its tariff, and what its meters measured. */
export interface Dataset {
  name: string
  /** H3 cell. */
  area: string
  /** What the grid takes for a kWh and what it gives for one, in minor units. */
  retailPrice: bigint
  feedInPrice: bigint
  homes: HomeConfig[]
  slots: MeteredSlot[]
}
