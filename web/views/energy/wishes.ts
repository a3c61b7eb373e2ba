import type { IntentView } from '../../api/views.ts'

/** What of an intent is needed to say what was wished for a slot. */
export type Wish = Pick<
  IntentView,
  'hash' | 'agent' | 'side' | 'quantity' | 'price' | 'lot' | 'start' | 'end' | 'nonce'
>

/** What a home wishes to buy or to sell in a slot: it says so anew, with what is left, each time that a part is agreed. */
export interface Delivery<W extends Wish = Wish> {
  /** What was said last. */
  wish: W
  /** Most Wh that were said: what was wished for before anything was agreed, where that was heard. */
  wished: bigint
  /** Of every intent that said so, which agreements refer to. */
  hashes: ReadonlySet<string>
}

/** Most deliveries, and most intents of one, that are remembered: keys cost nothing, and whoever has many says much. */
const MOST_DELIVERIES = 16_384
const MOST_INTENTS = 64

/**
 * Adds intents to what was heard before, and forgets what was heard first where it is too much.
 *
 * @param before by home, side and slot
 * @param slots how many are kept, the latest ones
 * @example remember(new Map(), intents, 48)
 */
export function remember<W extends Wish>(
  before: ReadonlyMap<string, Delivery<W>>,
  news: readonly W[],
  slots: number,
): ReadonlyMap<string, Delivery<W>> {
  const all = new Map(before)
  for (const intent of news) {
    const key = [intent.agent.toLowerCase(), intent.side, intent.start].join()
    const known = all.get(key)
    all.set(key, known === undefined ? first(intent) : joined(known, intent))
  }
  const starts = [...new Set([...all.values()].map(({ wish }) => Number(wish.start)))].sort((a, b) => b - a)
  const oldest = starts.at(slots - 1) ?? Number.NEGATIVE_INFINITY
  if (starts.length > slots) {
    for (const [key, { wish }] of all) if (Number(wish.start) < oldest) all.delete(key)
  }
  for (const key of all.keys()) {
    if (all.size <= MOST_DELIVERIES) break
    all.delete(key)
  }
  return all
}

function first<W extends Wish>(intent: W): Delivery<W> {
  return { wish: intent, wished: BigInt(intent.quantity), hashes: new Set([intent.hash]) }
}

function joined<W extends Wish>({ wish, wished, hashes }: Delivery<W>, intent: W): Delivery<W> {
  const quantity = BigInt(intent.quantity)
  return {
    wish: BigInt(intent.nonce) > BigInt(wish.nonce) ? intent : wish,
    wished: quantity > wished ? quantity : wished,
    hashes: hashes.has(intent.hash) ? hashes : new Set([...hashes, intent.hash].slice(-MOST_INTENTS)),
  }
}
