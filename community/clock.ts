import { setTimeout as delay } from 'node:timers/promises'
import type { MeteredSlot } from './dataset.ts'
import type { Position } from './household-worker.ts'
import { OpenEnergy } from './open-energy.ts'
import type { Supervisor } from './supervisor.ts'

/** A slot of the data with the number under which it is traded; numbers go on when the data starts over. */
export interface NumberedSlot extends MeteredSlot {
  index: number
}

/** Waits for the end of a slot; `aborted` ends it at once. */
export type Pace = (energy: OpenEnergy, aborted: AbortSignal) => Promise<unknown>

/** Part of its length after which a slot ends in which nobody can trade. */
const IDLE_SLOT = 0.1

/** Slots of equal length, in seconds; those in which nobody can trade pass at a tenth of it. */
export function wallClock(slotSeconds: number): Pace {
  return ({ maxTradableWh }, signal) =>
    delay(slotSeconds * 1000 * (maxTradableWh > 0 ? 1 : IDLE_SLOT), undefined, { signal })
}

/** Slots that end as soon as everything that can be traded is under agreements, or after `timeout` ms. */
export function quiescence(timeout: number): Pace {
  return async ({ cleared }, aborted) => {
    const done = new AbortController()
    const signal = AbortSignal.any([aborted, done.signal])
    try {
      await Promise.race([cleared, delay(timeout, undefined, { signal })])
    } finally {
      done.abort()
    }
  }
}

/** What is to be told of the slots as they pass. */
export interface ClockInit {
  supervisor: Pick<Supervisor, 'startSlot' | 'closeSlot' | 'events'>
  slots: Iterable<NumberedSlot> | AsyncIterable<NumberedSlot>
  pace: Pace
  signal: AbortSignal
  onStart?: (slot: NumberedSlot, energy: OpenEnergy) => void
  onEnd?: (slot: NumberedSlot, energy: OpenEnergy) => void
}

/**
 * Runs slots one after the other. What was agreed in one is delivered and settled while the next one is traded.
 * Returns after the last slot, or when `signal` is aborted; the running slot is closed in either case.
 */
export async function runSlots({
  supervisor,
  slots,
  pace,
  signal,
  onStart,
  onEnd,
}: ClockInit): Promise<void> {
  for await (const slot of slots) {
    if (signal.aborted) return
    const energy = new OpenEnergy(slot.readings)
    const onPosition = (position: Position) => {
      if (position.slot === slot.index) energy.update(position.home, position.openWh)
    }
    supervisor.events.on('position', onPosition)
    try {
      onStart?.(slot, energy)
      supervisor.startSlot(slot)
      await pace(energy, signal)
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      supervisor.events.off('position', onPosition)
      supervisor.closeSlot(slot.index)
      onEnd?.(slot, energy)
    }
  }
}

/** The slots from index `from` on, for ever: after the last one the data starts over, numbers and times go on. */
export function* endlessly(slots: readonly MeteredSlot[], from: number): Generator<NumberedSlot, undefined> {
  const period = (slots.at(-1)?.end ?? 0) - (slots[0]?.start ?? 0)
  for (let index = from; ; index++) {
    const slot = slots[index % slots.length]
    if (slot === undefined) return undefined
    const later = Math.floor(index / slots.length) * period
    yield { index, start: slot.start + later, end: slot.end + later, readings: slot.readings }
  }
}
