import type { Rejects } from '../../agent/index.ts'
import type { NumberedSlot } from '../../community/clock.ts'
import type { Dataset } from '../../community/dataset.ts'
import { parseMoney } from '../../community/money.ts'
import { readCommunity } from '../../community/read-community.ts'
import { readMeters } from '../../community/read-meters.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { counted } from '../format.ts'

export interface ReplayOptions {
  data?: string
  slots: number
  from: number
  processes: number
  retail?: string
  feedIn?: string
  json?: boolean
}

/**
 * The data to replay, and the tariff that the options say.
 *
 * @param rejects takes the rows that cannot be used, so that they are no error
 * @param least homes that there have to be
 * @throws ConfigError where data or tariff cannot be used
 */
export function readDataset(
  { data, retail, feedIn }: Pick<ReplayOptions, 'data' | 'retail' | 'feedIn'>,
  rejects?: Rejects,
  least?: number,
): Dataset {
  const shipped = readCommunity()
  const retailPrice = retail === undefined ? shipped.retailPrice : parseMoney(retail, '--retail')
  const feedInPrice = feedIn === undefined ? shipped.feedInPrice : parseMoney(feedIn, '--feed-in')
  if (feedInPrice >= retailPrice) {
    throw new ConfigError('TARIFF_INVALID', 'With these prices nobody gains from trade.', {
      field: '--feed-in',
      expected: 'less than the retail price',
      received: `${feedIn ?? '0.08'} against ${retail ?? '0.30'}`,
      remedy: 'Choose a feed-in price below the retail price.',
    })
  }
  const tariff = { retailPrice, feedInPrice, area: shipped.area }
  return data === undefined ? { ...shipped, ...tariff } : readMeters(data, tariff, rejects, least)
}

/** The slots to replay, numbered as in the data. @throws ConfigError `SLOT_UNKNOWN` */
export function selectSlots(
  { slots, name }: Pick<Dataset, 'slots' | 'name'>,
  { from, slots: count }: Pick<ReplayOptions, 'from' | 'slots'>,
): NumberedSlot[] {
  if (from >= slots.length) {
    throw new ConfigError('SLOT_UNKNOWN', 'The data does not reach that far.', {
      field: '--from',
      expected: `less than ${slots.length}, the number of slots of ${name}`,
      received: from,
      remedy: 'Give a slot that the data has, or leave it out for the first.',
    })
  }
  if (from + count > slots.length) {
    const rest = from === 0 ? 'all' : `the last ${slots.length - from}`
    console.error(`${name} has ${counted(slots.length, 'slot')}: ${rest} will be replayed.`)
  }
  return slots.slice(from, from + count).map((slot, index) => ({ index: from + index, ...slot }))
}
