import { EventEmitter, once } from 'node:events'
import { createEventBuffer } from 'better-sse'
import type { Logger } from 'pino'
import { Refresher } from '../refresher.ts'
import { type LiveEvent, outboxRange, readEvents } from '../store/outbox.ts'
import type { Store, Tx } from '../store/store.ts'

/** Events that are kept in memory, so that clients that keep up cost no query each. */
const RECENT = 1_000

/** A live event, written once for all who are told of it. */
export interface FeedEvent extends LiveEvent {
  /** As it goes over the wire to those who listen. */
  frame: Buffer
}

/** Live events for any number of readers, each at its own pace and with its own place in the outbox. */
export class LiveFeed {
  readonly #store: Store
  readonly #refresher: Refresher
  readonly #events = new EventEmitter<{ more: [] }>().setMaxListeners(0)
  #recent: FeedEvent[] = []
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

  /** Up to `limit` events after `id`: none when there are none yet, undefined when some of them are no longer kept. */
  async after(id: number, limit: number): Promise<FeedEvent[] | undefined> {
    const first = this.#recent[0]
    if (id >= this.#newest) return []
    if (first !== undefined && id >= first.id - 1) {
      // Most readers have seen all but the last few.
      const next = this.#recent.findLastIndex((event) => event.id <= id) + 1
      return this.#recent.slice(next, next + limit)
    }
    return this.#store.transaction(async (tx) => {
      const { oldest } = await outboxRange(tx)
      // Where there was no event yet, a reader has seen all that there were.
      return id > 0 && id < oldest - 1 ? undefined : framed(tx, id, limit)
    })
  }

  /** Waits for events after `id`. */
  async wait(id: number, signal: AbortSignal): Promise<void> {
    if (id >= this.#newest) await once(this.#events, 'more', { signal })
  }

  readonly #onChange = () => this.#refresher.request()

  async #refresh(): Promise<void> {
    const { events, oldest } = await this.#store.transaction(async (tx) => ({
      events: await framed(tx, this.#newest, RECENT),
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

async function framed(tx: Tx, id: number, limit: number): Promise<FeedEvent[]> {
  const events = await readEvents(tx, id, limit)
  return events.map((event) => {
    const frame = createEventBuffer({ serializer: String }).push(event.data, event.type, String(event.id))
    return { ...event, frame: Buffer.from(frame.read()) }
  })
}
