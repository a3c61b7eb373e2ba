import { EventEmitter, once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { ChainError, ConfigError, type MeshError, messageOf } from '../protocol/errors.ts'
import type { ChainIndex, Commit } from './chain-index.ts'
import { Inbox } from './inbox.ts'
import { Refresher } from './refresher.ts'
import type { Block } from './store/changes.ts'
import { readHeartbeat, writeHeartbeat } from './store/heartbeat.ts'
import { readCursor } from './store/progress.ts'
import type { Store } from './store/store.ts'
import type { Succession } from './succession.ts'

/** How far the index is, and the chain. */
interface Standing {
  /** The newest indexed block. */
  cursor: Block
  /** Height of the chain when it was last asked. */
  head: number
  /** Unix milliseconds of its last answer, 0 before the first. */
  polledAt: number
  /** Unix milliseconds at which the chain had nothing that is not indexed by now, 0 before the first time. */
  levelAt: number
  /** Whether this process is storing something, and asks the chain for no more meanwhile. */
  isStoring?: boolean
  /** That two endpoints of the chain tell different things; of this process's own alone. */
  disagreement?: MeshError | undefined
}

interface ReplicaInit {
  store: Store
  /** Opens what follows the chain, once for each term as the writer. */
  succession: Succession
  /** Never writes, also when nobody else does. */
  readOnly: boolean
  logger: Logger
}

interface Writing {
  index: ChainIndex
  over: AbortSignal
  heartbeat: number | undefined
}

/** Milliseconds between two tries to become the writer. */
const CAMPAIGN_INTERVAL = 1_000
/** A database in which nothing is yet gets this long until a writer has begun, in milliseconds. */
const PATIENCE = 10_000

/**
 * One of the processes that share an index. One of them follows the chain and writes; the others read what it wrote, and
 * wait to take its place.
 */
export class Replica {
  /** Emits `change` when the index moved, stopped, or changed hands; `commit` after each transaction of this process. */
  readonly events = new EventEmitter<{ change: []; commit: [Commit] }>().setMaxListeners(0)
  readonly #init: ReplicaInit
  readonly #stop = new AbortController()
  readonly #refresher: Refresher
  #writing: Writing | undefined
  #inbox: Inbox | undefined
  #running: Promise<void> | undefined
  #read: Standing | undefined
  #failure: { error: MeshError; at: number } | undefined
  /** Why it could not become the writer, as it was logged last. */
  #told: string | undefined

  private constructor(init: ReplicaInit) {
    this.#init = init
    this.#refresher = new Refresher(
      async () => void (await this.#readStanding()),
      (error) => init.logger.warn({ err: error }, 'how far the index is was not read'),
    )
  }

  /**
   * Becomes the writer when there is none; else makes sure that what another one writes is the index of this market.
   *
   * @throws ConfigError `STORE_OF_ANOTHER_CHAIN`; `STORE_EMPTY` when it may not write, and nobody has begun to within ten
   *   seconds; what `Succession.open` throws
   */
  static async open(init: ReplicaInit, signal?: AbortSignal): Promise<Replica> {
    const replica = new Replica(init)
    const deadline = Date.now() + PATIENCE
    const { succession } = init
    while (!(await replica.#begin(() => succession.open(signal))) && !(await replica.#readStanding())) {
      if (Date.now() > deadline) throw empty()
      await sleep(CAMPAIGN_INTERVAL / 10, undefined, { signal })
    }
    replica.#hear()
    init.store.events.on('change', replica.#onChange)
    return replica
  }

  /** Begins to follow the chain, or to wait for its turn. */
  start(): void {
    this.#running ??= this.#run()
  }

  get standing(): Standing {
    const index = this.#writing?.index
    if (index !== undefined) return { cursor: index.cursor, ...index.status }
    if (this.#read === undefined) throw new Error('open() reads it')
    return this.#read
  }

  /** Whether this process is the one that writes. */
  get isWriter(): boolean {
    return this.#writing !== undefined
  }

  /** Why the index does not go on; undefined while this process, or another one, follows the chain. */
  get failure(): MeshError | undefined {
    const failure = this.#failure
    return failure === undefined || this.standing.polledAt > failure.at ? undefined : failure.error
  }

  /**
   * Waits until a block is indexed.
   *
   * @throws ChainError when the index cannot go on; AbortError, caused by the signal's reason, when it aborts.
   */
  async waitForBlock(height: number, signal?: AbortSignal): Promise<void> {
    while (this.standing.cursor.number < height) {
      if (this.failure !== undefined) throw this.failure
      await once(this.events, 'change', { signal })
    }
  }

  /** Ends following, and lets another process write; whoever waits for a block is told. */
  async stop(): Promise<void> {
    this.#stop.abort()
    this.#init.store.events.off('change', this.#onChange)
    await this.#running
    if (this.#writing !== undefined) await this.#resign(this.#writing)
    await this.#endHearing()
    await this.#refresher.close()
    this.#fail(
      new ChainError('INDEX_STOPPED', 'The index was stopped.', {
        remedy: 'Start it again: it goes on where it was.',
      }),
    )
  }

  readonly #onChange = () => {
    if (this.#writing === undefined) this.#refresher.request()
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      if (this.#writing !== undefined) await this.#write(this.#writing)
      if (this.#init.readOnly || !this.#goesOn) return
      await sleep(CAMPAIGN_INTERVAL, undefined, { signal }).catch(() => {})
      if (!signal.aborted) await this.#campaign(signal)
    }
  }

  /** Whether it may write again after what happened to it as the writer. */
  get #goesOn(): boolean {
    const { failure } = this
    return failure === undefined || (failure.code === 'GENESIS_CHANGED' && this.#init.succession.goesOn)
  }

  async #campaign(signal: AbortSignal): Promise<void> {
    const { succession, logger } = this.#init
    try {
      await this.#begin(() => succession.reopen(signal))
      this.#told = undefined
    } catch (error) {
      const reason = messageOf(error)
      if (reason !== this.#told) logger.warn({ reason }, 'this process could not become the writer')
      this.#told = reason
    }
  }

  /** Tries once to become the writer. */
  async #begin(openIndex: () => Promise<ChainIndex>): Promise<boolean> {
    const { store, readOnly } = this.#init
    const term = readOnly ? undefined : await store.elect()
    if (term === undefined) return false
    try {
      const index = await openIndex()
      this.#hear()
      this.#writing = { index, over: term.over, heartbeat: term.heartbeat }
      return true
    } catch (error) {
      await store.resign()
      throw error
    }
  }

  /** Follows the chain until the term is over, the index cannot go on, or this process stops. */
  async #write(writing: Writing): Promise<void> {
    const { index, over, heartbeat } = writing
    const ended = AbortSignal.any([over, this.#stop.signal])
    index.events.on('commit', (commit) => {
      this.events.emit('commit', commit)
      this.events.emit('change')
    })
    const failed = once(index.events, 'failure', { signal: ended }).catch(() => {})
    index.start()
    const beat = () => this.#beat(index)
    const beats = heartbeat === undefined ? undefined : setInterval(beat, heartbeat / 5)
    await failed
    clearInterval(beats)
    // What failed because the database ended the session goes on elsewhere, or here in the next term.
    if (index.failure !== undefined && (await this.#canWrite())) {
      // Where the chain was started anew, so is the mesh.
      await this.#endHearing()
      this.#fail(index.failure)
    }
    await this.#resign(writing)
  }

  /** Stores what the market's mesh node hears, as every process does that may write. */
  #hear(): void {
    const { store, readOnly, succession, logger } = this.#init
    const { gateway } = succession.market
    if (readOnly || gateway === undefined) return
    this.#inbox ??= new Inbox(gateway, store, logger)
  }

  async #endHearing(): Promise<void> {
    const inbox = this.#inbox
    this.#inbox = undefined
    await inbox?.close()
  }

  async #canWrite(): Promise<boolean> {
    return this.#init.store
      .write(async () => {})
      .then(
        () => true,
        () => false,
      )
  }

  async #resign({ index }: Writing): Promise<void> {
    const { store, logger } = this.#init
    await index.stop()
    this.#read = { cursor: index.cursor, ...index.status }
    this.#writing = undefined
    await store
      .resign()
      .catch((error: unknown) => logger.warn({ err: error }, 'the writer’s session had ended'))
    this.events.emit('change')
  }

  #beat(index: ChainIndex): void {
    const { head, polledAt, levelAt } = index.status
    const now = Date.now()
    this.#init.store
      // A writer that has not reached the chain yet says no more than that it lives.
      .write(
        async (tx) =>
          polledAt > 0 && writeHeartbeat(tx, { head, age: now - polledAt, levelAge: now - levelAt }),
      )
      .catch((error: unknown) =>
        this.#init.logger.warn({ err: error }, 'the writer could not say that it lives'),
      )
  }

  /** @returns whether there is an index */
  async #readStanding(): Promise<boolean> {
    const { store, succession } = this.#init
    const { deployment } = succession.market.network
    const [cursor, heartbeat] = await store.transaction(async (tx) => [
      await readCursor(tx, deployment),
      await readHeartbeat(tx),
    ])
    if (cursor === undefined) return false
    const now = Date.now()
    const { head = cursor.number, age = now, levelAge = now } = heartbeat ?? {}
    const times = { polledAt: now - age, levelAt: now - levelAge }
    this.#read = { cursor, head: Math.max(head, cursor.number), ...times }
    this.events.emit('change')
    return true
  }

  #fail(error: MeshError): void {
    if (this.failure === undefined) this.#failure = { error, at: Date.now() }
    this.events.emit('change')
  }
}

function empty(): ConfigError {
  return new ConfigError('STORE_EMPTY', 'No process has begun to index this market in the database.', {
    field: 'readOnly',
    expected: 'a process that writes',
    remedy: 'Start one that may, and then the ones that only read.',
  })
}
