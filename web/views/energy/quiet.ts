import { energy } from '../../format/amounts.ts'
import { slotOf } from '../../format/times.ts'
import type { SlotSummary } from './model.ts'

/** Where a slot of a clearing house stands when nothing will be traded in it any more. */
const OVER: readonly (string | undefined)[] = ['cleared', 'lapsed']

/** Why there may be nothing to see for a while. */
export const NIGHTS =
  'Roofs sell while the sun shines, and a market that replays measured days has nights, too.'

/**
 * Says of the last slots, when nothing was traded in them, that it was so and why; undefined where something was, or nothing is known.
 * Of slots in which homes bargain the newest one may still be answered, and the earliest was perhaps heard of in part: they say nothing.
 *
 * @param slots from the latest to the earliest
 * @example quietOf(slots) // 'Nothing was traded in 22:00–22:15 UTC, though 670 Wh were wished for: nobody sold. Roofs …'
 */
export function quietOf(slots: readonly SlotSummary[]): string | undefined {
  const over = slots.filter(({ status }, index) =>
    status === undefined ? index > 0 && index < slots.length - 1 : OVER.includes(status),
  )
  const busy = over.findIndex(({ traded }) => traded > 0n)
  const quiet = busy === -1 ? over : over.slice(0, busy)
  const [latest, earliest] = [quiet[0], quiet.at(-1)]
  if (latest === undefined || earliest === undefined) return undefined
  const sumOf = (of: (slot: SlotSummary) => bigint) => quiet.reduce((sum, slot) => sum + of(slot), 0n)
  const [wished, offered] = [sumOf((slot) => slot.wished), sumOf((slot) => slot.offered ?? 0n)]
  const nothing = `Nothing was traded in ${slotOf(earliest.start, latest.end)}`
  if (wished === 0n) return `${nothing}: nobody wished for energy.`
  const why = offered > 0n ? 'what was offered was dearer than anybody would pay.' : `nobody sold. ${NIGHTS}`
  return `${nothing}, though ${energy(wished)} were wished for: ${why}`
}
