import { type Domain, ZERO_HASH } from '../../../protocol/eip712.ts'
import { RefusedError } from '../../../protocol/errors.ts'
import type { Delivery, Hex } from '../../../protocol/types.ts'
import type { TripMessage } from '../../../protocol/wire/trips.ts'
import { Backoff } from '../../network/backoff.ts'
import { addressOfPeer, type Identity } from '../../network/identity.ts'
import type { Timer } from '../../platform/timers.ts'
import { type Deal, hasEnded } from '../../policy/deal.ts'
import type { Deals } from '../../policy/deals.ts'
import type { TripRecords } from '../../policy/trip-records.ts'
import { Channels, type ChannelsComponents } from '../channels/index.ts'
import type { Settlement } from '../negotiation/index.ts'
import { otherSide } from '../negotiation/party.ts'
import { CAPABILITY, LOOK_INTERVAL } from './constants.ts'
import { LiveTrip } from './live-trip.ts'
import { type Channel, type Inbound, TRIPS } from './protocol.ts'
import { tripUnknown } from './refusals.ts'

export interface TripsComponents extends ChannelsComponents {
  identity: Identity
  /** EIP-712 domain of what stays off-chain. */
  domain: Domain
  records: TripRecords
  deals: Deals
  settlement: Pick<Settlement, 'deliver' | 'cancel' | 'measureBy'>
  /** Unix seconds, by the chain or by this machine, whichever is later. */
  now: () => Promise<bigint>
}

/**
 * The trips of this agent, from the second signature to the end of the deal. What the other side has not heard is said again
 * every second, ever less often while it is away; and what a side has to do on chain is tried until it is done.
 */
export class Trips {
  readonly #components: TripsComponents
  readonly #channels: Channels<TripMessage>
  readonly #live = new Map<Hex, LiveTrip>()
  /** By trip: when the other side may be told again, and when the chain. */
  readonly #telling = new Backoff()
  readonly #acting = new Backoff()
  readonly #busy = new Set<Hex>()
  readonly #stopping = new AbortController()
  #stopWatching: (() => void) | undefined
  #looker: Timer | undefined

  constructor(components: TripsComponents) {
    this.#components = components
    this.#channels = new Channels(components, TRIPS, (channel, inbound) => this.#hear(channel, inbound))
    components.settlement.measureBy((deal, delivery) => this.#measure(deal, delivery))
  }

  /** Takes streams. */
  serve(): Promise<void> {
    return this.#channels.start()
  }

  /** Goes on with all trips that have not ended. */
  start(): void {
    this.#stopWatching = this.#components.deals.onChange((deal) => this.#follow(deal))
    this.#looker = setInterval(() => this.#lookAtAll(), LOOK_INTERVAL)
    for (const trip of this.live()) trip.returned()
    this.#lookAtAll()
  }

  /** @param reason what is told to whatever is under way */
  async stop(reason: unknown): Promise<void> {
    this.#stopWatching?.()
    clearInterval(this.#looker)
    this.#stopping.abort(reason)
    await this.#channels.stop()
  }

  /** A trip by the id of its deal. @throws RefusedError `TRIP_UNKNOWN` */
  of(id: Hex): LiveTrip {
    const deal = this.#components.deals.get(id)
    if (deal === undefined || !isTrip(deal)) throw tripUnknown(id, deal?.terms.capability)
    return this.#of(deal)
  }

  /** Those that have not ended. */
  live(): LiveTrip[] {
    return this.#components.deals
      .live()
      .filter(isTrip)
      .map((deal) => this.#of(deal))
  }

  #of(deal: Deal): LiveTrip {
    const known = this.#live.get(deal.id)
    if (known !== undefined) return known
    const trip = new LiveTrip({ ...this.#components, channels: this.#channels }, deal)
    // As many as there are deals; those that have ended are not looked after.
    if (hasEnded(deal)) return trip
    this.#live.set(deal.id, trip)
    trip.onSaid(() => this.#look(trip))
    return trip
  }

  #follow(deal: Deal): void {
    const { id } = deal
    const trip = this.#live.get(id)
    if (hasEnded(deal)) {
      this.#live.delete(id)
      this.#telling.succeeded(id)
      this.#acting.succeeded(id)
    }
    trip?.changed()
  }

  /** Whether a rider owes what a driver claims, by its own log; of a report on chain, the evidence is not known. */
  #measure(deal: Deal, { quantity, evidence }: Delivery): boolean | undefined {
    if (!isTrip(deal)) return undefined
    const { book } = this.#of(deal)
    return quantity <= book.owed() && (evidence === ZERO_HASH || book.isEvidence(evidence))
  }

  async #hear(channel: Channel, { id, message }: Inbound): Promise<void> {
    const { deals, report } = this.#components
    const deal = deals.get(message.agreementId)
    const from = addressOfPeer(channel.peer)
    const isOther = deal?.terms.capability === CAPABILITY && deal.agreement[otherSide(deal.role)] === from
    if (message.type !== 'said' || deal === undefined || !isOther) {
      this.#channels.penalize(channel.peer, 'refused')
      if (message.type === 'said' && channel.isOpen) channel.send(refusal(message.agreementId), id)
      return
    }
    // The other side's signature may still be on its way to this one; and what has ended, has ended by the chain.
    if (!isTrip(deal) || hasEnded(deal)) {
      channel.send(refusal(deal.id), id)
      return
    }
    const trip = this.#of(deal)
    // It is back.
    this.#telling.succeeded(deal.id)
    try {
      const heard = await trip.hear(message)
      if (channel.isOpen) channel.send(heard, id)
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      report(error)
      this.#channels.penalize(channel.peer, 'refused')
      const { code } = error
      if (channel.isOpen) channel.send({ type: 'refusal', agreementId: deal.id, code, detail: '' }, id)
    }
    this.#look(trip)
  }

  #lookAtAll(): void {
    for (const trip of this.live()) this.#look(trip)
  }

  /** Tells, and does, what is due; one thing of a trip at a time. */
  #look(trip: LiveTrip): void {
    const { id } = trip
    const { signal } = this.#stopping
    if (this.#busy.has(id) || signal.aborted) return
    this.#busy.add(id)
    const steps = async () => {
      // First: who has heard what is claimed, releases it at once.
      if (!trip.isHeard) await this.#try(this.#telling, id, () => trip.tell(signal))
      await this.#try(this.#acting, id, () => trip.act(signal))
    }
    steps().finally(() => {
      this.#busy.delete(id)
      if (!trip.isHeard && this.#telling.isDue(id)) this.#look(trip)
    })
  }

  async #try(backoff: Backoff, id: Hex, action: () => Promise<void>): Promise<void> {
    if (!backoff.isDue(id)) return
    try {
      await action()
      backoff.succeeded(id)
    } catch (error) {
      if (this.#stopping.signal.aborted) return
      backoff.failed(id)
      this.#components.report(error)
    }
  }
}

/** Whether both have signed an agreement about a ride. */
function isTrip({ terms, state }: Deal): boolean {
  return terms.capability === CAPABILITY && state !== 'offered'
}

function refusal(agreementId: Hex): TripMessage {
  return { type: 'refusal', agreementId, code: 'TRIP_UNKNOWN', detail: '' }
}
