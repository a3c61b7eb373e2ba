import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { ChainError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/types.ts'
import type { Block } from '../store/changes.ts'
import { BlockRange } from './block-range.ts'
import type { ChainReader, LogFilter } from './chain-reader.ts'
import { type BlockBatch, readBatch } from './read-batch.ts'
import { findAncestor } from './reorg.ts'

/** What the chain did next. The consumer has stored it when it asks for the following one. */
export type ChainEvent =
  | BlockBatch
  /** `ancestor` is the highest stored block that is still part of the chain together with all below it. */
  | { type: 'reorg'; ancestor: Block }

/** How polling goes, for whoever asks whether the index can be trusted to be fresh. */
export interface FollowerStatus {
  /** Height of the chain at the last successful poll. */
  head: number
  /** Unix milliseconds of the last successful poll, 0 before the first. */
  polledAt: number
  /** Polls that failed since then. */
  failures: number
}

export interface FollowerInit {
  reader: ChainReader
  filter: LogFilter
  genesisHash: Hex
  /** The newest stored block: where to go on from. */
  cursor: Block
  /** Stored blocks, ascending and without gaps, ending with the cursor. */
  known: readonly Block[]
  /** Milliseconds between polls when there is nothing new. */
  pollInterval: number
  logger: Logger
}

/** Longest pause between two tries of a chain that does not answer, in milliseconds. */
const MAX_PAUSE = 10_000

/**
 * Follows a chain with a cursor of its own. Hashes are compared height by height and parent hashes ignored, because
 * local chains make blocks whose parent hash is zero.
 *
 * @example
 * ```ts
 * for await (const event of follower.events(signal)) {
 *   if (event.type === 'reorg') await undoAbove(event.ancestor)
 *   else await store(event)
 * }
 * ```
 */
export class Follower {
  readonly status: FollowerStatus
  readonly #init: FollowerInit
  readonly #range = new BlockRange()
  #known: Block[]
  #cursor: Block

  constructor(init: FollowerInit) {
    this.#init = init
    this.#known = [...init.known]
    this.#cursor = init.cursor
    this.status = { head: this.#cursor.number, polledAt: 0, failures: 0 }
  }

  /**
   * Yields until `signal` aborts. A failed call is tried again, after longer and longer pauses.
   *
   * @throws ChainError `REORG_TOO_DEEP` when the chain left the stored one further back than can be undone,
   *   `GENESIS_CHANGED` when another chain answers at the same URL.
   */
  async *events(signal: AbortSignal): AsyncGenerator<ChainEvent, void, undefined> {
    while (!signal.aborted) {
      const event = await this.#poll(signal)
      if (event === undefined) {
        await sleep(this.#pause(), undefined, { signal }).catch(() => {})
        continue
      }
      yield event
      this.#advance(event)
    }
  }

  async #poll(signal: AbortSignal): Promise<ChainEvent | undefined> {
    try {
      const event = await this.#next(signal)
      Object.assign(this.status, { polledAt: Date.now(), failures: 0 })
      return event
    } catch (error) {
      if (signal.aborted) return undefined
      if (error instanceof ChainError) throw error
      this.status.failures++
      if (this.status.failures === 1) this.#init.logger.warn({ err: error }, 'the chain does not answer')
      return undefined
    }
  }

  async #next(signal: AbortSignal): Promise<ChainEvent | undefined> {
    const { reader, genesisHash } = this.#init
    const head = await reader.block('latest', signal)
    if (head === undefined) throw new Error('The chain has no newest block.')
    this.status.head = head.number
    const cursor = this.#cursor
    if (head.number === cursor.number && head.hash === cursor.hash) return undefined
    const onChain = head.number < cursor.number ? undefined : await reader.block(cursor.number, signal)
    if (onChain?.hash !== cursor.hash) {
      const ancestor = await findAncestor(reader, this.#known, genesisHash, signal)
      return ancestor === cursor ? undefined : { type: 'reorg', ancestor }
    }
    const { filter } = this.#init
    return readBatch({ reader, filter, known: this.#known, cursor, head, range: this.#range, signal })
  }

  #advance(event: ChainEvent): void {
    if (event.type === 'reorg') {
      this.#known = this.#known.filter((block) => block.number <= event.ancestor.number)
      this.#cursor = event.ancestor
    } else {
      this.#known = [...this.#known, ...event.headers].filter((block) => block.number >= event.floor)
      this.#cursor = event.to
    }
  }

  #pause(): number {
    return Math.min(this.#init.pollInterval * 2 ** this.status.failures, MAX_PAUSE)
  }
}
