import { createLogUpdate } from 'log-update'
import { energy } from '../format.ts'

const BAR_WIDTH = 30
/** Without a terminal, a line is written after this many slots. */
const LINE_EVERY = 8

/** Tells how far a replay has come: a bar that moves on a terminal, else a line every few slots. */
export class Progress {
  readonly #stream: NodeJS.WriteStream
  readonly #update: ReturnType<typeof createLogUpdate> | undefined
  readonly #slots: number
  #done = 0
  #tradedWh = 0

  /** @param slots how many there are */
  constructor(stream: NodeJS.WriteStream, slots: number) {
    this.#stream = stream
    this.#slots = slots
    if (stream.isTTY) this.#update = createLogUpdate(stream)
  }

  /** Something happened that is worth a line of its own. */
  say(text: string): void {
    this.#update?.clear()
    this.#stream.write(`${text}\n`)
  }

  /** A slot is over. */
  slotEnded(tradedWh: number): void {
    this.#done += 1
    this.#tradedWh += tradedWh
    const filled = Math.round((this.#done / this.#slots) * BAR_WIDTH)
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled)
    const text = `slot ${this.#done} of ${this.#slots}, ${energy(this.#tradedWh)} Wh traded`
    if (this.#update !== undefined) this.#update(`${bar} ${text}`)
    else if (this.#done % LINE_EVERY === 0 || this.#done === this.#slots) this.#stream.write(`${text}\n`)
  }

  /** Leaves the terminal in order. */
  end(): void {
    this.#update?.done()
  }
}
