import { ConfigError } from '../protocol/errors.ts'
import type { MeteredSlot } from './dataset.ts'
import type { Reading } from './messages.ts'

/**
 * Brings slots to another length, so that no Wh is lost or made.
 *
 * Longer ones begin at full multiples of their length and are the sums of what lies in them; the first and the last may
 * have less. To shorter ones each home's load and generation are spread evenly, and what no even spread can have goes to
 * the first ones, a Wh each; so a home has the same surplus and the same deficit as before.
 *
 * @param slots all of the same length, by time
 * @param seconds the new length
 * @throws ConfigError `SLOT_LENGTH_INVALID` unless one length is a multiple of the other.
 *
 * @example
 * ```ts
 * const slots = [{ start: 0, end: 900, readings: [{ home: 'a', loadWh: 8, pvWh: 0 }] }]
 * withLength(slots, 300).map(({ readings }) => readings[0]?.loadWh) // [3, 3, 2]
 * ```
 */
export function withLength(slots: readonly MeteredSlot[], seconds: number): MeteredSlot[] {
  const own = (slots[0]?.end ?? 0) - (slots[0]?.start ?? 0)
  if (seconds === own) return [...slots]
  if (own > 0 && seconds % own === 0) return aggregate(slots, seconds)
  if (seconds > 0 && own % seconds === 0) return slots.flatMap((slot) => split(slot, own / seconds))
  throw new ConfigError('SLOT_LENGTH_INVALID', 'The data cannot be brought to this length of a slot.', {
    field: 'slot length',
    expected: `a multiple or an even part of ${own / 60} minutes, the step of the data`,
    received: `${seconds / 60} minutes`,
    remedy: 'Choose another length, or leave it out for that of the data.',
  })
}

function aggregate(slots: readonly MeteredSlot[], seconds: number): MeteredSlot[] {
  const groups = Map.groupBy(slots, ({ start }) => start - (start % seconds))
  return [...groups].map(([start, parts]) => ({ start, end: start + seconds, readings: sumOf(parts) }))
}

function sumOf([first, ...others]: readonly MeteredSlot[]): Reading[] {
  return (first?.readings ?? []).map((reading, home) => {
    const sum = (of: (reading: Reading) => number) =>
      others.reduce((all, { readings }) => all + (readings[home] ? of(readings[home]) : 0), of(reading))
    return { home: reading.home, loadWh: sum(({ loadWh }) => loadWh), pvWh: sum(({ pvWh }) => pvWh) }
  })
}

function split({ start, end, readings }: MeteredSlot, count: number): MeteredSlot[] {
  const length = (end - start) / count
  return Array.from({ length: count }, (_, part) => ({
    start: start + part * length,
    end: start + (part + 1) * length,
    readings: readings.map(({ home, loadWh, pvWh }) => ({
      home,
      loadWh: share(loadWh, part, count),
      pvWh: share(pvWh, part, count),
    })),
  }))
}

/** Where one amount is at least another, each of its shares is, too. */
function share(wh: number, part: number, count: number): number {
  return Math.floor(wh / count) + (part < wh % count ? 1 : 0)
}
