import type { Abortable } from '../lifecycle.ts'
import { either } from '../network/abortable.ts'
import { Trip } from '../protocols/trips/index.ts'
import type { RideComponents } from './components.ts'
import { Driving, type TripHandler } from './driving.ts'
import { checkGiven, type DriverInit, type RideWish } from './inputs.ts'
import { RideRequest } from './ride-request.ts'

/**
 * The market for rides: riders' intents, and drivers that bid for them by an auction that nobody runs; see docs/rides.md.
 */
export class RideMarket {
  readonly #components: RideComponents
  readonly #signal: AbortSignal

  /** @param signal ends all of it */
  constructor(components: RideComponents, signal: AbortSignal) {
    this.#components = components
    this.#signal = signal
  }

  /**
   * Asks for a ride, in one auction after the other until a driver has signed or the wait is over. Strangers learn the
   * cells of pick-up and drop-off, and never the points.
   *
   * @returns the request; its `matched` rejects with RefusedError `NO_DRIVER` when nobody was found in time,
   *   `RIDE_CANCELLED`, `RIDE_NOT_SIGNED` when this agent cannot pay, or as `publishIntent` does; or with what `signal` was
   *   aborted with
   * @throws ConfigError `ARGUMENT_INVALID` or `OPTION_UNKNOWN`
   * @example
   * ```ts
   * const request = rides.request({ pickup: [4.3902, 52.0462], dropoff: [4.4024, 52.0524], limit: 9_000_000n })
   * request.onChange(({ fare, bidders }) => console.log(fare, bidders))
   * const trip = await request.matched
   * await trip.until('pickedUp')
   * ```
   */
  request(wish: RideWish, options: Abortable = {}): RideRequest {
    checkGiven('request', { wish, options })
    return new RideRequest(this.#components, wish, either(this.#signal, options.signal))
  }

  /**
   * Drives: bids for the riders around, each time for the one of most profit, down to its costs, and offers the ride
   * that it has won.
   *
   * @param onTrip is called with each ride that was agreed; until the promise that it returns is settled, this agent bids for no other
   * @throws ConfigError `ARGUMENT_INVALID` or `OPTION_UNKNOWN`
   * @example
   * ```ts
   * const driving = rides.drive({ position: [4.39, 52.04], costPerKilometre: 600_000n }, async (trip) => {
   *   await trip.until('assigned')
   *   console.log(trip.plan)
   *   await network.untilDeal(trip.id, hasEnded)
   * })
   * ```
   */
  drive(driver: DriverInit, onTrip: TripHandler, options: Abortable = {}): Driving {
    checkGiven('drive', { driver, onTrip, options })
    return new Driving(this.#components, driver, onTrip, either(this.#signal, options.signal))
  }

  /** The trips of this agent that have not ended, as rider and as driver: a process that was started again goes on with them. */
  trips(): Trip[] {
    return this.#components.trips.live().map((trip) => new Trip(trip))
  }
}
