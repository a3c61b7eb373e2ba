import type { Logger } from 'pino'
import { ConfigError, messageOf } from '../../protocol/errors.ts'
import type { Block } from '../store/changes.ts'
import type { Calls } from './counted-transport.ts'
import { type ChainIdentity, Endpoint } from './endpoint.ts'

/** An endpoint with the newest block that it knows. */
export interface Look {
  endpoint: Endpoint
  head: Block
}

export interface EndpointsInit {
  /** One or more; those named first are asked first. */
  urls: readonly string[]
  chain: ChainIdentity
  /** The first rest of an endpoint that failed, in milliseconds. */
  pause: number
  logger: Logger
}

/** What one endpoint was asked, and how it did. */
export interface EndpointFigures extends Calls {
  /** How often it was left for a while. */
  left: number
}

/** How long an endpoint may take to tell its newest block when there are others, in milliseconds. */
const LOOK_TIMEOUT = 3_000

/**
 * The RPC endpoints of one chain: one is read, a second one witnesses what the first one says. One that fails, takes too
 * long or lags behind is left for a while, and the next takes its place; one that is of another chain is never used.
 */
export class Endpoints {
  readonly #all: readonly Endpoint[]
  readonly #logger: Logger
  /** Place of the one that is read. */
  #current = 0

  /** @throws ConfigError `RPC_URL_INVALID` */
  constructor({ urls, chain, pause, logger }: EndpointsInit) {
    if (urls.length === 0) {
      throw new ConfigError('RPC_URL_INVALID', 'No endpoint of the chain is named.', {
        field: 'rpcUrls',
        expected: 'one or more',
        remedy: 'Name one, or leave `rpcUrls` out for that of the network.',
      })
    }
    this.#all = urls.map((url, index) => new Endpoint(url, index, chain, pause))
    this.#logger = logger
  }

  /** Of each endpoint, in the order in which they were named. */
  get figures(): EndpointFigures[] {
    return this.#all.map(({ reader, left }) => ({ ...reader.calls, left }))
  }

  /** Milliseconds until one of them may be asked again; 0: now. */
  get rest(): number {
    return Math.min(...this.#all.map((endpoint) => endpoint.rest))
  }

  /**
   * The newest block of the endpoint that is to be read, and of the one to compare it with, where a second one answers.
   *
   * @throws ChainError `WRONG_CHAIN` when all of them answer and are of another chain; the reason of one when none answers.
   */
  async look(signal: AbortSignal): Promise<{ source: Look; witness: Look | undefined }> {
    const [first, second] = await this.#firstTwo(signal)
    if (second === undefined) return { source: first, witness: undefined }
    const [behind, ahead] = first.head.number < second.head.number ? [first, second] : [second, first]
    ahead.endpoint.isLagging(ahead.head, ahead.head)
    if (!behind.endpoint.isLagging(behind.head, ahead.head)) return { source: first, witness: second }
    // Whoever is ahead on another chain is no reason to leave the one that is not.
    const theirs = await ahead.endpoint.reader.block(behind.head.number, signal).catch(() => undefined)
    if (theirs?.hash !== behind.head.hash) return { source: first, witness: second }
    const lag = ahead.head.number - behind.head.number
    this.failed(behind.endpoint, new Error(`it is ${lag} blocks behind ${ahead.endpoint.name}`))
    return { source: ahead, witness: undefined }
  }

  /** Leaves an endpoint for a while. */
  failed(endpoint: Endpoint, error: unknown): void {
    endpoint.failed(error)
    if (endpoint.failures > 1) return
    this.#logger.warn(
      { endpoint: endpoint.name, reason: reasonOf(error) },
      'an endpoint of the chain is left',
    )
  }

  /** Of those that do not rest, from the present one on; when none of these answers, the first one that does. */
  async #firstTwo(signal: AbortSignal): Promise<[Look, Look | undefined]> {
    const inTurn = [...this.#all.slice(this.#current), ...this.#all.slice(0, this.#current)]
    const { awake = [], resting = [] } = Object.groupBy(inTurn, ({ rest }) =>
      rest > 0 ? 'resting' : 'awake',
    )
    const looks: Look[] = []
    let failure: unknown
    while (looks.length < 2 && awake.length > 0) {
      const asked = awake.splice(0, 2 - looks.length)
      failure = (await this.#ask(asked, looks, signal)) ?? failure
    }
    while (looks.length === 0 && resting.length > 0) {
      failure = await this.#ask(resting.splice(0, 1), looks, signal)
    }
    const [source, witness] = looks
    if (source === undefined) {
      const refusals = this.#all.map(({ refusal }) => refusal)
      throw refusals.includes(undefined) ? failure : refusals[0]
    }
    this.#current = this.#all.indexOf(source.endpoint)
    return [source, witness]
  }

  /** Adds the looks of those that answer; returns why one of the others did not. */
  async #ask(asked: readonly Endpoint[], looks: Look[], signal: AbortSignal): Promise<unknown> {
    const patience =
      this.#all.length === 1 ? signal : AbortSignal.any([signal, AbortSignal.timeout(LOOK_TIMEOUT)])
    const answers = await Promise.allSettled(asked.map((endpoint) => endpoint.look(patience)))
    signal.throwIfAborted()
    let failure: unknown
    for (const [index, endpoint] of asked.entries()) {
      const answer = answers[index]
      if (answer?.status === 'fulfilled') {
        looks.push({ endpoint, head: answer.value })
      } else {
        failure = answer?.reason
        this.failed(endpoint, failure)
      }
    }
    return failure
  }
}

/** What viem's errors say in short: at length they tell the URL, which may hold a key. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error && 'shortMessage' in error) return String(error.shortMessage)
  return messageOf(error)
}
