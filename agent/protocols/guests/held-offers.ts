import type { PeerId } from '@libp2p/interface'
import { RefusedError } from '../../../protocol/errors.ts'
import type { Hex, Offer } from '../../../protocol/types.ts'
import type { ReceivedIntent } from '../intent-discovery/index.ts'
import { MAX_INTENTS, MAX_OFFERS, MAX_OFFERS_PER_INTENT, MAX_OFFERS_PER_SELLER } from './constants.ts'

/** An offer to a guest's intent that was checked as the guest's own agent would; the guest decides until it expires. */
export interface GuestOffer {
  /** The agreement's. */
  id: Hex
  intent: ReceivedIntent
  offer: Offer
  /** Who made it, and where it listens: multiaddrs without peer id. */
  peer: PeerId
  endpoints: readonly string[]
}

/** Intents of guests that can be answered, and the offers to them. Both are forgotten when they expire. */
export class HeldOffers {
  readonly #intents = new Map<Hex, { intent: ReceivedIntent; offers: Set<Hex> }>()
  readonly #offers = new Map<Hex, GuestOffer>()

  /** How many there are. */
  get counts(): { intents: number; offers: number } {
    return { intents: this.#intents.size, offers: this.#offers.size }
  }

  /** @throws RefusedError `CARRIER_FULL` */
  addIntent(intent: ReceivedIntent, now: bigint): void {
    const leaving = this.roomFor(intent.value.expiry, now)
    if (leaving !== undefined) this.deleteIntent(leaving)
    this.#intents.set(intent.hash, { intent, offers: new Set() })
  }

  /**
   * Looks for room for one more intent. What claims to be open for longest gives way: an honest one is short-lived, and who would
   * keep others out, with keys that cost nothing, has to come again and again.
   *
   * @returns hash of the intent that would give way, undefined when there is room
   * @throws RefusedError `CARRIER_FULL`
   */
  roomFor(expiry: bigint, now: bigint): Hex | undefined {
    if (this.#intents.size >= MAX_INTENTS) this.prune(now)
    if (this.#intents.size < MAX_INTENTS) return undefined
    const intents = [...this.#intents.values()].map(({ intent }) => intent)
    const longest = intents.reduce((a, b) => (b.value.expiry > a.value.expiry ? b : a))
    if (longest.value.expiry <= expiry) throw full('intents', MAX_INTENTS)
    return longest.hash
  }

  intent(hash: Hex): ReceivedIntent | undefined {
    return this.#intents.get(hash)?.intent
  }

  /**
   * Where an intent has as many offers as are kept, that of the least quantity gives way to a larger one: who would keep others out
   * has to offer as much as they do, with a stake behind each.
   *
   * @throws RefusedError `CARRIER_FULL`
   */
  add(held: GuestOffer, now: bigint): void {
    this.prune(now)
    const of = this.#intents.get(held.intent.hash)
    if (of === undefined) throw full('offers', MAX_OFFERS_PER_INTENT)
    const { seller, quantity } = held.offer.agreement
    const others = [...of.offers].flatMap((id) => this.#offers.get(id) ?? [])
    if (others.filter(({ offer }) => offer.agreement.seller === seller).length >= MAX_OFFERS_PER_SELLER)
      throw full('offers of one seller', MAX_OFFERS_PER_SELLER)
    if (others.length >= MAX_OFFERS_PER_INTENT) {
      const least = others.reduce((a, b) => (quantityOf(b) < quantityOf(a) ? b : a))
      if (quantityOf(least) >= quantity) throw full('offers', MAX_OFFERS_PER_INTENT)
      this.delete(least.id)
    }
    if (this.#offers.size >= MAX_OFFERS) throw full('offers', MAX_OFFERS)
    of.offers.add(held.id)
    this.#offers.set(held.id, held)
  }

  get(id: Hex): GuestOffer | undefined {
    return this.#offers.get(id)
  }

  /** Forgets an offer that was taken back, or accepted. */
  delete(id: Hex): void {
    const held = this.#offers.get(id)
    if (held === undefined) return
    this.#offers.delete(id)
    this.#intents.get(held.intent.hash)?.offers.delete(id)
  }

  /** Forgets an intent that was taken back, and the offers to it. */
  deleteIntent(hash: Hex): void {
    for (const id of this.#intents.get(hash)?.offers ?? []) this.#offers.delete(id)
    this.#intents.delete(hash)
  }

  /** Forgets what has expired. @param now Unix seconds */
  prune(now: bigint): void {
    for (const { id, offer } of this.#offers.values()) if (offer.agreement.expiry < now) this.delete(id)
    for (const [hash, { intent, offers }] of this.#intents) {
      if (intent.value.expiry < now && offers.size === 0) this.#intents.delete(hash)
    }
  }
}

function quantityOf({ offer }: GuestOffer): bigint {
  return offer.agreement.quantity
}

function full(field: string, most: number): RefusedError {
  return new RefusedError('CARRIER_FULL', 'A carrier has no room for more.', {
    field,
    expected: `at most ${most}`,
    remedy: 'Try again when some have expired, or go through another carrier.',
  })
}
