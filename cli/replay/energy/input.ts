import { type ForecastKind, Rejects, type SimulatedSlot } from '../../../agent/index.ts'
import type { Dataset } from '../../../community/dataset.ts'
import { heldOutFrom } from '../../../community/held-out.ts'
import { parseMoney } from '../../../community/money.ts'
import { withNeighbours } from '../../../community/neighbours.ts'
import { readCommunity } from '../../../community/read-community.ts'
import { pricesOf, readPrices } from '../../../community/read-prices.ts'
import { withLength } from '../../../community/slot-length.ts'
import { ConfigError } from '../../../protocol/errors.ts'
import { type ReplayOptions, readDataset, selectSlots } from '../input.ts'

/** What `mesh replay energy` takes. */
export interface EnergyOptions extends Pick<ReplayOptions, 'data' | 'from' | 'retail' | 'feedIn' | 'json'> {
  slots?: number
  /** Whether the homes of the data live among those that ship. */
  neighbours?: boolean
  /** Minutes. */
  slotLength?: string
  mechanism?: string
  priceRule?: string
  gridFee?: string
  prices?: string
  strategy?: string[]
  battery?: string[]
  tariff?: string[]
  seed?: number
  report?: string
  /** What homes order by instead of what they will have measured. */
  forecast?: ForecastKind
}

/** What is replayed. */
export interface Replay {
  name: string
  /** H3 cell. */
  area: string
  homes: string[]
  /** How many of them, from the first on, are the user's among neighbours. */
  own: number
  slots: SimulatedSlot[]
  /** Index of the first slot in the data, in slots of the length that is replayed. */
  from: number
  /** What was measured before it. */
  before: Dataset['slots']
  /** Rows of the readings, and of the prices, that could not be used, or not as they stand. */
  rejects: Rejects
  priceRejects: Rejects
}

/** What the grid adds to a price of elsewhere where nobody says: networks and taxes, as the shipped tariff has them. */
const RETAIL_MARGIN = '0.22'

/**
 * Reads readings and prices.
 *
 * @param most slots where the options do not say how many
 * @param least homes that there have to be
 * @throws ConfigError where they cannot be used
 */
export function readReplay(
  options: EnergyOptions,
  most = Number.POSITIVE_INFINITY,
  least = options.neighbours ? 1 : 2,
): Replay {
  const [rejects, priceRejects] = [new Rejects(), new Rejects()]
  // Beside prices of elsewhere, the options are what comes on top of them.
  const dataset = datasetOf(options, rejects, least)
  const { slots } = dataset
  const from = firstOf(options, slots)
  const window = { from, slots: options.slots ?? Math.max(1, Math.min(most, slots.length - from)) }
  const chosen = selectSlots({ name: dataset.name, slots }, window)
  const tariffs = tariffsOf(options, dataset, chosen, priceRejects)
  return {
    name: dataset.name,
    area: dataset.area,
    homes: dataset.homes.map(({ name }) => name),
    own: options.neighbours ? dataset.homes.length - readCommunity().homes.length : 0,
    slots: chosen.map(({ start, end, readings }, index) => ({
      start,
      end,
      readings,
      retailPrice: tariffs[index]?.retailPrice ?? 0n,
      feedInPrice: tariffs[index]?.feedInPrice ?? 0n,
    })),
    from,
    before: slots.slice(0, from),
    rejects,
    priceRejects,
  }
}

/** With a forecast, what homes learn from has to be before it: without a word the first slot is that of the held-out days. */
function firstOf({ forecast, from }: EnergyOptions, slots: Dataset['slots']): number {
  return forecast === undefined || from > 0 ? from : heldOutFrom(slots)
}

function datasetOf(options: EnergyOptions, rejects: Rejects, least: number): Dataset {
  const { data, neighbours, prices, slotLength } = options
  const source = prices === undefined ? options : data === undefined ? {} : { data }
  if (neighbours && data === undefined) throw nobody()
  const own = readDataset(source, rejects, least)
  const step = (own.slots[0]?.end ?? 0) - (own.slots[0]?.start ?? 0)
  const seconds = slotLength === undefined ? step : Number(slotLength) * 60
  const inLength = (dataset: Dataset) => ({ ...dataset, slots: withLength(dataset.slots, seconds) })
  if (!neighbours) return inLength(own)
  return withNeighbours(inLength(own), inLength(readCommunity()))
}

function nobody(): ConfigError {
  return new ConfigError('OPTION_MISSING', 'There is nobody to put among the neighbours.', {
    field: '--data',
    expected: 'a file with one home at least',
    received: '--neighbours alone',
    remedy: 'Add --data mine.csv, or leave --neighbours out.',
  })
}

function tariffsOf(
  { prices, retail = RETAIL_MARGIN, feedIn = '0' }: EnergyOptions,
  { retailPrice, feedInPrice }: Dataset,
  slots: Dataset['slots'],
  rejects: Rejects,
): Pick<SimulatedSlot, 'retailPrice' | 'feedInPrice'>[] {
  if (prices === undefined) return slots.map(() => ({ retailPrice, feedInPrice }))
  const margins = { retail: parseMoney(retail, '--retail'), feedIn: parseMoney(feedIn, '--feed-in') }
  return pricesOf(readPrices(prices, rejects), slots).map((price) => ({
    retailPrice: price + margins.retail,
    feedInPrice: price + margins.feedIn,
  }))
}
