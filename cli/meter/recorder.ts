import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { z } from 'zod'
import { fileError } from '../../community/file-error.ts'
import type { MeterMessage } from '../../community/meters/meter-port.ts'
import { type ReportedSlot, SlotBook } from '../../community/meters/slot-book.ts'
import { writeJson } from '../../community/write-json.ts'
import { ConfigError, RefusedError } from '../../protocol/errors.ts'
import { readJson } from '../json-file.ts'
import { SlotFile } from './slot-file.ts'

const whole = z.int().min(0)
const openSchema = z.array(
  z.strictObject({ home: z.string(), loadWh: whole, pvWh: whole, start: whole, end: whole }),
)

export interface RecorderInit {
  /** CSV, a line for each slot that is over. Beside it, in `FILE.open`, is what was reported of slots that are not. */
  file: string
  homes: readonly string[]
  /** Length of a slot. */
  seconds: number
  /** Hears of each slot that was written. */
  onSlot: (slot: ReportedSlot) => void
}

/**
 * Keeps readings in files, so that none is lost and none counts twice, whenever the process ends: a reading is on the disk before
 * it is said to be taken, in `FILE.open` until its slot is a line of the CSV.
 */
export class Recorder {
  readonly #init: RecorderInit
  readonly #file: SlotFile
  readonly #book: SlotBook
  readonly #failed = new AbortController()
  #kept: Promise<void> = Promise.resolve()

  private constructor(init: RecorderInit, file: SlotFile, book: SlotBook) {
    this.#init = init
    this.#file = file
    this.#book = book
  }

  /**
   * Goes on with the files where they are, else begins them.
   *
   * @throws ConfigError `CSV_INVALID`, `FILE_UNWRITABLE`; `FILE_INVALID` when what is in `FILE.open` is of other homes or slots
   */
  static async open(init: RecorderInit): Promise<Recorder> {
    const readings = readOpen(openFileOf(init.file))
    const file = new SlotFile(init.file, init.homes)
    const before = new SlotBook(init.homes, init.seconds)
    const due = refill(init, before, readings)
    const closed = await file.begin([...due, ...before.openSlots], init.seconds)
    const written = new Set(closed.map(({ start }) => start))
    const book = new SlotBook(init.homes, init.seconds, closed)
    const recorder = new Recorder(init, file, book)
    const left = readings.filter(({ start }) => !written.has(start))
    await recorder.#write(refill(init, book, left))
    return recorder
  }

  /** Aborted, with the reason, when the files can no longer be written. */
  get failed(): AbortSignal {
    return this.#failed.signal
  }

  /** Starts of the slots that are kept until all homes have reported, or the next time. */
  get openSlots(): number[] {
    return this.#book.openSlots.map(({ start }) => start)
  }

  /**
   * Keeps a reading: when this is over, it is on the disk.
   *
   * @throws RefusedError of {@link SlotBook.take}; ConfigError `FILE_UNWRITABLE`, now and ever after
   */
  async take(message: MeterMessage): Promise<void> {
    const taken = this.#kept.then(async () => {
      this.#failed.signal.throwIfAborted()
      const due = this.#book.take(message)
      try {
        await this.#write(due)
      } catch (error) {
        this.#failed.abort(error)
        throw error
      }
    })
    this.#kept = taken.catch(() => undefined)
    return taken
  }

  /** What is over moves from the one file to the other: at any moment it is in one of them at least. */
  async #write(due: readonly ReportedSlot[]): Promise<void> {
    await this.#writeOpen([...due.flatMap(messagesOf), ...this.#book.open])
    if (due.length === 0) return
    for (const slot of due) {
      await this.#file.append(slot)
      this.#init.onSlot(slot)
    }
    await this.#writeOpen(this.#book.open)
  }

  async #writeOpen(readings: readonly MeterMessage[]): Promise<void> {
    const path = openFileOf(this.#init.file)
    try {
      if (readings.length === 0) await rm(path, { force: true })
      else await writeJson(path, readings)
    } catch (cause) {
      throw fileError('FILE_UNWRITABLE', path, cause)
    }
  }
}

function openFileOf(file: string): string {
  return `${file}.open`
}

function readOpen(path: string): MeterMessage[] {
  return existsSync(path)
    ? readJson(path, openSchema, 'nothing there: remove it to give its readings up')
    : []
}

function messagesOf({ start, end, readings, missing }: ReportedSlot): MeterMessage[] {
  return readings.filter(({ home }) => !missing.includes(home)).map((reading) => ({ ...reading, start, end }))
}

/** @returns slots that are over with these readings: the process ended before it wrote them */
function refill(
  { file, homes, seconds }: RecorderInit,
  book: SlotBook,
  readings: readonly MeterMessage[],
): ReportedSlot[] {
  try {
    return readings.flatMap((reading) => book.take(reading))
  } catch (cause) {
    if (!(cause instanceof RefusedError)) throw cause
    throw new ConfigError('FILE_INVALID', 'Readings that wait are of other homes, or of other slots.', {
      field: `${openFileOf(file)}: ${cause.field}`,
      expected: `${homes.join(', ')}, slots of ${seconds / 60} minutes: ${cause.expected}`,
      received: cause.received,
      remedy: 'Start as it was started before, or remove the file to give its readings up.',
      cause,
    })
  }
}
