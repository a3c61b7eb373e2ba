import { createLogUpdate } from 'log-update'
import { renderLine, renderTable, type Status } from './status.ts'

/** How often the table is drawn anew, in milliseconds. */
const FRAME = 500

/** Shows the status: a table that updates in place on a terminal, else one line per slot. */
export class Screen implements Disposable {
  readonly #stream: NodeJS.WriteStream
  readonly #status: () => Status | undefined
  readonly #update: ReturnType<typeof createLogUpdate> | undefined
  readonly #timer: NodeJS.Timeout | undefined

  /**
   * @param status what is to be shown just now; undefined before the first slot
   * @param isAlone whether nothing else is written to the terminal, which would tear a table
   */
  constructor(stream: NodeJS.WriteStream, status: () => Status | undefined, isAlone: boolean) {
    this.#stream = stream
    this.#status = status
    // A terminal without a size has no place for a table.
    if (!isAlone || !stream.isTTY || !stream.columns) return
    this.#update = createLogUpdate(stream)
    this.#timer = setInterval(() => this.#draw(), FRAME)
  }

  /** A slot is over. */
  slotEnded(): void {
    const status = this.#status()
    if (this.#update === undefined && status !== undefined) this.#stream.write(`${renderLine(status)}\n`)
  }

  /** Something that people should know; on a terminal the table shows it, once there is one. */
  notice(text: string): void {
    if (this.#update === undefined || this.#status() === undefined) this.#stream.write(`${text}\n`)
  }

  /** Leaves the last table where it is, and the terminal in order. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    this.#draw()
    this.#update?.done()
  }

  #draw(): void {
    const status = this.#status()
    if (status !== undefined) this.#update?.(renderTable(status))
  }
}
