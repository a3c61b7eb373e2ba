import { EventEmitter, on } from 'node:events'
import type { ReportedSlot } from '../../community/meters/slot-book.ts'
import { RefusedError } from '../../protocol/errors.ts'
import { Recorder } from '../meter/recorder.ts'
import type { MeterSource } from '../meter/source.ts'
import { sparingly } from '../meter/sparingly.ts'

/** Most slots of a home that wait to be traded: at 15 minutes each, a day. */
const MAX_WAITING = 96

export interface MetersInit {
  source: MeterSource
  /** Length of a slot. */
  seconds: number
  /** CSV of what was reported; what it holds is not traded again. */
  file: string
  signal: AbortSignal
  /** Hears of what people should know. */
  onNotice: (notice: string) => void
}

/** Slots that meters report. */
export interface Meters extends AsyncDisposable {
  /** What is listened to, for people. */
  readonly name: string
  /** Each slot once, as soon as it is reported; ends when the signal is aborted, and throws when the file cannot be written. */
  readonly slots: AsyncIterable<ReportedSlot>
}

/**
 * Listens to the meters of homes.
 *
 * @throws ConfigError of {@link Recorder.open} and of the source
 */
export async function openMeters({ source, seconds, file, signal, onNotice }: MetersInit): Promise<Meters> {
  const reported = new EventEmitter<{ slot: [ReportedSlot] }>()
  const ended = new AbortController()
  const arrivals = on(reported, 'slot', { signal: AbortSignal.any([signal, ended.signal]) })
  const waiting = new Waiting()
  const onSlot = (slot: ReportedSlot) => reported.emit('slot', slot)
  const recorder = await Recorder.open({ file, homes: source.homes, seconds, onSlot })
  recorder.failed.addEventListener('abort', () => ended.abort(), { once: true })
  const { meter, name } = await source.open(seconds, {
    async take(reading) {
      waiting.add(reading.home)
      try {
        await recorder.take(reading)
      } catch (error) {
        waiting.delete(reading.home)
        throw error
      }
    },
    onError: sparingly(onNotice),
  })

  async function* slots(): AsyncGenerator<ReportedSlot, undefined> {
    try {
      for await (const [slot] of arrivals as AsyncIterable<[ReportedSlot]>) {
        for (const { home } of slot.readings) if (!slot.missing.includes(home)) waiting.delete(home)
        if (slot.missing.length > 0) onNotice(`Nothing was reported of ${slot.missing.join(', ')}.`)
        yield slot
      }
    } catch (error) {
      recorder.failed.throwIfAborted()
      if (!signal.aborted) throw error
    }
    return undefined
  }
  return { name, slots: slots(), [Symbol.asyncDispose]: () => meter.close() }
}

/** Of each home, how many readings are being kept, or wait to be traded: one that tells too much keeps no other out. */
class Waiting {
  readonly #counts = new Map<string, number>()

  /** @throws RefusedError `METERS_TOO_FAST` */
  add(home: string): void {
    const count = this.#counts.get(home) ?? 0
    if (count >= MAX_WAITING) throw tooMany()
    this.#counts.set(home, count + 1)
  }

  /** Of what an earlier process took, nothing was counted. */
  delete(home: string): void {
    this.#counts.set(home, Math.max(0, (this.#counts.get(home) ?? 0) - 1))
  }
}

function tooMany(): RefusedError {
  return new RefusedError('METERS_TOO_FAST', 'A reading is not taken.', {
    field: 'reading',
    expected: `at most ${MAX_WAITING} slots of a home that wait to be traded`,
    received: MAX_WAITING,
    remedy: 'Send it again when some of them are over, or give slots less time with --slot-seconds.',
  })
}
