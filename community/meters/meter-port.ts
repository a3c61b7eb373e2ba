import type { MeteredSlot } from '../dataset.ts'
import type { Reading } from '../messages.ts'

/** What one home measured in one interval [start, end), Unix seconds, in whole Wh. */
export interface MeterMessage extends Reading {
  start: number
  end: number
}

/** Where readings of homes come from: a file, or meters. They end when they are closed, or at their own end. */
export interface MeterPort {
  /** To be read once; what was closed ends here. */
  readonly readings: AsyncIterable<MeterMessage>
  close(): Promise<void>
}

/** A slot as meters tell it. */
export interface ReportedSlot extends MeteredSlot {
  /** Homes that did not report: they stand in the readings with nothing, so they trade nothing. */
  missing: string[]
}

/** Most slots that wait for a home that has not reported yet. */
const MAX_WAITING = 2

/**
 * Puts readings together to slots, each as soon as all homes have reported, or when another slot begins that would be one
 * too many to wait for. Slots come by time; what is reported for one that is over, for what is no slot, by a home that is not
 * of these, or a second time, is left out.
 *
 * @param homes in the order in which they are to stand in each slot
 * @param seconds length of a slot; slots begin at full multiples of it
 *
 * @example
 * ```ts
 * for await (const slot of slotsOf(port.readings, ['roof', 'cellar'], 900)) console.log(slot.start, slot.missing)
 * ```
 */
export async function* slotsOf(
  readings: AsyncIterable<MeterMessage>,
  homes: readonly string[],
  seconds: number,
): AsyncGenerator<ReportedSlot, void, undefined> {
  const waiting = new Map<number, Map<string, Reading>>()
  let latest = Number.NEGATIVE_INFINITY

  function* take(isDue: (start: number, complete: boolean) => boolean): Generator<ReportedSlot> {
    for (const [start, reported] of [...waiting].sort(([a], [b]) => a - b)) {
      if (!isDue(start, reported.size === homes.length)) return
      waiting.delete(start)
      latest = start
      const missing = homes.filter((home) => !reported.has(home))
      const all = homes.map((home) => reported.get(home) ?? { home, loadWh: 0, pvWh: 0 })
      yield { start, end: start + seconds, readings: all, missing }
    }
  }

  for await (const { start, end, home, loadWh, pvWh } of readings) {
    const isSlot = start % seconds === 0 && end - start === seconds
    if (!isSlot || start <= latest || !homes.includes(home)) continue
    const reported = waiting.get(start) ?? new Map<string, Reading>()
    if (!reported.has(home)) reported.set(home, { home, loadWh, pvWh })
    waiting.set(start, reported)
    yield* take((_, isComplete) => isComplete || waiting.size > MAX_WAITING)
  }
  yield* take(() => true)
}
