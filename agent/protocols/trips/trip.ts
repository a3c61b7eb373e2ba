import type { TripClaim, TripLog } from '../../../protocol/trip.ts'
import type { Address, Hex } from '../../../protocol/types.ts'
import type { LonLat } from '../../market/rides/haversine.ts'
import {
  hasReached,
  isOver,
  lonLatOf,
  placeOf,
  type TripRole,
  type TripStage,
} from '../../market/rides/trip/index.ts'
import { abortable } from '../../network/abortable.ts'
import { type Deal, hasEnded } from '../../policy/deal.ts'
import { checkGiven, type TripEnds } from './inputs.ts'
import type { LiveTrip } from './live-trip.ts'
import { tripEnded } from './refusals.ts'

/**
 * A ride that both sides have signed, seen from one of them. What a side says is signed, on disk when the promise is fulfilled,
 * and told to the other until that has heard it; what has to be done on chain about it is done, and tried again, by itself.
 * Positions are [lon, lat], in degrees. All that says something throws RefusedError `TRIP_CLAIM_REFUSED` where it cannot be
 * said now, and ConfigError `ARGUMENT_INVALID`.
 */
export class Trip {
  readonly #live: LiveTrip

  constructor(live: LiveTrip) {
    this.#live = live
  }

  /** Id of its deal. */
  get id(): Hex {
    return this.#live.id
  }

  /** This side. */
  get role(): TripRole {
    return this.#live.role
  }

  /** The other side. */
  get with(): Address {
    return this.#live.with
  }

  /** As it is now. */
  get deal(): Deal {
    return this.#live.deal
  }

  get stage(): TripStage {
    return this.#live.stage
  }

  /** Where exactly it begins and ends; undefined until the rider has told. */
  get plan(): TripEnds | undefined {
    const plan = this.log.plan?.value
    return plan && { pickUp: lonLatOf(plan.pickUp), dropOff: lonLatOf(plan.dropOff) }
  }

  /** What both sides have said, as far as this one has heard: evidence, for `verifyTrip`. */
  get log(): TripLog {
    const { plan, driver, rider } = this.#live.book.log
    return { plan, driver: [...driver], rider: [...rider] }
  }

  /**
   * Tells the driver where exactly the ride begins and ends, as its rider, for good. A request does so when it is matched.
   *
   * @throws RefusedError `TRIP_PLAN_REFUSED` when it is further than what was agreed; ConfigError `ARGUMENT_INVALID`
   */
  async share(ends: TripEnds): Promise<void> {
    checkGiven('share', { ends })
    await this.#live.share({ pickUp: placeOf(ends.pickUp), dropOff: placeOf(ends.dropOff) })
  }

  /** Is on the way to the pick-up; said again, a position. */
  onTheWay(place: LonLat): Promise<void> {
    return this.#sayAt('onTheWay', place)
  }

  /** Is at the pick-up, within 150 m of it. */
  arrived(place: LonLat): Promise<void> {
    return this.#sayAt('arrived', place)
  }

  /** The rider is in the vehicle; said again, a position. */
  pickedUp(place: LonLat): Promise<void> {
    return this.#sayAt('pickedUp', place)
  }

  /**
   * The rider is out of the vehicle. The driver is paid for what both say, or else for what the rider does not contest.
   *
   * @param metres driven with the rider, from 1n to what was agreed
   */
  droppedOff(place: LonLat, metres: bigint): Promise<void> {
    return this.#sayAt('droppedOff', place, metres)
  }

  /** Gives up. It is cancelled on chain, at the cost of the stage: `cancellationCost`. */
  cancel(): Promise<void> {
    return this.#live.say({ claim: 'cancelled', metres: 0n, place: undefined })
  }

  /**
   * The other side did not come: said at the pick-up, 180 s after the arrival and the pick-up time; by a driver that was not
   * told where to come, 180 s after the pick-up time.
   */
  noShow(): Promise<void> {
    return this.#live.say({ claim: 'noShow', metres: 0n, place: undefined })
  }

  /**
   * Waits until the trip has come so far, or further.
   *
   * @throws RefusedError `TRIP_ENDED` when it has ended without; what `signal` was aborted with; ConfigError `ARGUMENT_INVALID`
   * @example await trip.until('pickedUp', { signal: AbortSignal.timeout(600_000) })
   */
  async until(stage: TripStage, options: { signal?: AbortSignal } = {}): Promise<void> {
    checkGiven('until', { stage, options })
    const { signal } = options
    signal?.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const check = () => {
      const now = this.stage
      if (hasReached(now, stage)) resolve()
      // Both may say so, and one claim more than the other: it is over when it is paid.
      else if (isOver(now) && (now !== 'droppedOff' || hasEnded(this.deal))) reject(tripEnded(stage, now))
    }
    const stop = this.#live.onChange(check)
    const reached = () => {
      check()
      return promise
    }
    await abortable(reached, signal).finally(stop)
  }

  /** Calls `fn` when something was said or heard, and when the deal has changed. @returns a function that ends it */
  onChange(fn: (trip: this) => unknown): () => void {
    checkGiven('onChange', { fn })
    return this.#live.onChange(() => fn(this))
  }

  async #sayAt(claim: Exclude<TripClaim, 'cancelled' | 'noShow'>, place: LonLat, metres = 0n): Promise<void> {
    checkGiven(claim, claim === 'droppedOff' ? { place, metres } : { place })
    await this.#live.say({ claim, metres, place: placeOf(place) })
  }
}
