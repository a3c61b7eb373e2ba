import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises'
import { fileError } from '../../community/file-error.ts'
import { formatInstant, parseInstant } from '../../community/instant.ts'
import type { ClosedSlot, ReportedSlot } from '../../community/meters/slot-book.ts'
import { ConfigError } from '../../protocol/errors.ts'

/** A CSV of slots, one a line, that only grows. */
export class SlotFile {
  readonly #path: string
  readonly #homes: readonly string[]

  constructor(path: string, homes: readonly string[]) {
    this.#path = path
    this.#homes = homes
  }

  /**
   * Begins the file where it is new or holds no slot, and ends a last line that was left in the middle.
   *
   * @param open slots that may have been about to be written
   * @param seconds length of a slot
   * @returns the slots that it holds
   * @throws ConfigError `CSV_INVALID` when it is of other homes or slots, or a line has no time; `FILE_UNWRITABLE`
   */
  async begin(open: readonly ReportedSlot[], seconds: number): Promise<ClosedSlot[]> {
    try {
      const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return ''
        throw error
      })
      const header = this.#header()
      if (header.startsWith(text)) {
        await writeFile(this.#path, `${header}\n`, { flush: true })
        return []
      }
      const [columns = '', ...rows] = text.split(/\r?\n/)
      if (columns !== header && columns.startsWith('time,') && rows.every((row) => row === '')) {
        await writeFile(this.#path, `${header}\n`, { flush: true })
        return []
      }
      if (columns !== header) {
        throw invalid(
          this.#path,
          header,
          columns,
          'Move the file away, give another one, or the homes that it is of.',
        )
      }
      const last = rows.pop() ?? ''
      if (last !== '') {
        if (open.some((slot) => this.#line(slot).startsWith(last))) {
          await truncate(this.#path, Buffer.byteLength(text) - Buffer.byteLength(last))
        } else {
          await appendFile(this.#path, '\n', { flush: true })
          rows.push(last)
        }
      }
      return rows.flatMap((row, index) => (row === '' ? [] : [this.#slotOf(row, index + 2, seconds)]))
    } catch (cause) {
      if (cause instanceof ConfigError) throw cause
      throw fileError('FILE_UNWRITABLE', this.#path, cause)
    }
  }

  /** Adds a slot. @throws ConfigError `FILE_UNWRITABLE` */
  async append(slot: ReportedSlot): Promise<void> {
    try {
      await appendFile(this.#path, `${this.#line(slot)}\n`, { flush: true })
    } catch (cause) {
      throw fileError('FILE_UNWRITABLE', this.#path, cause)
    }
  }

  #header(): string {
    return ['time', ...this.#homes.flatMap((home) => [`${home}_load_wh`, `${home}_pv_wh`])].join(',')
  }

  #line({ start, readings, missing }: ReportedSlot): string {
    const cells = readings.map(({ home, loadWh, pvWh }) =>
      missing.includes(home) ? ',' : `${loadWh},${pvWh}`,
    )
    return [formatInstant(start), ...cells].join(',')
  }

  #slotOf(row: string, line: number, seconds: number): ClosedSlot {
    const [time = '', ...cells] = row.split(',')
    const start = parseInstant(time)
    if (start === undefined || start % seconds !== 0) {
      throw invalid(
        `${this.#path}, line ${line}: time`,
        `the start of a slot of ${seconds / 60} minutes, such as ${formatInstant(0)}`,
        time,
        'Correct the line, give the --slot-length of the file, or another file.',
      )
    }
    return { start, homes: this.#homes.filter((_, index) => (cells[2 * index] ?? '') !== '') }
  }
}

function invalid(field: string, expected: string, received: string, remedy: string): ConfigError {
  return new ConfigError('CSV_INVALID', 'The file cannot be gone on with.', {
    field,
    expected,
    received,
    remedy,
  })
}
