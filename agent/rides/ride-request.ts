import { RefusedError } from '../../protocol/errors.ts'
import { type Address, type Offer, paymentOf } from '../../protocol/types.ts'
import { closing, endOf, refining } from '../market/auction-phases.ts'
import { fareOf } from '../market/rides/index.ts'
import { either } from '../network/abortable.ts'
import { guarded } from '../platform/guarded.ts'
import { background, sleep } from '../platform/timers.ts'
import type { Deal } from '../policy/deal.ts'
import { OFFER_TIMEOUT, type Winner } from '../protocols/auctions/index.ts'
import type { ReceivedIntent } from '../protocols/intent-discovery/index.ts'
import type { Decision, OfferHandler, Outcome } from '../protocols/negotiation/index.ts'
import type { TripEnds } from '../protocols/trips/index.ts'
import { AgreedRide, type RideComponents } from './components.ts'
import { REACH, type RideWish } from './inputs.ts'
import { cellOf, centreOf, type PublicRide, RIDE, rideDraft, rideOf } from './ride-intent.ts'

/** How a request stands. */
export interface RideProgress {
  /** Which auction it is, from 1. */
  round: number
  /** Of the leading bid; of the opening while there is none. Minor units. */
  fare: bigint
  /** How many drivers have bid. */
  bidders: number
  /** Who leads, and the seconds until the pick-up that it promises. */
  leader?: { driver: Address; wait: number } | undefined
}

/** A rider's wish, from the first auction until a driver has signed. */
export class RideRequest {
  /** Rejected as `RideMarket.request` says. */
  readonly matched: Promise<AgreedRide>
  readonly #components: RideComponents
  readonly #ride: PublicRide
  readonly #ends: TripEnds
  readonly #limit: bigint
  readonly #reach: number
  readonly #cancelling = new AbortController()
  readonly #signal: AbortSignal
  readonly #listeners = new Set<(progress: RideProgress) => void>()
  /** Drivers that have won and not kept their word. */
  readonly #barred = new Set<Address>()
  /** Whether an auction has ended that nobody led: whoever bids in a first phase, and no more, has its price too low for others. */
  #wasForsaken = false
  #progress: RideProgress = { round: 0, fare: 0n, bidders: 0 }

  /** @param signal ends it, as `cancel` does */
  constructor(components: RideComponents, wish: RideWish, signal: AbortSignal) {
    this.#components = components
    this.#ride = publicRide(wish, components)
    this.#ends = { pickUp: wish.pickup, dropOff: wish.dropoff }
    this.#limit = wish.limit
    this.#reach = wish.reach ?? REACH
    this.#signal = either(this.#cancelling.signal, signal)
    this.matched = this.#match()
    // Who only watches need not take its failure.
    this.matched.catch(() => undefined)
  }

  get progress(): RideProgress {
    return this.#progress
  }

  /** Calls `fn` whenever a driver leads, and when a new auction begins. @returns a function that ends it */
  onChange(fn: (progress: RideProgress) => void): () => void {
    const heard = guarded(fn, this.#components.report)
    this.#listeners.add(heard)
    return () => this.#listeners.delete(heard)
  }

  /** Ends it: nothing is signed any more, and `matched` rejects with `RIDE_CANCELLED`, unless a driver's offer was signed. */
  cancel(): void {
    this.#cancelling.abort(
      new RefusedError('RIDE_CANCELLED', 'The rider wants no ride any more.', {
        remedy: 'Request another when one is wanted.',
      }),
    )
  }

