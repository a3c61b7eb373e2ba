import { RefusedError } from '../../protocol/errors.ts'
import type { MeteredSlot } from '../dataset.ts'
import { formatInstant } from '../instant.ts'
import type { Reading } from '../messages.ts'
import type { MeterMessage } from './meter-port.ts'

/** A slot as meters tell it. */
export interface ReportedSlot extends MeteredSlot {
  /** Homes that did not report: they stand in the readings with nothing, so they trade nothing. */
  missing: string[]
}

/** A slot that is over, and who reported it. */
export interface ClosedSlot {
  start: number
  homes: readonly string[]
}

/** Most slots that wait for a home that has not reported yet. */
const MAX_WAITING = 2
/** Most slots that are remembered with who reported them; of older ones only that they are over. */
const MAX_REMEMBERED = 1_000

/**
 * Puts readings together to slots, each as soon as all homes have reported, or when another slot begins that would be one
 * too many to wait for. Slots come by time. Every reading becomes part of a slot, or is refused.
 *
 * @example
 * ```ts
 * const book = new SlotBook(['roof', 'cellar'], 900)
 * book.take({ home: 'roof', start: 0, end: 900, loadWh: 120, pvWh: 480 }) // [], for the cellar is missing
 * ```
 */
export class SlotBook {
  readonly #homes: readonly string[]
  readonly #seconds: number
  readonly #open = new Map<number, Map<string, Reading>>()
  readonly #closed = new Map<number, readonly string[]>()
  #latest = Number.NEGATIVE_INFINITY

  /**
   * @param homes in the order in which they are to stand in each slot
   * @param seconds length of a slot; slots begin at full multiples of it
   * @param closed slots that are over from the beginning
   */
  constructor(homes: readonly string[], seconds: number, closed: Iterable<ClosedSlot> = []) {
    this.#homes = homes
    this.#seconds = seconds
    for (const slot of closed) this.#close(slot)
  }

  /** Readings of slots that are not over, by time. */
  get open(): MeterMessage[] {
    return this.#openSlots().flatMap(([start, reported]) =>
      [...reported.values()].map((reading) => ({ ...reading, start, end: start + this.#seconds })),
    )
  }

  /** The slots that are not over, as they are. */
  get openSlots(): ReportedSlot[] {
    return this.#openSlots().map(([start, reported]) => this.#slot(start, reported))
  }

  /**
   * Takes a reading in.
   *
   * @returns the slots that are over with it
   * @throws RefusedError `HOME_UNKNOWN`; `READING_NO_SLOT` when its interval is not just that of a slot; `READING_TWICE` when the
   *   home has reported the slot; `SLOT_OVER` when that slot was closed without it, or is before one that was
   */
  take({ start, end, home, loadWh, pvWh }: MeterMessage): ReportedSlot[] {
    this.#check(start, end, home)
    const reported = this.#open.get(start) ?? new Map<string, Reading>()
    this.#open.set(start, reported.set(home, { home, loadWh, pvWh }))
    const due: ReportedSlot[] = []
    for (const [oldest, known] of this.#openSlots()) {
      if (known.size < this.#homes.length && this.#open.size <= MAX_WAITING) break
      this.#open.delete(oldest)
      this.#close({ start: oldest, homes: [...known.keys()] })
      due.push(this.#slot(oldest, known))
    }
    return due
  }

  #check(start: number, end: number, home: string): void {
    const seconds = this.#seconds
    const other = `Send one reading for each slot of ${seconds / 60} minutes; mesh meter has --slot-length for others.`
    if (!this.#homes.includes(home)) {
      throw refused(
        'HOME_UNKNOWN',
        'home',
        `one of ${this.#homes.join(', ')}`,
        home,
        'Name one of these homes.',
      )
    }
    if (start % seconds !== 0) {
      throw refused('READING_NO_SLOT', 'start', `a multiple of ${seconds} s`, start, other)
    }
    if (end - start !== seconds) {
      throw refused('READING_NO_SLOT', 'end', `${start + seconds}, ${seconds} s after start`, end, other)
    }
    if (this.#open.get(start)?.has(home) || this.#closed.get(start)?.includes(home)) {
      const expected = 'a slot that this home has not reported'
      throw refused(
        'READING_TWICE',
        'start',
        expected,
        instant(start),
        'Nothing: it was taken the first time.',
      )
    }
    if (start <= this.#latest) {
      const expected = `a slot after ${instant(this.#latest)}, which was closed`
      const remedy = `Report a slot before ${MAX_WAITING} later ones have begun; complete the file by hand.`
      throw refused('SLOT_OVER', 'start', expected, instant(start), remedy)
    }
  }

  #openSlots(): [number, Map<string, Reading>][] {
    return [...this.#open].sort(([a], [b]) => a - b)
  }

  #close({ start, homes }: ClosedSlot): void {
    this.#closed.set(start, homes)
    this.#latest = Math.max(this.#latest, start)
    const [oldest] = this.#closed.keys()
    if (this.#closed.size > MAX_REMEMBERED && oldest !== undefined) this.#closed.delete(oldest)
  }

  #slot(start: number, reported: ReadonlyMap<string, Reading>): ReportedSlot {
    const missing = this.#homes.filter((home) => !reported.has(home))
    const readings = this.#homes.map((home) => reported.get(home) ?? { home, loadWh: 0, pvWh: 0 })
    return { start, end: start + this.#seconds, readings, missing }
  }
}

function instant(start: number): string {
  return `${start} (${formatInstant(start)})`
}

function refused(
  code: string,
  field: string,
  expected: string,
  received: unknown,
  remedy: string,
): RefusedError {
  return new RefusedError(code, 'A reading is not taken.', { field, expected, received, remedy })
}
