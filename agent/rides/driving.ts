import { latLngToCell } from 'h3-js'
import { MeshError } from '../../protocol/errors.ts'
import type { Address, Offer } from '../../protocol/types.ts'
import { endOf, tickOf } from '../market/auction-phases.ts'
import { chooseRide } from '../market/rides/driver-choice.ts'
import type { LonLat } from '../market/rides/index.ts'
import { domainOf } from '../network/names.ts'
import { background, type Timer } from '../platform/timers.ts'
import type { Standing } from '../protocols/auctions/index.ts'
import type { ReceivedIntent } from '../protocols/intent-discovery/index.ts'
import type { Decision } from '../protocols/negotiation/index.ts'
import { AgreedRide, type RideComponents } from './components.ts'
import { checkGiven, type DriverInit, REACH } from './inputs.ts'
import { type KnownRide, KnownRides } from './known-rides.ts'
import { RIDE } from './ride-intent.ts'

/** Called with each ride that was agreed; the driver bids for no other until the promise that it returns is settled. */
export type TripHandler = (agreed: AgreedRide) => unknown

/** H3 resolution of the cells in which a driver listens. */
const LISTENING = 7
/** Seconds from the end of a ride until what was not driven can be refunded. */
const DURATION = 3600n

/**
 * What a driver's agent does: it bids for the rider of most profit, for one at a time. `free`: no rider would pay enough;
 * `bidding`: its bid is on the way; `leading`: it is the lowest; `engaged`: it has won, up to the end of the trip.
 */
export type DrivingState = 'free' | 'bidding' | 'leading' | 'engaged'

/** A driver's agent at work. */
export class Driving {
  readonly #components: RideComponents
  readonly #rides: KnownRides
  readonly #reach: number
  readonly #payout: DriverInit['payout']
  readonly #onTrip: TripHandler
  readonly #stopping = new AbortController()
  readonly #signal: AbortSignal
  #state: DrivingState = 'free'
  /** The ride that it bids for, and for how much. */
  #bid: { known: KnownRide; price: bigint } | undefined
  #waiting: Timer | undefined
  #repeatedAt = 0

  /** @param signal ends it, as `end` does */
  constructor(components: RideComponents, driver: DriverInit, onTrip: TripHandler, signal: AbortSignal) {
    const { intents, auctions, way } = components
    this.#components = components
    this.#rides = new KnownRides(driver, way)
    this.#reach = driver.reach ?? REACH
    this.#payout = driver.payout
    this.#onTrip = onTrip
    this.#signal = AbortSignal.any([signal, this.#stopping.signal])
    this.#listenAt(driver.position)
    const ends = [
      intents.subscribe((intent) => this.#learn(intent) && this.#act()),
      auctions.onStanding((standing, from) => this.#hear(standing, from)),
    ]
    this.#signal.addEventListener('abort', () => {
      clearTimeout(this.#waiting)
      for (const end of ends) end()
    })
    for (const intent of intents.open()) this.#learn(intent)
    this.#act()
  }

  get state(): DrivingState {
    return this.#state
  }

  /** Tells where the driver is now. */
  moveTo(position: LonLat): void {
    checkGiven('moveTo', { position })
    this.#rides.moveTo(position)
    this.#listenAt(position)
    this.#act()
  }

  /** Bids for nobody any more; an offer that is under way goes on. */
  end(): void {
    this.#stopping.abort()
  }

  #listenAt([lon, lat]: LonLat): void {
    this.#components.intents.join(domainOf(RIDE), latLngToCell(lat, lon, LISTENING), this.#reach)
  }

