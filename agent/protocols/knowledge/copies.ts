import { bytesToHex } from 'viem'
import { capabilityOf } from '../../../protocol/capability.ts'
import { RefusedError } from '../../../protocol/errors.ts'
import { MAX_NAME_BYTES } from '../../../protocol/limits.ts'
import { type Capability, type Hex, shareOf } from '../../../protocol/types.ts'
import { background, type Timer } from '../../platform/timers.ts'
import { ExpiringCache } from '../expiring-cache.ts'
import { PRICE } from '../services/constants.ts'
import { type Services, serviceOf } from '../services/index.ts'
import { cidOf, type SignedKnowledge, toMessage } from './answer.ts'
import {
  COPY,
  COPY_BPS,
  HOLDS,
  MAX_ANNOUNCED,
  MAX_BYTES_KEPT,
  MAX_CAPABILITIES_COPIED,
  MAX_KEPT,
} from './constants.ts'

/** An answer that was bought. */
export interface Held {
  /** As it was handed over. */
  answer: SignedKnowledge
  /** Minor units. */
  paid: bigint
  /** As its owner asked, so that one who asks otherwise is not given it; undefined where it did not find who answered. */
  query: string | undefined
  /** Whether it may be passed on, for all that this agent's owner says. */
  isPassedOn: boolean
}

export interface CopiesComponents {
  services: Pick<Services, 'serve' | 'unserve'>
  /** Called when what is to be told of the copies has changed. */
  onChange: () => void
  /** Unix seconds. */
  now: () => bigint
}

/** Longest time that a timer can wait, in milliseconds. */
const MAX_WAIT = 2 ** 31 - 1

/** Keeps the answers that an agent bought while they hold, and serves copies of those that may be passed on. */
export class Copies {
  readonly #components: CopiesComponents
  readonly #held = new ExpiringCache<Held>({ entries: MAX_KEPT, bytes: MAX_BYTES_KEPT })
  /** Prices of what is served, by the capability of which there are copies. */
  readonly #served = new Map<string, bigint>()
  #expiry: Timer | undefined

  constructor(components: CopiesComponents) {
    this.#components = components
  }

  /** The answer to a question that still holds. @param question SHA-256 of it */
  get(capability: string, question: Hex): Held | undefined {
    return this.#held.get(keyOf(capability, question), this.#components.now())
  }

  /** Keeps an answer while it holds; and passes it on, where licence and owner allow that. */
  add(held: Held): void {
    const { value } = held.answer
    const bytes = toMessage(held.answer).length
    const now = this.#components.now()
    this.#held.set(keyOf(value.capability, value.question), { value: held, expiry: value.expiry, bytes }, now)
    if (mayPassOn(held)) this.#offer()
  }

  /** What this agent says that it has copies of, within the bounds of a capability record. */
  capabilities(): Capability[] {
    return [...this.#offered()].map(([capability, held]) => ({
      ...capabilityOf(capability + COPY),
      attributes: [
        { name: HOLDS, type: 'set', values: held.map(({ answer }) => cidOf(answer.value.question)) },
        { name: PRICE, type: 'range', min: priceOf(held), max: priceOf(held) },
      ],
    }))
  }

  stop(): void {
    clearTimeout(this.#expiry)
  }

  /** The newest that are passed on, by capability. */
  #offered(): Map<string, Held[]> {
    const passedOn = this.#held.values(this.#components.now()).filter(mayPassOn)
    const offered = Map.groupBy(passedOn.slice(0, MAX_ANNOUNCED), ({ answer }) => answer.value.capability)
    return new Map([...offered].slice(0, MAX_CAPABILITIES_COPIED))
  }

  /** Serves what is offered now, and no more what is not; and looks again when the first of it expires. */
  #offer(): void {
    const { services, onChange, now } = this.#components
    const offered = this.#offered()
    for (const capability of this.#served.keys()) {
      if (offered.has(capability)) continue
      services.unserve(capability + COPY)
      this.#served.delete(capability)
    }
    for (const [capability, held] of offered) {
      const price = priceOf(held)
      if (this.#served.get(capability) === price) continue
      const handler = (question: Uint8Array) => this.#copy(capability, question)
      services.serve(serviceOf(capability + COPY, handler, { price }))
      this.#served.set(capability, price)
    }
    clearTimeout(this.#expiry)
    const expiries = [...offered.values()].flat().map(({ answer }) => Number(answer.value.expiry - now()))
    if (expiries.length > 0) {
      const wait = Math.min(Math.min(...expiries) * 1000, MAX_WAIT)
      this.#expiry = background(setTimeout(() => this.#offer(), wait))
    }
    onChange()
  }

  /** @throws RefusedError `ANSWER_UNKNOWN` */
  #copy(capability: string, question: Uint8Array): Uint8Array {
    const digest = bytesToHex(question)
    const held = this.get(capability, digest)
    if (held !== undefined && mayPassOn(held)) return toMessage(held.answer)
    throw new RefusedError('ANSWER_UNKNOWN', 'There is no copy of such an answer here.', {
      field: 'question',
      expected: 'SHA-256 of a question whose answer is held, and may be passed on',
      received: digest.slice(0, 66),
      remedy: 'Ask who computes it.',
    })
  }
}

function keyOf(capability: string, question: Hex): string {
  return `${capability}/${question}`
}

function mayPassOn({ isPassedOn, answer: { value } }: Held): boolean {
  return isPassedOn && value.reuse !== 'none' && value.capability.length + COPY.length <= MAX_NAME_BYTES
}

/** What any of these costs: all as much, so that the dearest of them sets it; nothing where one may only be shared. */
function priceOf(held: readonly Held[]): bigint {
  if (held.some(({ answer }) => answer.value.reuse === 'share')) return 0n
  const prices = held.map(({ paid }) => shareOf(paid, COPY_BPS))
  return prices.reduce((most, price) => (price > most ? price : most), 0n)
}
