import type { Address, Intent } from '../../../protocol/types.ts'
import type { Received } from '../gossip-topic.ts'
import { MAX_INTENTS, MAX_INTENTS_PER_AGENT } from './constants.ts'

/** An intent whose signature was verified. */
export type ReceivedIntent = Received<Intent>

/**
 * Open intents, bounded in all and per agent. An agent has one intent per side, capability, area and delivery
 * interval: a later one (by nonce) takes the place of an earlier.
 */
export class IntentBook {
  readonly #intents = new Map<string, ReceivedIntent>()
  readonly #perAgent = new Map<Address, number>()

  /**
   * Takes an intent in.
   *
   * @param now Unix seconds
   * @returns `stale` when it or a later one is there already, `full` when there is no room for it
   */
  add(intent: ReceivedIntent, now: bigint): 'new' | 'stale' | 'full' {
    const key = keyOf(intent.value)
    const earlier = this.#intents.get(key)
    if (earlier !== undefined) {
      if (earlier.value.nonce >= intent.value.nonce) return 'stale'
      this.#delete(key, earlier)
    }
    const { agent, expiry } = intent.value
    if (!this.#hasRoom() || !this.#hasRoomFor(agent)) this.prune(now)
    if (!this.#hasRoomFor(agent)) return 'full'
    if (!this.#hasRoom()) this.#evictLongest(expiry)
    if (!this.#hasRoom()) return 'full'
    this.#intents.set(key, intent)
    this.#perAgent.set(agent, (this.#perAgent.get(agent) ?? 0) + 1)
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

  #hasRoomFor(agent: Address): boolean {
    return (this.#perAgent.get(agent) ?? 0) < MAX_INTENTS_PER_AGENT
  }

  #delete(key: string, { value: { agent } }: ReceivedIntent): void {
    this.#intents.delete(key)
    const left = (this.#perAgent.get(agent) ?? 1) - 1
    if (left === 0) this.#perAgent.delete(agent)
    else this.#perAgent.set(agent, left)
  }
}

function keyOf({ agent, side, capability, area, start, end }: Intent): string {
  return `${agent}|${side}|${capability}|${area}|${start}|${end}`
}
