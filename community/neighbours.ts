import { ConfigError } from '../protocol/errors.ts'
import type { Dataset, MeteredSlot } from './dataset.ts'
import type { Reading } from './messages.ts'
import { untilTimeOf } from './time-of-day.ts'

/**
 * What homes measured at the same times of the day: their days in their sequence, and from the first again after the last.
 *
 * @param slots of one length, without gaps
 * @param first start of the first slot that is asked about, Unix seconds, which is on their first day
 * @returns what they measured at the time of the day of a slot, by its start
 */
export function byTimeOfDay({ slots }: Pick<Dataset, 'slots'>, first: number): (start: number) => Reading[] {
  const [{ start, end } = { start: 0, end: 1 }] = slots
  const shift = untilTimeOf(start, first)
  return (at) => slots[Math.floor((at - first + shift) / (end - start)) % slots.length]?.readings ?? []
}

/**
 * Puts homes among others, whose readings are of another time: each slot takes those of the same time of the day, days in
 * their sequence, and from the first again after the last.
 *
 * @param own its slots and tariff hold
 * @param others slots as long as those of `own`, without gaps
 * @throws ConfigError `NEIGHBOURS_INVALID` when two homes have the same name, or the slots are not as long.
 */
export function withNeighbours(own: Dataset, others: Dataset): Dataset {
  const lengthOf = ([slot]: readonly MeteredSlot[]) => (slot?.end ?? 0) - (slot?.start ?? 0)
  const length = lengthOf(own.slots)
  const twice = own.homes.find(({ name }) => others.homes.some((other) => other.name === name))
  if (twice !== undefined || lengthOf(others.slots) !== length) {
    throw new ConfigError('NEIGHBOURS_INVALID', 'These homes cannot be put together.', {
      field: twice === undefined ? 'slot length' : `home ${twice.name}`,
      expected: twice === undefined ? `${lengthOf(others.slots)} s` : `a name that ${others.name} has not`,
      received: twice === undefined ? `${length} s` : twice.name,
      remedy: twice === undefined ? 'Bring both to the same length of a slot.' : 'Rename the home.',
    })
  }
  const readingsAt = byTimeOfDay(others, own.slots[0]?.start ?? 0)
  const slots = own.slots.map((slot) => ({
    ...slot,
    readings: [...slot.readings, ...readingsAt(slot.start)],
  }))
  return { ...own, name: `${own.name} among ${others.name}`, homes: [...own.homes, ...others.homes], slots }
}
