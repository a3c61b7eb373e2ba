import { ConfigError } from '../protocol/errors.ts'
import type { Dataset, MeteredSlot } from './dataset.ts'

const DAY = 86_400

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
  const [first, firstOther] = [own.slots[0]?.start ?? 0, others.slots[0]?.start ?? 0]
  const shift = (((first - firstOther) % DAY) + DAY) % DAY
  const slots = own.slots.map((slot) => {
    const index = (slot.start - first + shift) / length
    const readings = others.slots[Math.floor(index) % others.slots.length]?.readings ?? []
    return { ...slot, readings: [...slot.readings, ...readings] }
  })
  return { ...own, name: `${own.name} among ${others.name}`, homes: [...own.homes, ...others.homes], slots }
}
