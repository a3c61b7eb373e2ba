import network from './network.json' with { type: 'json' }

/**
 * Lines, of which each has a bus every `headway` minutes, the first `offset` minutes after the hour, and loses `stiffness` minor
 * units a day for each minute that this is off what it `wanted`: drivers' breaks, garages. And `people` who change between two of
 * them each day, with `minutes` from the arrival of the one to the departure of the other when both have the offset 0.
 */
type Network = typeof network

/** What a minute of one passenger's waiting is worth to the line that brings the passenger, in minor units. */
const MINUTE = 1_000

/** When lines run; what a line's minutes are worth to it, it keeps to itself. */
export class Timetable {
  readonly #network: Network

  constructor(lines: Network = network) {
    this.#network = lines
  }

  get names(): string[] {
    return this.#network.lines.map(({ name }) => name)
  }

  /** What it costs a line each day, in minor units: the waiting of those whom it brings, and how far it is from what it wants. */
  costOf(name: string): number {
    const { offset, wanted, headway, stiffness } = this.#line(name)
    const off = modulo(offset - wanted, headway)
    return this.#waiting(name) * MINUTE + Math.min(off, headway - off) * stiffness
  }

  /** The same with a line that is shifted. @throws RangeError when the minutes are not whole, or there is no such line */
  shifted(name: string, minutes: number): Timetable {
    if (!Number.isSafeInteger(minutes)) throw new RangeError(`a shift has whole minutes, not ${minutes}`)
    const moved = this.#line(name)
    const offset = modulo(moved.offset + minutes, moved.headway)
    const lines = this.#network.lines.map((line) => (line === moved ? { ...line, offset } : line))
    return new Timetable({ ...this.#network, lines })
  }

  toString(): string {
    const times = this.#network.lines.map(
      ({ name, offset, headway }) => `${name} at :${offset} every ${headway} min`,
    )
    return `${times.join(', ')}; passengers wait ${this.#waiting()} min a day for transfers`
  }

  /** Minutes a day that passengers whom a line brings, or all, wait for the next bus. */
  #waiting(line?: string): number {
    const transfers = this.#network.transfers.filter(({ from }) => line === undefined || from === line)
    const waits = transfers.map(({ from, to, minutes, people }) => {
      const [arriving, leaving] = [this.#line(from), this.#line(to)]
      return people * modulo(leaving.offset - arriving.offset + minutes, leaving.headway)
    })
    return waits.reduce((sum, each) => sum + each, 0)
  }

  #line(name: string): Network['lines'][number] {
    const line = this.#network.lines.find((each) => each.name === name)
    if (line === undefined) throw new RangeError(`no line ${name}`)
    return line
  }
}

/** The remainder from 0 to below `divisor`. */
function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor
}
