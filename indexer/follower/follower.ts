import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { ChainError } from '../../protocol/errors.ts'
import type { Block } from '../store/changes.ts'
import { BlockRange } from './block-range.ts'
import type { LogFilter } from './chain-reader.ts'
import { type Endpoints, type Look, reasonOf } from './endpoints.ts'
import { type BlockBatch, readBatch } from './read-batch.ts'
import { findAncestor } from './reorg.ts'
import { Witnesses } from './witnesses.ts'

/** What the chain did next, upon all that was told before. */
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
  /** That two endpoints tell different chains, so that nothing is stored; undefined when they do not. */
  readonly disagreement: ChainError | undefined
}

export interface FollowerInit {
  endpoints: Endpoints
  filter: LogFilter
  /** The newest stored block: where to go on from. */
  cursor: Block
  /** Stored blocks, ascending and without gaps, ending with the cursor. */
  known: readonly Block[]
  /** Milliseconds between polls when there is nothing new. */
  pollInterval: number
  logger: Logger
}

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
  readonly #witnesses: Witnesses
  readonly #range = new BlockRange()
  #known: Block[]
  #cursor: Block
  #isAway = false

  constructor(init: FollowerInit) {
    this.#init = init
    this.#known = [...init.known]
    this.#cursor = init.cursor
    const witnesses = new Witnesses(init.endpoints, init.logger)
    this.#witnesses = witnesses
    this.status = {
      head: this.#cursor.number,
      polledAt: 0,
      get disagreement() {
        return witnesses.disagreement
      },
    }
  }

  /**
   * Yields until `signal` aborts. A failed call is tried again: at the next endpoint, or after longer and longer pauses.
   *
   * @throws ChainError `REORG_TOO_DEEP` when the chain left the stored one further back than can be undone,
   *   `GENESIS_CHANGED` or `WRONG_CHAIN` when another chain answers at the same URLs.
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
    const { endpoints, logger } = this.#init
    let source: Look | undefined
    try {
      const looks = await endpoints.look(signal)
      source = looks.source
      const event = await this.#next(source, looks.witness, signal)
      source.endpoint.succeeded()
      looks.witness?.endpoint.succeeded()
      this.#isAway = false
      this.status.polledAt = Date.now()
      return event
    } catch (error) {
      if (signal.aborted) return undefined
      if (error instanceof ChainError && error.code === 'REORG_TOO_DEEP') throw error
      if (source !== undefined) endpoints.failed(source.endpoint, error)
      else if (error instanceof ChainError)
        throw error.field === 'genesisHash' ? genesisChanged(error) : error
      const wasAway = this.#isAway
      this.#isAway = endpoints.rest > 0
      if (this.#isAway && !wasAway) logger.warn({ reason: reasonOf(error) }, 'the chain does not answer')
      return undefined
    }
  }

  async #next(source: Look, witness: Look | undefined, signal: AbortSignal): Promise<ChainEvent | undefined> {
    this.status.head = Math.max(source.head.number, witness?.head.number ?? 0)
    const cursor = this.#cursor
    const { reader } = source.endpoint
    const isShorter = source.head.number < cursor.number
    const onChain = isShorter ? undefined : await blockAt(source, cursor.number, signal)
    if (onChain?.hash !== cursor.hash) return this.#reorg(onChain, source, witness, signal)
    // What one of the two does not know yet cannot be compared.
    const head =
      witness !== undefined && witness.head.number < source.head.number ? witness.head : source.head
    if (head.number <= cursor.number) {
      await this.#witnesses.compare(source, witness, signal)
      return undefined
    }
    const { filter } = this.#init
    const range = this.#range
    const batch = await readBatch({ reader, filter, known: this.#known, cursor, head, range, signal })
    if (batch === undefined || !(await this.#witnesses.confirm(batch.to, source, witness, signal)))
      return undefined
    return batch
  }

  /** `onChain` is what `source` has instead of the newest stored block; undefined when its chain is shorter. */
  async #reorg(
    onChain: Block | undefined,
    source: Look,
    witness: Look | undefined,
    signal: AbortSignal,
  ): Promise<ChainEvent | undefined> {
    const cursor = this.#cursor
    if (witness !== undefined && !(await this.#haveLeft(cursor, onChain, source, witness, signal)))
      return undefined
    const ancestor = await findAncestor(source.endpoint.reader, this.#known, signal)
    if (ancestor !== undefined) return ancestor === cursor ? undefined : { type: 'reorg', ancestor }
    await source.endpoint.verify(signal)
    throw reorgTooDeep(this.#known[0], onChain)
  }

  /** Whether the chain of a second endpoint has left a block, too. */
  async #haveLeft(
    block: Block,
    onChain: Block | undefined,
    source: Look,
    witness: Look,
    signal: AbortSignal,
  ): Promise<boolean> {
    // Who does not know the block may be behind, which is no reorganisation.
    if (witness.head.number < block.number) return this.#witnesses.compare(source, witness, signal)
    const theirs = await this.#witnesses.blockOf(witness, block.number, signal)
    if (theirs === undefined) return false
    if (theirs.hash !== block.hash) return true
    if (onChain === undefined) await this.#witnesses.compare(source, witness, signal)
    else await this.#witnesses.disagree(onChain, source, theirs, witness, signal)
    return false
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
    return this.#isAway ? this.#init.endpoints.rest : this.#init.pollInterval
  }
}

/** Only a look at a height that is not the newest one costs a call. */
async function blockAt(
  { endpoint, head }: Look,
  height: number,
  signal: AbortSignal,
): Promise<Block | undefined> {
  return head.number === height ? head : endpoint.reader.block(height, signal)
}

function reorgTooDeep(oldest: Block | undefined, onChain: Block | undefined): ChainError {
  return new ChainError('REORG_TOO_DEEP', 'The chain was reorganised further back than the index can undo.', {
    field: 'blockHash',
    expected: `block ${oldest?.number} ${oldest?.hash}`,
    received: onChain === undefined ? 'a shorter chain' : `block ${onChain.number} ${onChain.hash}`,
    remedy: 'Delete the data directory and start again: the index is rebuilt from the chain.',
  })
}

function genesisChanged({ expected, received }: ChainError): ChainError {
  return new ChainError('GENESIS_CHANGED', 'Another chain answers at the URL of the one that was followed.', {
    field: 'genesisHash',
    expected,
    received,
    remedy:
      'Deploy to the new chain. An index that was given a `successor` goes on with that by itself, any other is to be started anew.',
  })
}
