import { bid } from './bidding.ts'

/** A rider for whom a driver may bid; money in minor units. */
export interface OpenRide {
  /** The fare that the next bid has to be below. */
  fare: number
  /** By how much, at least. */
  step: number
  /** What the ride, and the way to the pick-up, costs this driver. */
  cost: number
}

/**
 * The rider for whom a driver bids, and the fare: the one of greatest profit, down to where it is no better than the second
 * choice, less a step. {@link bid} with its signs turned: fares fall where prices rise, and a driver would rather
 * go without than lose money.
 *
 * @returns undefined when no rider is left who would pay more than what it costs, by a step
 * @example chooseRide([{ fare: 900, step: 10, cost: 300 }, { fare: 800, step: 10, cost: 400 }]) // { index: 0, fare: 690 }
 */
export function chooseRide(rides: readonly OpenRide[]): { index: number; fare: number } | undefined {
  const costs = rides.map(({ fare, step, cost }) => (fare - step < cost ? Number.POSITIVE_INFINITY : cost))
  const prices = rides.map(({ fare }) => -fare)
  const best = bid(costs, prices, 0, 1)
  if (best === undefined) return undefined
  const { lot } = best
  const offer = bid(costs, prices, 0, (rides[lot] as OpenRide).step)
  return offer && { index: lot, fare: -offer.price }
}
