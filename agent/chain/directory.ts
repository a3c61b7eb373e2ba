import { ChainError } from '../../protocol/errors.ts'
import type { NetworkParameters } from '../../protocol/network-parameters.ts'
import { background, type Timer } from '../platform/timers.ts'
import { type DirectoryKeys, readParameters } from './actions/mesh-directory.ts'
import type { ChainClient } from './client.ts'

/**
 * How long, in milliseconds, a message is no fault that was small enough until the limit was lowered: by then every node
 * has read the parameters again, the one with the longest interval included.
 */
const CHANGEOVER = 600_000

/** The network's parameters as the chain said them last. While it does not answer, they stay in force. */
export class Directory {
  readonly #chain: ChainClient
  readonly #report: (error: unknown) => void
  readonly #interval: number
  readonly #stopping = new AbortController()
  #keys: DirectoryKeys
  #parameters: NetworkParameters | undefined
  /** What was allowed before the limit of messages was lowered, and until when that is no fault. */
  #formerly = { bytes: 0, until: 0 }
  #timer: Timer | undefined
  /** One after the other: an answer that took long must not replace a later one. */
  #reading = Promise.resolve()

  /**
   * @param components.report hears when the chain did not answer
   * @param components.interval milliseconds from an answer to the next question
   */
  constructor(
    components: { chain: ChainClient; report: (error: unknown) => void; interval: number },
    keys: DirectoryKeys,
  ) {
    this.#chain = components.chain
    this.#report = components.report
    this.#interval = components.interval
    this.#keys = keys
  }

  /** The parameters in force; a change makes a new object. @throws when it was not started */
  get parameters(): NetworkParameters {
    if (this.#parameters === undefined) throw new Error('the directory was not read yet')
    return this.#parameters
  }

  /** Bytes up to which a message was allowed within the last ten minutes. */
  get latelyAllowedBytes(): number {
    const { maxMessageBytes } = this.parameters.spam
    const { bytes, until } = this.#formerly
    return performance.now() < until ? Math.max(bytes, maxMessageBytes) : maxMessageBytes
  }

  /**
   * Reads the parameters, and again after each interval.
   *
   * @param signal ends the first reading
   * @throws ChainError `DIRECTORY_UNREADABLE`; what `signal` was aborted with
   */
  async start(signal?: AbortSignal): Promise<void> {
    try {
      await this.#read(signal)
    } catch (cause) {
      signal?.throwIfAborted()
      throw new ChainError('DIRECTORY_UNREADABLE', "The network's parameters cannot be read.", {
        field: 'deployment.contracts.meshDirectory',
        received: this.#chain.deployment.contracts.meshDirectory,
        remedy: 'Check that the chain answers; fetch the network descriptor again.',
        cause,
      })
    }
    this.#readLater()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#stopping.abort()
  }

  /**
   * Reads from now on what holds for a domain, and for a topic of it; until it has, the defaults hold for them.
   *
   * @param topic without version and area
   */
  follow(domain: string, topic: string): void {
    const { domains, topics, protocols } = this.#keys
    if (domains.includes(domain)) return
    this.#keys = { protocols, domains: [...domains, domain], topics: [...topics, topic] }
    this.#readAgain()
  }

  /** Counts from the last answer: to a chain that is slower than the interval, questions would pile up. */
  #readLater(): void {
    if (this.#stopping.signal.aborted) return
    this.#timer = background(
      setTimeout(async () => {
        await this.#readAgain()
        this.#readLater()
      }, this.#interval),
    )
  }

  #readAgain(): Promise<void> {
    this.#reading = this.#reading
      .then(() => this.#read())
      .catch((error: unknown) => {
        if (!this.#stopping.signal.aborted) this.#report(error)
      })
    return this.#reading
  }

  async #read(signal = this.#stopping.signal): Promise<void> {
    const client = this.#chain.batching(AbortSignal.any([signal, this.#stopping.signal]))
    const parameters = await readParameters(client, this.#chain.deployment, this.#keys)
    const earlier = this.#parameters?.spam.maxMessageBytes ?? 0
    if (parameters.spam.maxMessageBytes < earlier) {
      this.#formerly = { bytes: this.latelyAllowedBytes, until: performance.now() + CHANGEOVER }
    }
    this.#parameters = parameters
  }
}
