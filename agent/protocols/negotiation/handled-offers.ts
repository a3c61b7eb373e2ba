import { MAX_OFFER_LIFE } from '../../../protocol/limits.ts'
import type { Hex } from '../../../protocol/types.ts'
import type { Journal } from '../../policy/journal.ts'
import { Journaled } from '../../policy/journaled.ts'
import { MAX_FORESTALLED, MAX_HANDLED } from './constants.ts'
import { RecentIds } from './recent-ids.ts'

/** File of the offers of others that an agent has dealt with, in its folder of a network. */
export const HANDLED_FILE = 'offers.jsonl'

interface Entry {
  id: Hex
  /** Last second at which it could be taken, Unix time. */
  until: bigint
  /** Whether it was taken back before it came. */
  isForestalled?: true
}

/** Offers of others that were dealt with, on disk: no process deals with one twice, also one that starts again. */
export class HandledOffers extends Journaled<Entry> {
  readonly #handled = new RecentIds(MAX_HANDLED)
  /** Apart, for nothing proves that there are such offers: who makes them up must not have others forgotten. */
  readonly #forestalled = new RecentIds(MAX_FORESTALLED)

  /** @param entries what the journal held when it was opened */
  constructor(journal: Journal, entries: readonly unknown[] = []) {
    super(journal)
    for (const entry of entries) this.apply(entry as Entry)
  }

  /**
   * Remembers an offer, so that a second one that comes in the same turn is known already.
   *
   * @param until last second at which it can be taken
   * @returns when it is safe to answer it; undefined when it was there already
   */
  add(id: Hex, until: bigint): Promise<void> | undefined {
    if (this.#forestalled.has(id) || this.#handled.has(id)) return undefined
    return this.record({ id, until })
  }

  /**
   * Remembers an offer that may yet come, of which nothing but its id is known. Returns when it is on disk.
   *
   * @param now Unix seconds
   */
  forestall(id: Hex, now: bigint): Promise<void> {
    return this.record({ id, until: now + BigInt(MAX_OFFER_LIFE), isForestalled: true })
  }

  protected apply({ id, isForestalled }: Entry): void {
    if (isForestalled) this.#forestalled.add(id)
    else this.#handled.add(id)
  }
}

/** Those of a journal's entries that are still needed. @param now Unix seconds */
export function stillBinding(entries: readonly unknown[], now: bigint): unknown[] {
  return (entries as readonly Entry[])
    .filter(({ until }) => until >= now)
    .slice(-(MAX_HANDLED + MAX_FORESTALLED))
}