  async #match(): Promise<AgreedRide> {
    const { now, period } = this.#components
    const latest = (Number(this.#ride.earliest) + this.#ride.wait) * 1000
    for (let round = 1; ; round++) {
      if (closing(refining(now(), period), period).earliest > latest)
        throw noDriver(round - 1, this.#barred.size)
      const agreed = await this.#auction(round, latest)
      if (agreed !== undefined) return agreed
    }
  }

  /**
   * One auction, and the winner's offer.
   *
   * @param latest Unix milliseconds at which it ends
   * @returns undefined when nothing came of it
   */
  async #auction(round: number, latest: number): Promise<AgreedRide | undefined> {
    const { auctions, intents, negotiation, prepare, now, period } = this.#components
    const closed = Math.min(endOf(now(), period), latest)
    const life = BigInt(Math.ceil((closed - now() + OFFER_TIMEOUT) / 1000) + 1)
    const own = prepare({ ...rideDraft(this.#ride, this.#opening(round)), life })
    const { intent, hash } = own
    let winner: Winner | undefined
    const offered = Promise.withResolvers<() => Promise<Deal | undefined>>()
    const onOffer: OfferHandler = ({ from, offer, outcome }) => {
      if (winner === undefined || from !== winner.agent) return { type: 'decline', reason: 'filled' }
      const decision = answerTo(offer, winner, intent.quantity)
      offered.resolve(async () => (decision.type === 'accept' ? signed(await outcome) : undefined))
      return decision
    }
    // Before anybody can hear of it, and as long as it can be answered: nobody else is to decide about it.
    const end = negotiation.onOfferTo(hash, onOffer)
    background(setTimeout(end, Number(life) * 1000))
    try {
      this.#tell({ round, fare: intent.price, bidders: 0 })
      winner = await auctions.hold(own, {
        ...{ period, latest, now },
        announce: () => intents.publish(intent, { radius: this.#reach, signal: this.#signal }),
        maxWait: Number(this.#ride.earliest) + this.#ride.wait - Math.floor(now() / 1000),
        startsOver: this.#wasForsaken,
        barred: this.#barred,
        onChange: ({ price, bidders, leader }) =>
          this.#tell({
            round,
            fare: price,
            bidders,
            leader: leader && { driver: leader.agent, wait: leader.wait },
          }),
        signal: this.#signal,
      })
      this.#wasForsaken ||= winner === undefined
      const published = intents.own(hash)
      if (winner === undefined || published === undefined) return undefined
      const won = winner
      const take = await Promise.race([offered.promise, lateness(this.#signal)])
      winner = undefined
      const deal = await take?.()
      if (deal !== undefined) return this.#agreed(deal, published)
      this.#bar(won, published)
      return undefined
    } finally {
      winner = undefined
    }
  }

  /** The driver is told the points at once, and nobody else is. */
  async #agreed({ id }: Deal, intent: ReceivedIntent): Promise<AgreedRide> {
    const { trips, report } = this.#components
    const agreed = new AgreedRide(trips.of(id), intent)
    await agreed.share(this.#ends).catch(report)
    return agreed
  }

  /**
   * The tariff's fare for the demand that this agent knows of, and a tenth more in each further auction, as far as the limit
   * goes. An agent that has just come knows of no driver: that is no scarcity yet.
   */
  #opening(round: number): bigint {
    const { tariff, agents, intents } = this.#components
    const riders = 1 + intents.open().filter((intent) => rideOf(intent) !== undefined).length
    const drivers = agents.capable(RIDE).length
    const fare = fareOf(this.#ride.way, tariff, drivers === 0 ? undefined : { riders, drivers })
    const asked = (fare * BigInt(9 + round)) / 10n
    return asked < this.#limit ? asked : this.#limit
  }

  #bar({ agent, price }: Winner, { value }: ReceivedIntent): void {
    const { reputation, report } = this.#components
    this.#barred.add(agent)
    // By what was at stake for the rider: a bid of nothing would cost nothing.
    reputation.record(agent, 'failed', paymentOf(value))
    report(
      new RefusedError('BID_NOT_KEPT', 'A driver has won a ride, and not offered it for its bid.', {
        field: `driver ${agent}`,
        expected: `an offer of at most ${price} within ${OFFER_TIMEOUT} ms`,
        remedy: 'Nothing is to be done: the ride is auctioned anew, without it.',
      }),
    )
  }

  #tell(progress: RideProgress): void {
    this.#progress = progress
    for (const fn of this.#listeners) fn(progress)
  }
}

function publicRide(wish: RideWish, { way, now }: RideComponents): PublicRide {
  const { seats = 1, wait = 600, detour = 0, resolution = 10 } = wish
  const { earliest = BigInt(Math.floor(now() / 1000)) } = wish
  const [pickup, dropoff] = [cellOf(wish.pickup, resolution), cellOf(wish.dropoff, resolution)]
  return { pickup, dropoff, seats, earliest, wait, detour, way: way(centreOf(pickup), centreOf(dropoff)) }
}

/** The winner's word counts: all of the way, for what it bid or less. */
function answerTo({ agreement }: Offer, { price }: Winner, quantity: bigint): Decision {
  const isKept = agreement.price <= price && agreement.quantity === quantity
  return isKept ? { type: 'accept' } : { type: 'decline', reason: 'price' }
}

/** @returns undefined when the winner's time is over; what `signal` was aborted with is thrown */
async function lateness(signal: AbortSignal): Promise<undefined> {
  await sleep(OFFER_TIMEOUT, signal)
  return undefined
}

/** What came of an offer that was accepted. */
function signed(outcome: Outcome): Deal {
  if (outcome.type === 'agreed') return outcome.deal
  throw new RefusedError('RIDE_NOT_SIGNED', 'The offer of the driver that had won could not be accepted.', {
    field: 'offer',
    received: outcome.reason,
    remedy: 'See what `onError` has heard: most often the balance, or a limit of the policy.',
  })
}

function noDriver(rounds: number, barred: number): RefusedError {
  return new RefusedError('NO_DRIVER', 'No driver was found in time.', {
    field: 'wait',
    expected: 'a driver that offers the ride within the limits of fare and wait',
    received: `${rounds} auctions without one, ${barred} drivers that did not keep their word`,
    remedy: 'Request it again, with a higher `limit` or a longer `wait`.',
  })
}
