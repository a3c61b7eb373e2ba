import { RefusedError } from '../../protocol/errors.ts'
import { EnergyRegister, type Quantity, SampleError } from './energy-register.ts'
import type { MeterMessage } from './meter-port.ts'
import { numberIn } from './payload.ts'

/** Most slots of a home of which one meter has told and the other has not. */
const MAX_WAITING = 4
/** Most characters of a payload that an error repeats. */
const MAX_REPEATED = 64

/** Where one number of a home comes from. */
interface MeterSource {
  topic: string
  /** Where in JSON the number stands, such as `ENERGY.Total`; '' when the payload is the number. */
  path: string
  /** What it is: a register that counts up (`Wh`, `kWh`), or power (`W`, `kW`). */
  quantity: Quantity
}

/** The meters of a home: what it uses and what it generates, or what it takes from the grid and gives to it. */
export interface HomeMeters {
  load: MeterSource
  /** Nothing is generated where there is none. */
  pv?: MeterSource | undefined
}

type Part = 'loadWh' | 'pvWh'

interface Channel {
  home: string
  part: Part
  source: MeterSource
  register: EnergyRegister
}

/** Puts together what the meters of homes tell, sample by sample, to readings of slots. */
export class SlotMeters {
  readonly #seconds: number
  readonly #channels: Channel[] = []
  /** Of each home, slots of which not all is known yet. */
  readonly #waiting = new Map<string, Map<number, Partial<Record<Part, number>>>>()

  /** @param seconds length of a slot */
  constructor(homes: ReadonlyMap<string, HomeMeters>, seconds: number) {
    this.#seconds = seconds
    for (const [home, { load, pv }] of homes) {
      const parts = [['loadWh', load] as const, ...(pv === undefined ? [] : [['pvWh', pv] as const])]
      for (const [part, source] of parts) {
        const register = new EnergyRegister(source.quantity, seconds)
        this.#channels.push({ home, part, source, register })
      }
    }
  }

  /** All topics, each once. */
  get topics(): string[] {
    return [...new Set(this.#channels.map(({ source }) => source.topic))]
  }

  /**
   * Takes in what was published in a topic.
   *
   * @param now Unix seconds
   * @returns the slots of homes that this completes, and for each meter whose number is not in it a RefusedError
   *   `READING_INVALID`
   */
  add(topic: string, payload: string, now: number): { messages: MeterMessage[]; faults: RefusedError[] } {
    const messages: MeterMessage[] = []
    const faults: RefusedError[] = []
    for (const channel of this.#channels) {
      if (channel.source.topic !== topic) continue
      try {
        messages.push(...this.#take(channel, payload, now))
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error
        faults.push(error)
      }
    }
    return { messages, faults }
  }

  #take({ home, part, source, register }: Channel, payload: string, now: number): MeterMessage[] {
    const sample = numberIn(payload, source.path)
    if (sample === undefined) throw invalid(source, payload)
    try {
      return register.add(now, sample).flatMap(({ start, wh }) => this.#complete(home, start, part, wh))
    } catch (error) {
      throw error instanceof SampleError ? invalid(source, payload) : error
    }
  }

  #complete(home: string, start: number, part: Part, wh: number): MeterMessage[] {
    const slots = this.#waiting.get(home) ?? new Map<number, Partial<Record<Part, number>>>()
    this.#waiting.set(home, slots)
    const known = { ...this.#nothing(home), ...slots.get(start), [part]: wh }
    const { loadWh, pvWh } = known
    if (loadWh !== undefined && pvWh !== undefined) {
      slots.delete(start)
      return [{ home, start, end: start + this.#seconds, loadWh, pvWh }]
    }
    slots.set(start, known)
    const [oldest] = slots.keys()
    if (slots.size > MAX_WAITING && oldest !== undefined) slots.delete(oldest)
    return []
  }

  /** What a home without a meter for it has none of. */
  #nothing(home: string): Partial<Record<Part, number>> {
    const hasPv = this.#channels.some((channel) => channel.home === home && channel.part === 'pvWh')
    return hasPv ? {} : { pvWh: 0 }
  }
}

function invalid({ topic, path, quantity }: MeterSource, payload: string): RefusedError {
  return new RefusedError('READING_INVALID', 'A payload is no reading.', {
    field: path === '' ? topic : `${topic}: ${path}`,
    expected: `a number of ${quantity}, at least 0`,
    received: payload.slice(0, MAX_REPEATED),
    remedy: 'Name the topic, and the path in its JSON, at which the meter tells its number.',
  })
}
