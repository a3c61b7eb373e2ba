import type { EventFilter } from '../api/event-filter.ts'
import { parseFilter } from '../api/event-filter.ts'
import { type LiveEvent, outboxRange, readEvents } from '../store/outbox.ts'
import type { Store, Tx } from '../store/store.ts'
import { letterOf, movePlace, queueLetters, readPlace, resetWebhook } from '../store/webhooks/queue.ts'
import { readActive } from '../store/webhooks/registry.ts'

/** Events that are looked at together. */
const PAGE = 200
/** After so many events of which nobody is told the place is noted all the same. */
const MAX_UNNOTED = 1_000
/** Most filters that are kept as they were read. */
const MAX_FILTERS = 1_000

/** Puts what happens into the queue of each webhook that is to be told of it. For the one process that writes. */
export class Collector {
  readonly #store: Store
  readonly #now: () => number
  readonly #filters = new Map<string, EventFilter>()
  /** Up to where it has looked, and what of that is noted. */
  #place: { looked: number; noted: number } | undefined

  constructor(store: Store, now: () => number) {
    this.#store = store
    this.#now = now
  }

  /** Forgets where it was: another process may have gone on since. */
  forget(): void {
    this.#place = undefined
  }

  /** Queues what has happened since. @throws what the store throws */
  async collect(): Promise<void> {
    this.#place ??= await this.#begin()
    while (await this.#collectPage(this.#place));
  }

  async #begin(): Promise<{ looked: number; noted: number }> {
    const noted = await this.#store.transaction(readPlace)
    if (noted !== undefined) return { looked: noted, noted }
    return this.#store.write(async (tx) => {
      const { newest } = await outboxRange(tx)
      await movePlace(tx, undefined, newest)
      return { looked: newest, noted: newest }
    })
  }

  /** @returns whether there is more */
  async #collectPage(place: { looked: number; noted: number }): Promise<boolean> {
    const { events, missed, newest, hooks } = await this.#store.transaction(async (tx) => {
      const range = await outboxRange(tx)
      const missed = place.looked > 0 && place.looked < range.oldest - 1
      return {
        events: await readEvents(tx, place.looked, PAGE),
        missed,
        newest: range.newest,
        hooks: await readActive(tx),
      }
    })
    const to = missed ? newest : (events.at(-1)?.id ?? place.looked)
    const wanted = missed
      ? hooks.length > 0
      : hooks.some(({ filter }) => events.some((event) => this.#filterOf(filter)(event)))
    if (wanted || to - place.noted >= MAX_UNNOTED) {
      await this.#store.write(async (tx) => {
        if (missed) await this.#tellMissed(tx)
        else await this.#queue(tx, events)
        if (!(await movePlace(tx, place.noted, to)))
          throw new Error('another process queues what webhooks are told')
      })
      place.noted = to
    }
    place.looked = to
    return !missed && events.length === PAGE
  }

  async #queue(tx: Tx, events: readonly LiveEvent[]): Promise<void> {
    const now = this.#now()
    const hooks = await readActive(tx)
    const letters = events.flatMap((event) =>
      hooks.flatMap(({ id, filter }) => (this.#filterOf(filter)(event) ? [letterOf(event, id, now)] : [])),
    )
    await queueLetters(tx, letters, now)
  }

  async #tellMissed(tx: Tx): Promise<void> {
    for (const { id } of await readActive(tx)) await resetWebhook(tx, id, this.#now())
  }

  #filterOf(text: string): EventFilter {
    const known = this.#filters.get(text)
    if (known !== undefined) return known
    if (this.#filters.size >= MAX_FILTERS) this.#filters.clear()
    const filter = readFilter(text)
    this.#filters.set(text, filter)
    return filter
  }
}

/** One that an earlier version took, and this one does not understand, asks for nothing that there is. */
function readFilter(text: string): EventFilter {
  try {
    return parseFilter(text)
  } catch {
    return () => false
  }
}
