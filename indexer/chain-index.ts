import { EventEmitter, once } from 'node:events'
import type { Logger } from 'pino'
import type { Deployment } from '../protocol/deployment.ts'
import { ChainError, type MeshError } from '../protocol/errors.ts'
import type { ScoreRules } from '../protocol/score.ts'
import type { Endpoints } from './follower/endpoints.ts'
import { type ChainEvent, Follower, type FollowerStatus } from './follower/follower.ts'
import type { BlockBatch } from './follower/read-batch.ts'
import { readScoreRules } from './follower/score-rules.ts'
import type { Handler } from './handlers/handler.ts'
import { createHandlers } from './handlers/index.ts'
import { BatchChanges } from './store/batch-changes.ts'
import { type ChangeSet, writeChanges } from './store/change-set.ts'
import type { Block } from './store/changes.ts'
import type { Step } from './store/draft.ts'
import { appendEvents, draftOf } from './store/outbox.ts'
import { advance, type Progress, readProgress, setCursor } from './store/progress.ts'
import { RowCache } from './store/row-cache.ts'
import type { Store, Tx } from './store/store.ts'
import { undoAbove } from './store/undo.ts'

/** Rows that are kept in memory between batches of blocks: some tens of megabytes. */
const MAX_ROWS = 20_000

interface ChainIndexInit {
  store: Store
  endpoints: Endpoints
  deployment: Deployment
  /** The last block before the deployment, from which a new index goes on. */
  base: Block
  pollInterval: number
  logger: Logger
}

/** One transaction of the index. */
export interface Commit {
  event: ChainEvent
  /** How long it took. */
  seconds: number
  /** How many blocks it took back. */
  undone: number
}

/** How following goes, for whoever asks whether the index can be trusted to be fresh. */
export interface IndexStatus extends Readonly<FollowerStatus> {
  /** Unix milliseconds at which the chain had nothing that is not stored by now, 0 before the first time. */
  levelAt: number
  /** Whether something is being stored: the chain is not asked for more than two events meanwhile. */
  isStoring: boolean
}

/** What the chain did next, ready to be stored. */
interface ReadEvent extends Pick<FollowerStatus, 'head' | 'polledAt'> {
  value: ChainEvent
  /** What its logs do to the rows. */
  steps: Step[]
}

/** Keeps the store equal to what the chain says. Rows, undo records, cursor and events commit together. */
export class ChainIndex {
  /** Emits `commit` after each transaction and `failure` when the index cannot go on. */
  readonly events = new EventEmitter<{ commit: [Commit]; failure: [] }>().setMaxListeners(0)
  readonly #init: ChainIndexInit
  readonly #handlers: readonly Handler[]
  readonly #follower: Follower
  readonly #stop = new AbortController()
  #running: Promise<void> | undefined
  #cursor: Block
  #levelAt = 0
  /** Events that were read and are not stored. */
  #pending = 0
  #failure: MeshError | undefined