  #learn(intent: ReceivedIntent): boolean {
    const { now, period } = this.#components
    return this.#rides.add(intent, endOf(now(), period) / 1000, this.#bid?.known)
  }

  /** Bids, if there is somebody to bid for and nothing else to do. */
  #act(): void {
    if (this.#state !== 'free' || this.#signal.aborted) return
    const open = this.#rides.open(this.#components.now() / 1000)
    const choice = chooseRide(open)
    const known = choice && open[choice.index]
    if (choice === undefined || known === undefined) return
    this.#bid = { known, price: BigInt(choice.fare) }
    this.#state = 'bidding'
    this.#send(this.#bid).catch((error: unknown) => {
      if (error instanceof MeshError) this.#components.report(error)
      // A rider that does not answer may be busy: it is asked once more, and then no longer.
      if (known.isSilent) this.#rides.delete(known.intent.hash)
      known.isSilent = true
      if (this.#state === 'bidding') this.#free()
    })
  }

  async #send({ known, price }: { known: KnownRide; price: bigint }): Promise<void> {
    const { intent, reachedIn, revision } = known
    const bid = { price, wait: reachedIn, revision }
    const standing = await this.#components.auctions.bid(intent, bid, this.#signal)
    // What was told unasked meanwhile may be newer.
    this.#rides.update(standing, intent.value.agent)
    if (this.#state !== 'bidding') return
    if (known.place !== 'leads') {
      this.#settle(known)
      return
    }
    this.#state = 'leading'
    // A rider that is gone tells nobody, and one that wants no driver may have all wait.
    const left = known.ends * 1000 - this.#components.now()
    const forget = () => {
      this.#rides.delete(intent.hash)
      this.#free()
    }
    this.#waiting = background(setTimeout(forget, Math.max(left, 0)))
  }

  #hear(standing: Standing, from: Address): void {
    const known = this.#rides.update(standing, from)
    if (known === undefined) return
    if (this.#state === 'free') this.#act()
    if (this.#state !== 'leading' || this.#bid === undefined) return
    if (known !== this.#bid.known) this.#repeat(this.#bid)
    else if (known.place !== 'leads') this.#settle(known)
  }

  /** Fares move elsewhere: the rider keeps its auction open for who may come from there, so long as it is told. */
  #repeat({ known, price }: { known: KnownRide; price: bigint }): void {
    const { auctions, now, period, report } = this.#components
    const { intent, reachedIn, revision } = known
    if (now() - this.#repeatedAt < tickOf(period) / 2) return
    this.#repeatedAt = now()
    auctions.bid(intent, { price, wait: reachedIn, revision }, this.#signal).then(
      (standing) => this.#hear(standing, intent.value.agent),
      (error: unknown) => error instanceof MeshError && report(error),
    )
  }

  /** The bid does not lead: it has won, or there is another one to make. */
  #settle(known: KnownRide): void {
    if (known.place !== 'won') {
      this.#free()
      return
    }
    clearTimeout(this.#waiting)
    this.#state = 'engaged'
    this.#offer(known)
      .catch(this.#components.report)
      .finally(() => {
        this.#rides.delete(known.intent.hash)
        this.#free()
      })
  }

  /** Offers what it has won for its bid, and leaves the rest of it to the owner. */
  async #offer({ intent, cost }: KnownRide): Promise<void> {
    const price = this.#bid?.price
    if (price === undefined) return
    const { negotiation, trips } = this.#components
    const { quantity } = intent.value
    // A rider for whom another pays counters with the same: any other counter takes back what was won.
    const decide = ({ agreement }: Offer): Decision =>
      agreement.quantity === quantity && agreement.price >= price
        ? { type: 'accept' }
        : { type: 'decline', reason: 'price' }
    const payout = this.#payout && { payout: this.#payout() }
    const options = { duration: DURATION, decide, limit: BigInt(cost), ...payout }
    const outcome = await negotiation.offer(intent, { quantity, price }, options)
    if (outcome.type === 'agreed') await this.#onTrip(new AgreedRide(trips.of(outcome.deal.id), intent))
  }

  #free(): void {
    clearTimeout(this.#waiting)
    this.#bid = undefined
    this.#state = 'free'
    this.#act()
  }
}
