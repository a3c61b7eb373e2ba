import { EventEmitter } from 'eventemitter3'
import { RefusedError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/types.ts'
import { advance, type Deal, hasEnded } from './deal.ts'
import type { Journal } from './journal.ts'
import { Journaled } from './journaled.ts'

/** Every deal of this agent, each change of which is on disk before anybody hears of it. */
export class Deals extends Journaled<Deal> {
  readonly #deals = new Map<Hex, Deal>()
  readonly #live = new Set<Hex>()
  readonly #events = new EventEmitter<{ change: [Deal] }>()

  /** @param entries what the journal held when it was opened */
  constructor(journal: Journal, entries: readonly unknown[] = []) {
    super(journal)
    for (const entry of entries) this.apply(entry as Deal)
  }

  /** All deals, in the order in which they began. */
  all(): IterableIterator<Deal> {
    return this.#deals.values()
  }

  /** The deals that have not ended. */
  live(): Deal[] {
    return [...this.#live].flatMap((id) => this.#deals.get(id) ?? [])
  }

  get(id: Hex): Deal | undefined {
    return this.#deals.get(id)
  }

  /** Begins a deal. Returns when it is safe to tell the other side. A deal that is known already stays as it is. */
  async begin(deal: Deal): Promise<Deal> {
    const known = this.#deals.get(deal.id)
    if (known !== undefined) return known
    return this.#announce(deal)
  }

  /**
   * Changes a deal. Returns when it is safe to act upon the change.
   *
   * @throws RefusedError `TRANSITION_FORBIDDEN`, or `DEAL_UNKNOWN` when it has come to nothing
   */
  async change(id: Hex, change: Partial<Omit<Deal, 'id'>>): Promise<Deal> {
    const deal = this.#deals.get(id)
    if (deal === undefined) {
      throw new RefusedError('DEAL_UNKNOWN', 'There is no such deal.', {
        field: 'id',
        expected: 'the id of one of `deals()`',
        received: id,
        remedy: 'Look whether it was made with this directory, in this network.',
      })
    }
    return this.#announce(advance(deal, change))
  }

  /** Calls `fn` after each change. @returns a function that ends it */
  onChange(fn: (deal: Deal) => void): () => void {
    this.#events.on('change', fn)
    return () => this.#events.off('change', fn)
  }

  /** Waits until a deal fulfils `test`. @throws whatever `signal` was aborted with */
  async until(id: Hex, test: (deal: Deal) => boolean, signal?: AbortSignal): Promise<Deal> {
    signal?.throwIfAborted()
    const now = this.#deals.get(id)
    if (now !== undefined && test(now)) return now
    const { promise, resolve, reject } = Promise.withResolvers<Deal>()
    const stop = this.onChange((deal) => {
      if (deal.id === id && test(deal)) resolve(deal)
    })
    const onAbort = () => reject(signal?.reason)
    signal?.addEventListener('abort', onAbort, { once: true })
    return promise.finally(() => {
      stop()
      signal?.removeEventListener('abort', onAbort)
    })
  }

  /** Takes in a deal, and tells of it once it is on disk. */
  async #announce(deal: Deal): Promise<Deal> {
    await this.record(deal)
    this.#events.emit('change', deal)
    return deal
  }

  protected apply(deal: Deal): void {
    if (hasEnded(deal)) this.#live.delete(deal.id)
    else this.#live.add(deal.id)
    // What came to nothing is forgotten: its expiry is over, so its signatures are worth nothing any more.
    if (deal.state === 'void') this.#deals.delete(deal.id)
    else this.#deals.set(deal.id, deal)
  }
}

/** What is still needed of a journal of deals: the last entry of each, and none of those that came to nothing. */
export function latestDeals(entries: readonly unknown[]): unknown[] {
  const latest = new Map<string, Deal>()
  for (const entry of entries as readonly Deal[]) latest.set(entry.id, entry)
  return [...latest.values()].filter(({ state }) => state !== 'void')
}