  private constructor(init: ChainIndexInit, { cursor, known }: Progress, scores: ScoreRules) {
    this.#init = init
    this.#cursor = cursor
    const { endpoints, deployment, pollInterval, logger } = init
    this.#handlers = createHandlers(deployment, scores)
    const filter = {
      addresses: [...new Set(this.#handlers.map(({ address }) => address))],
      events: [...new Set(this.#handlers.flatMap(({ events }) => events))],
    }
    this.#follower = new Follower({ endpoints, filter, cursor, known, pollInterval, logger })
  }

  /**
   * @throws ConfigError `STORE_OF_ANOTHER_CHAIN` when the store was made from another chain or deployment, ChainError
   *   `CHAIN_UNREACHABLE` when the chain does not answer.
   */
  static async open(init: ChainIndexInit): Promise<ChainIndex> {
    const { store, endpoints, deployment, base } = init
    const scores = await readScoreRules(endpoints, deployment.contracts.reputationRegistry)
    return new ChainIndex(init, await store.write((tx) => readProgress(tx, deployment, base)), scores)
  }

  /** The newest indexed block. */
  get cursor(): Block {
    return this.#cursor
  }

  /** Why the index stopped; undefined while it follows the chain. */
  get failure(): MeshError | undefined {
    return this.#failure
  }

  get status(): IndexStatus {
    const { head, polledAt, disagreement } = this.#follower.status
    const levelAt = this.#cursor.number >= head ? polledAt : this.#levelAt
    return { head, polledAt, disagreement, levelAt, isStoring: this.#pending > 0 }
  }

  /** Begins to follow the chain. */
  start(): void {
    this.#running ??= this.#run()
  }

  /** Ends following; whoever waits for a block is told. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
    this.#fail(
      new ChainError('INDEX_STOPPED', 'The index was stopped.', {
        remedy: 'Start it again: it goes on where it was.',
      }),
    )
  }

  /**
   * Waits until a condition holds for the newest indexed block.
   *
   * @throws ChainError when the index cannot go on; AbortError, caused by the signal's reason, when it aborts.
   */
  async waitFor(condition: (cursor: Block) => boolean, signal?: AbortSignal): Promise<void> {
    while (!condition(this.#cursor)) {
      if (this.#failure !== undefined) throw this.#failure
      const either = new AbortController()
      const until = { signal: signal ? AbortSignal.any([signal, either.signal]) : either.signal }
      await Promise.race([once(this.events, 'commit', until), once(this.events, 'failure', until)]).finally(
        () => either.abort(),
      )
    }
  }

  /** Waits until a block is indexed; throws as `waitFor` does. */
  waitForBlock(height: number, signal?: AbortSignal): Promise<void> {
    return this.waitFor((cursor) => cursor.number >= height, signal)
  }

  async #run(): Promise<void> {
    const done = new AbortController()
    const events = this.#follower.events(AbortSignal.any([this.#stop.signal, done.signal]))
    const cache = new RowCache()
    let storing: Promise<void> = Promise.resolve()
    try {
      // While an event is stored, the next one is applied to the rows in memory, and the one after that is read.
      let next = this.#read(events)
      for (let event = await next; event !== undefined; event = await either(next, storing)) {
        next = this.#read(events)
        next.catch(() => {})
        const { value, steps } = event
        this.#pending++
        if (value.type === 'blocks') {
          if (cache.size > MAX_ROWS) {
            await storing
            cache.clear()
          }
          const changes = await this.#changesOf(value, steps, cache)
          await storing
          storing = this.#store(event, (tx) => writeBatch(tx, value, changes))
          storing.catch(() => {})
        } else {
          await storing
          await this.#store(event, (tx) => this.#undo(tx, value.ancestor))
          cache.clear()
        }
      }
      await storing
    } catch (error) {
      this.#init.logger.error({ err: error }, 'the index stopped')
      this.#fail(error instanceof ChainError ? error : indexingFailed(error))
    } finally {
      done.abort()
    }
  }

  /** The next event, its logs decoded; undefined at the end. */
  async #read(events: AsyncIterator<ChainEvent>): Promise<ReadEvent | undefined> {
    const { value, done } = await events.next()
    if (done === true) return undefined
    // As of the poll that brought this event; the next one changes them.
    const { head, polledAt } = this.#follower.status
    return { value, steps: value.type === 'blocks' ? this.#stepsOf(value) : [], head, polledAt }
  }

  #stepsOf({ logs }: BlockBatch): Step[] {
    return logs.flatMap(({ log, block }) =>
      this.#handlers.flatMap((handler) => {
        const apply = handler.read(log)
        return apply === undefined ? [] : [{ block, apply }]
      }),
    )
  }

  #fail(failure: MeshError): void {
    this.#failure ??= failure
    this.events.emit('failure')
  }

  async #changesOf({ floor }: BlockBatch, steps: Step[], cache: RowCache): Promise<ChangeSet> {
    const { store, deployment } = this.#init
    const changes = new BatchChanges(cache, deployment.chainId, floor)
    return changes.apply(steps, (wanted) => store.transaction((tx) => cache.load(tx, wanted)))
  }

  async #store({ value, head, polledAt }: ReadEvent, write: (tx: Tx) => Promise<Block>): Promise<void> {
    const [from, began] = [this.#cursor.number, performance.now()]
    this.#cursor = await this.#init.store.write(write)
    this.#pending--
    const { number } = this.#cursor
    if (number >= head) this.#levelAt = polledAt
    const seconds = (performance.now() - began) / 1000
    this.events.emit('commit', { event: value, seconds, undone: Math.max(from - number, 0) })
  }

  async #undo(tx: Tx, ancestor: Block): Promise<Block> {
    const { chainId } = this.#init.deployment
    await undoAbove(tx, ancestor.number)
    await setCursor(tx, ancestor)
    const meta = { blockNumber: ancestor.number, blockHash: ancestor.hash, chainId }
    await appendEvents(tx, [draftOf('reorg', { from: ancestor.number + 1 }, meta)])
    return ancestor
  }
}

async function writeBatch(tx: Tx, { to, headers, floor }: BlockBatch, changes: ChangeSet): Promise<Block> {
  await writeChanges(tx, changes)
  await advance(tx, to, headers, floor)
  return to
}

/** The next event, unless what is being stored fails before it comes. */
function either<T>(next: Promise<T>, storing: Promise<void>): Promise<T> {
  return Promise.race([next, storing.then(() => next)])
}

function indexingFailed(cause: unknown): ChainError {
  return new ChainError('INDEXING_FAILED', 'The index could not store what the chain says.', {
    received: cause instanceof Error ? cause.message : cause,
    remedy: 'Start again; if it fails at the same block, delete the data directory to rebuild the index.',
    cause,
  })
}
