import { EventEmitter, once } from 'node:events'
import type { Logger } from 'pino'
import { Refresher } from '../refresher.ts'
import { type LiveEvent, outboxRange, readEvents } from '../store/outbox.ts'
import type { Store } from '../store/store.ts'

/** Events that are kept in memory, so that clients that keep up cost no query each. */
const RECENT = 1_000

/** Live events for any number of readers, each at its own pace and with its own place in the outbox. */
export class LiveFeed {
  readonly #store: Store
  readonly #refresher: Refresher
  readonly #events = new EventEmitter<{ more: [] }>().setMaxListeners(0)
  #recent: LiveEvent[] = []
  #newest: number
  #oldest: number

  private constructor(store: Store, logger: Logger, range: { oldest: number; newest: number }) {
    this.#store = store
    this.#refresher = new Refresher(
      () => this.#refresh(),
      (error) => logger.error({ err: error }, 'live events were not read'),
    )
    store.events.on('change', this.#onChange)
    this.#oldest = range.oldest
    this.#newest = range.newest
  }

  static async open(store: Store, logger: Logger): Promise<LiveFeed> {
    return new LiveFeed(store, logger, await store.transaction(outboxRange))
  }

  /** Id of the newest event. */
  get newest(): number {
    return this.#newest
  }

  /** How many events are kept. */
  get size(): number {
    return this.#newest === 0 ? 0 : this.#newest - this.#oldest + 1
  }

  /** Whether a reader that has seen event `id` can go on without a gap. */
  canResume(id: number): boolean {
    return id >= this.#oldest - 1 && id <= this.#newest
  }

  /** Waits until nothing reads the store any more. */
  async close(): Promise<void> {
    this.#store.events.off('change', this.#onChange)
    await this.#refresher.close()
  }

  /** Up to `limit` events after `id`; empty when there are none yet. */
  async after(id: number, limit: number): Promise<LiveEvent[]> {
    const first = this.#recent[0]
    if (id >= this.#newest) return []
    if (first !== undefined && id >= first.id - 1) {
      return this.#recent.filter((event) => event.id > id).slice(0, limit)
    }
    return this.#store.transaction((tx) => readEvents(tx, id, limit))
  }

  /** Waits for events after `id`. */
  async wait(id: number, signal: AbortSignal): Promise<void> {
    if (id >= this.#newest) await once(this.#events, 'more', { signal })
  }

  readonly #onChange = () => this.#refresher.request()

  async #refresh(): Promise<void> {
    const { events, oldest } = await this.#store.transaction(async (tx) => ({
      events: await readEvents(tx, this.#newest, RECENT),
      oldest: (await outboxRange(tx)).oldest,
    }))
    this.#oldest = oldest
    const last = events.at(-1)
    if (last === undefined) return
    this.#recent = [...this.#recent, ...events].slice(-RECENT)
    this.#newest = last.id
    if (events.length === RECENT) this.#refresher.request()
    this.#events.emit('more')
  }
}
