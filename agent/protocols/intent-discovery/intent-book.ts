import type { Hex, Intent } from '../../../protocol/types.ts'
import { domainOf } from '../../network/names.ts'
import type { Received } from '../gossip-topic.ts'
import { MAX_INTENTS } from './constants.ts'

/** An intent whose signature was verified. */
export type ReceivedIntent = Received<Intent>

/**
 * Open intents, bounded in all, and per agent and domain. An agent has one intent per side, capability, area and delivery
 * interval: a later one (by nonce) takes the place of an earlier.
 */
export class IntentBook {
  readonly #intents = new Map<string, ReceivedIntent>()
  /** How many there are of an agent in a domain. */
  readonly #counts = new Map<string, number>()
  readonly #hashes = new Set<Hex>()

  /** Whether an intent with this digest is there. */
  has(hash: Hex): boolean {
    return this.#hashes.has(hash)
  }

  /** Whether it, or one that took its place, is there. */
  knows(intent: Intent): boolean {
    const known = this.#intents.get(keyOf(intent))
    return known !== undefined && known.value.nonce >= intent.nonce
  }

  /**
   * Takes an intent in.
   *
   * @param now Unix seconds
   * @param most intents of an agent in a domain
   * @returns `stale` when it or a later one is there already, `full` when there is no room for it
   */
  add(intent: ReceivedIntent, now: bigint, most: number): 'new' | 'stale' | 'full' {
    if (this.knows(intent.value)) return 'stale'
    const key = keyOf(intent.value)
    const earlier = this.#intents.get(key)
    if (earlier !== undefined) this.#delete(key, earlier)
    const maker = makerOf(intent.value)
    const hasOwnRoom = () => (this.#counts.get(maker) ?? 0) < most
    if (!this.#hasRoom() || !hasOwnRoom()) this.prune(now)
    if (!hasOwnRoom()) return 'full'
    if (!this.#hasRoom()) this.#evictLongest(intent.value.expiry)
    if (!this.#hasRoom()) return 'full'
    this.#intents.set(key, intent)
    this.#hashes.add(intent.hash)
    this.#counts.set(maker, (this.#counts.get(maker) ?? 0) + 1)
    return 'new'
  }

  /** The intents that have not expired, oldest first. */
  open(now: bigint): ReceivedIntent[] {
    return [...this.#intents.values()].filter((intent) => intent.value.expiry >= now)
  }

  /** Forgets what has expired. */
  prune(now: bigint): void {
    for (const [key, intent] of this.#intents) {
      if (intent.value.expiry < now) this.#delete(key, intent)
    }
  }

  /** What claims to be open for longest makes room: an honest intent is short-lived. */
  #evictLongest(expiry: bigint): void {
    let longest: [string, ReceivedIntent] | undefined
    for (const entry of this.#intents) {
      if (longest === undefined || entry[1].value.expiry > longest[1].value.expiry) longest = entry
    }
    if (longest !== undefined && longest[1].value.expiry > expiry) this.#delete(...longest)
  }

  #hasRoom(): boolean {
    return this.#intents.size < MAX_INTENTS
  }

  #delete(key: string, { value, hash }: ReceivedIntent): void {
    this.#intents.delete(key)
    this.#hashes.delete(hash)
    const maker = makerOf(value)
    const left = (this.#counts.get(maker) ?? 1) - 1
    if (left === 0) this.#counts.delete(maker)
    else this.#counts.set(maker, left)
  }
}

function makerOf({ agent, capability }: Intent): string {
  return `${agent}|${domainOf(capability)}`
}

function keyOf({ agent, side, capability, area, start, end }: Intent): string {
  return `${agent}|${side}|${capability}|${area}|${start}|${end}`
}
