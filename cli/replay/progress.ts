import { createLogUpdate } from 'log-update'
import { energy } from '../format.ts'

const BAR_WIDTH = 30
/** Without a terminal, a line is written after this many slots, or after this part of them if that is more. */
const LINE_EVERY = 8
const LINE_PART = 1 / 40
/** Part of the slots after which the bar moves. */
const BAR_PART = 1 / 100

/** Tells how far a replay has come: a bar that moves on a terminal, else a line every few slots. */
export class Progress {
  readonly #stream: NodeJS.WriteStream
  readonly #update: ReturnType<typeof createLogUpdate> | undefined
  readonly #slots: number
  readonly #every: number
  readonly #quietUntil: number
  #done = 0
  #tradedWh = 0

  /**
   * @param slots how many there are
   * @param quiet milliseconds in which nothing is told: what is over by then needs no telling
   */
  constructor(stream: NodeJS.WriteStream, slots: number, quiet = 0) {
    this.#stream = stream
    this.#slots = slots
    this.#quietUntil = quiet === 0 ? 0 : performance.now() + quiet
    if (stream.isTTY) this.#update = createLogUpdate(stream)
    this.#every = Math.ceil(stream.isTTY ? slots * BAR_PART : Math.max(LINE_EVERY, slots * LINE_PART))
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
    if (this.#done % this.#every !== 0 && this.#done !== this.#slots) return
    if (performance.now() < this.#quietUntil) return
    const filled = Math.round((this.#done / this.#slots) * BAR_WIDTH)
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled)
    const text = `slot ${this.#done} of ${this.#slots}, ${energy(this.#tradedWh)} Wh traded`
    if (this.#update !== undefined) this.#update(`${bar} ${text}`)
    else this.#stream.write(`${text}\n`)
  }

  /** Leaves the terminal in order. */
  end(): void {
    this.#update?.done()
  }
}
