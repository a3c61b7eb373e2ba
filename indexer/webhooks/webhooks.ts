import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { MeshError, messageOf } from '../../protocol/errors.ts'
import { Refresher } from '../refresher.ts'
import type { Replica } from '../replica.ts'
import type { Store } from '../store/store.ts'
import { noteFailure, noteSuccess } from '../store/webhooks/outcome.ts'
import { type Head, readHeads } from '../store/webhooks/queue.ts'
import { Collector } from './collect.ts'
import { type Answer, post } from './post.ts'
import { parseReceiver, type Reach, type Resolve, resolvePublicly } from './receiver.ts'
import { type Backoff, backoff } from './retries.ts'
import { signedHeaders } from './signature.ts'

/** Milliseconds that a receiver has to answer. */
const TIMEOUT = 10_000
/** Longest time that is slept without looking, in milliseconds, and after a look that failed. */
const LONGEST_SLEEP = 60_000
const SLEEP_AFTER_FAILURE = 5_000
/** Most that is told of an error, in characters. */
const MAX_ERROR = 200
const GONE = 410

/** What may be set of webhooks. */
export interface WebhookOptions {
  /** Whether receivers may be on this machine, without TLS too: for development alone. */
  local?: boolean | undefined
  /** Finds the addresses of receivers; the system's name servers when absent. */
  resolve?: Resolve | undefined
  /** Milliseconds until the next try; see `backoff` when absent. */
  backoff?: Backoff | undefined
  /** Milliseconds that a receiver has to answer, 10 s when absent. */
  timeout?: number | undefined
  /** Unix milliseconds. */
  now?: (() => number) | undefined
}

interface WebhooksInit {
  store: Store
  replica: Replica
  logger: Logger
}

/**
 * Tells webhooks of events: each in order, as soon as its receiver has taken the event before, and at least once. What it is told is
 * queued in the database and taken off the queue when it was taken, so a process that is killed in between tells it once more, by the
 * same id. Of the processes that share a database the one that writes does it.
 */
export class Webhooks {
  readonly reach: Reach
  readonly now: () => number
  readonly #init: WebhooksInit
  readonly #backoff: Backoff
  readonly #timeout: number
  readonly #collector: Collector
  readonly #refresher: Refresher
  /** One message for each webhook at a time, and so none waits for another's receiver. */
  readonly #underWay = new Map<string, Promise<void>>()
  #stopped = new AbortController()
  #closed = false
  #timer: NodeJS.Timeout | undefined

  constructor(init: WebhooksInit, options: WebhookOptions = {}) {
    this.#init = init
    this.reach = { local: options.local ?? false, resolve: options.resolve ?? resolvePublicly }
    this.now = options.now ?? Date.now
    this.#backoff = options.backoff ?? ((failures) => backoff(failures, Math.random()))
    this.#timeout = options.timeout ?? TIMEOUT
    this.#collector = new Collector(init.store, this.now)
    this.#refresher = new Refresher(
      () => this.#go(),
      (error) => {
        this.#collector.forget()
        if (init.replica.isWriter) init.logger.error({ err: error }, 'webhooks were not told')
        this.#sleep(SLEEP_AFTER_FAILURE)
      },
    )
    init.store.events.on('change', this.#onChange)
    init.replica.events.on('change', this.#onChange)
    this.#onChange()
  }

  /** Ends what is under way; the next process that writes tells it again. */
  async close(): Promise<void> {
    this.#closed = true
    const { store, replica } = this.#init
    store.events.off('change', this.#onChange)
    replica.events.off('change', this.#onChange)
    clearTimeout(this.#timer)
    this.#stopped.abort()
    await this.#refresher.close()
    await Promise.all(this.#underWay.values())
  }

  readonly #onChange = () => {
    if (!this.#closed) this.#refresher.request()
  }

  async #go(): Promise<void> {
    clearTimeout(this.#timer)
    if (!this.#init.replica.isWriter) {
      this.#collector.forget()
      this.#stopped.abort()
      return
    }
    if (this.#stopped.signal.aborted && !this.#closed) this.#stopped = new AbortController()
    await this.#collector.collect()
    // What is read of one that is being told is what was before it was.
    const busy = new Set(this.#underWay.keys())
    const heads = await this.#init.store.transaction(readHeads)
    let pause = LONGEST_SLEEP
    for (const head of heads) {
      if (busy.has(head.webhook)) continue
      const wait = head.dueAt - this.now()
      if (wait > 0) pause = Math.min(pause, wait)
      else this.#begin(head)
    }
    this.#sleep(pause)
  }

  /** @param milliseconds until it looks again, unless something happens before */
  #sleep(milliseconds: number): void {
    if (!this.#closed) this.#timer = setTimeout(this.#onChange, milliseconds)
  }

  #begin(head: Head): void {
    const { logger } = this.#init
    const { signal } = this.#stopped
    const telling = this.#tell(head, signal)
      .catch((error: unknown) => {
        logger.warn({ err: error, webhook: head.webhook }, 'what became of a webhook was not noted')
        // It is told once more: not as fast as it can be while the database takes nothing.
        return sleep(SLEEP_AFTER_FAILURE, undefined, { signal }).catch(() => {})
      })
      .finally(() => {
        this.#underWay.delete(head.webhook)
        this.#onChange()
      })
    this.#underWay.set(head.webhook, telling)
  }

  async #tell(head: Head, stop: AbortSignal): Promise<void> {
    const { store } = this.#init
    const result = await this.#send(head, stop)
    if (stop.aborted) return
    const now = this.now()
    await store.write((tx) =>
      result === undefined
        ? noteSuccess(tx, head, now)
        : noteFailure(tx, head, { ...result, backoff: this.#backoff }, now),
    )
  }

  /** @returns undefined when it was taken */
  async #send({ url, secret, event, type, body }: Head, stop: AbortSignal) {
    const seconds = Math.floor(this.now() / 1000)
    const headers = {
      ...{ 'Content-Type': 'application/json', 'User-Agent': 'mesh-webhooks/1' },
      ...signedHeaders(secret, event, seconds, body),
    }
    try {
      const signal = AbortSignal.any([stop, AbortSignal.timeout(this.#timeout)])
      const answer = await post(parseReceiver(url, this.reach), headers, body, this.reach, signal)
      const error = faultIn(answer, type, body)
      return error === undefined ? undefined : { error, isFinal: answer.status === GONE }
    } catch (error) {
      return { error: reasonOf(error, this.#timeout), isFinal: false }
    }
  }
}

/** Why an answer does not count as taken; undefined when it does. */
function faultIn({ status, text }: Answer, type: string, body: string): string | undefined {
  if (status < 200 || status > 299) return `it answered ${status}`
  if (type !== 'ping') return undefined
  const { data } = JSON.parse(body) as { data: { challenge: string } }
  return text.includes(data.challenge) ? undefined : 'its answer to a ping has to repeat `data.challenge`'
}

function reasonOf(error: unknown, timeout: number): string {
  if (error instanceof MeshError) return `${error.code}: ${String(error.expected)}`
  const { code, name } = error as NodeJS.ErrnoException
  if (name === 'TimeoutError' || name === 'AbortError') return `no answer within ${timeout} ms`
  return (code ?? messageOf(error)).slice(0, MAX_ERROR)
}
