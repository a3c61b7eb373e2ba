import { createLogUpdate } from 'log-update'
import { energy } from '../format.ts'

const BAR_WIDTH = 30
/** Without a terminal, a line is written after this many steps, or after this part of them if that is more. */
const LINE_EVERY = 8
const LINE_PART = 1 / 40
/** Part of the steps after which the bar moves. */
const BAR_PART = 1 / 100

/** Tells how far something long has come: a bar that moves on a terminal, else a line every few steps. */
export class Progress {
  readonly #stream: NodeJS.WriteStream
  readonly #update: ReturnType<typeof createLogUpdate> | undefined
  readonly #steps: number
  readonly #every: number
  readonly #quietUntil: number
  #done = 0

  /**
   * @param steps how many there are
   * @param quiet milliseconds in which nothing is told: what is over by then needs no telling
   */
  constructor(stream: NodeJS.WriteStream, steps: number, quiet = 0) {
    this.#stream = stream
    this.#steps = steps
    this.#quietUntil = quiet === 0 ? 0 : performance.now() + quiet
    if (stream.isTTY) this.#update = createLogUpdate(stream)
    this.#every = Math.ceil(stream.isTTY ? steps * BAR_PART : Math.max(LINE_EVERY, steps * LINE_PART))
  }

  /** Something happened that is worth a line of its own. */
  say(text: string): void {
    this.#update?.clear()
    this.#stream.write(`${text}\n`)
  }

  /** A step is over. @param what in words: `slot` makes `slot 3 of 96` @param besides what else there is to tell */
  advance(what: string, besides?: string): void {
    this.#done += 1
    if (this.#done % this.#every !== 0 && this.#done !== this.#steps) return
    if (performance.now() < this.#quietUntil) return
    const filled = Math.round((this.#done / this.#steps) * BAR_WIDTH)
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled)
    const count = `${what} ${this.#done} of ${this.#steps}`
    const text = besides === undefined ? count : `${count}, ${besides}`
    if (this.#update !== undefined) this.#update(`${bar} ${text}`)
    else this.#stream.write(`${text}\n`)
  }

  /** Leaves the terminal in order. */
  end(): void {
    this.#update?.done()
  }
}

/** Tells of slots of energy, and of how much was traded in all. */
export class SlotProgress extends Progress {
  #tradedWh = 0

  /** A slot is over. */
  slotEnded(tradedWh: number): void {
    this.#tradedWh += tradedWh
    this.advance('slot', `${energy(this.#tradedWh)} Wh traded`)
  }
}
