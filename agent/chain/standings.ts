import type { PublicClient } from 'viem'
import { RefusedError } from '../../protocol/errors.ts'
import type { Standing } from '../../protocol/network-parameters.ts'
import type { Address } from '../../protocol/types.ts'
import { NOBODY, standingOf } from './actions/standing.ts'
import type { ChainClient } from './client.ts'

/** How long what the chain said is taken for true without asking again, in intervals: a ban takes a vote of days. */
const LIFE = 3
/** How long it is used, while it is asked for anew, in intervals. */
const MOST_AGE = 6
/** How long it is good enough to refuse somebody by, who may have mended it since, in intervals. */
const REFUSAL_LIFE = 0.1
/** How long the chain is not asked when it did not answer, in intervals. */
const PAUSE = 1
/** Most agents that are remembered, and most keys without one; those that were asked about longest ago go first. */
const MOST = 10_000
/** Most strangers that are asked about at a time: they cost nothing to make, and asking does. */
const MOST_ASKED = 512
/** Of these, most for one peer that passes them on: sixteen have to conspire to keep all others' strangers out. */
const MOST_ASKED_FOR_ONE = 32

interface Known {
  standing: Standing
  readAt: number
}

/**
 * What stands behind keys, remembered so that messages need not wait for the chain: only those of strangers do, and of
 * whom was silent for six intervals. What is older than three is still used, and asked for anew meanwhile. While the
 * chain does not answer, what it said last stays in force, and a stranger is nobody.
 */
export class Standings {
  readonly #chain: ChainClient
  readonly #client: PublicClient
  readonly #report: (error: unknown) => void
  readonly #interval: number
  readonly #stopping = new AbortController()
  /** Keys that speak for agents, apart from others, which anybody can make until they crowd out all else. */
  readonly #agents = new Map<Address, Known>()
  readonly #others = new Map<Address, Known>()
  /** How many of those that are being asked about are no known agents, in all and by who passed them on. */
  #strangers = 0
  readonly #strangersOf = new Map<string, number>()
  readonly #asked = new Map<Address, Promise<Standing>>()
  /** Until when the chain is not asked again, because it did not answer. */
  #pauseUntil = Number.NEGATIVE_INFINITY

  /**
   * @param components.report hears when the chain did not answer
   * @param components.interval milliseconds, of which all ages are multiples
   */
  constructor(components: { chain: ChainClient; report: (error: unknown) => void; interval: number }) {
    this.#chain = components.chain
    this.#client = components.chain.batching(this.#stopping.signal)
    this.#report = components.report
    this.#interval = components.interval
  }

  /**
   * What stands behind a key.
   *
   * @param forwarder who passed on what the key signed; questions about strangers have to be shared
   * @throws RefusedError `TOO_MANY_STRANGERS`
   */
  async of(wallet: Address, forwarder?: string): Promise<Standing> {
    const known = this.#recall(wallet)
    if (known === undefined) return this.#ask(wallet, forwarder)
    const age = this.#ageOf(known)
    if (age > MOST_AGE) return this.#ask(wallet, forwarder)
    if (age > LIFE) this.#ask(wallet).catch(() => undefined)
    return known.standing
  }

  /** What the chain said last of a key, if anything is remembered; asks nobody. */
  known(wallet: Address): Standing | undefined {
    return this.#recall(wallet)?.standing
  }

  /** As `known`, if it is good enough to refuse somebody by. */
  justRead(wallet: Address): Standing | undefined {
    const known = this.#recall(wallet)
    return known !== undefined && this.#ageOf(known) <= REFUSAL_LIFE ? known.standing : undefined
  }

  /**
   * What stands behind a key, as the chain said within the last three intervals, if it answers.
   *
   * @throws RefusedError `TOO_MANY_STRANGERS`
   */
  recent(wallet: Address): Promise<Standing> {
    return this.#since(wallet, LIFE)
  }

  /** As `recent`, within the last tenth of an interval. */
  fresh(wallet: Address, forwarder?: string): Promise<Standing> {
    return this.#since(wallet, REFUSAL_LIFE, forwarder)
  }

  stop(): void {
    this.#stopping.abort()
  }

  /** In intervals. */
  #ageOf({ readAt }: Known): number {
    return (performance.now() - readAt) / this.#interval
  }

  async #since(wallet: Address, age: number, forwarder?: string): Promise<Standing> {
    const known = this.#recall(wallet)
    const isKnown = known !== undefined && this.#ageOf(known) <= age
    return isKnown ? known.standing : this.#ask(wallet, forwarder)
  }

  #ask(wallet: Address, forwarder?: string): Promise<Standing> {
    const asked = this.#asked.get(wallet)
    if (asked !== undefined) return asked
    if (performance.now() < this.#pauseUntil) return Promise.resolve(this.#last(wallet))
    const isStranger = !this.#agents.has(wallet)
    if (isStranger && !this.#hasRoomFor(forwarder)) return Promise.reject(tooManyStrangers())
    if (isStranger) this.#countStranger(forwarder, 1)
    const answer = this.#read(wallet).finally(() => {
      if (isStranger) this.#countStranger(forwarder, -1)
      this.#asked.delete(wallet)
    })
    this.#asked.set(wallet, answer)
    return answer
  }

  #hasRoomFor(forwarder: string | undefined): boolean {
    const share = forwarder === undefined ? 0 : (this.#strangersOf.get(forwarder) ?? 0)
    return this.#strangers < MOST_ASKED && share < MOST_ASKED_FOR_ONE
  }

  #countStranger(forwarder: string | undefined, change: 1 | -1): void {
    this.#strangers += change
    if (forwarder === undefined) return
    const share = (this.#strangersOf.get(forwarder) ?? 0) + change
    if (share === 0) this.#strangersOf.delete(forwarder)
    else this.#strangersOf.set(forwarder, share)
  }

  async #read(wallet: Address): Promise<Standing> {
    try {
      const standing = await standingOf(this.#client, this.#chain.deployment, wallet)
      this.#remember(wallet, standing)
      return standing
    } catch (error) {
      const isFirst = performance.now() >= this.#pauseUntil
      this.#pauseUntil = performance.now() + PAUSE * this.#interval
      if (isFirst && !this.#stopping.signal.aborted) this.#report(error)
      return this.#last(wallet)
    }
  }

  #remember(wallet: Address, standing: Standing): void {
    this.#agents.delete(wallet)
    this.#others.delete(wallet)
    const known = standing.agentId === 0n ? this.#others : this.#agents
    known.set(wallet, { standing, readAt: performance.now() })
    const [oldest] = known.keys()
    if (known.size > MOST && oldest !== undefined) known.delete(oldest)
  }

  #recall(wallet: Address): Known | undefined {
    return this.#agents.get(wallet) ?? this.#others.get(wallet)
  }

  #last(wallet: Address): Standing {
    return this.#recall(wallet)?.standing ?? NOBODY
  }
}

function tooManyStrangers(): RefusedError {
  return new RefusedError('TOO_MANY_STRANGERS', 'Too many unknown agents send at a time.', {
    expected: `at most ${MOST_ASKED}, and ${MOST_ASKED_FOR_ONE} that one peer passes on`,
    remedy: 'Send again later.',
  })
}
