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
 * The rider for whom a driver bids, and the fare: the one of most profit, for a step less than what it would pay until now. So a
 * fare falls for as long as somebody underbids, and a driver without a rival earns what the rider offers.
 *
 * Any decrement from a step up to what makes the ride no better than the second choice keeps Bertsekas' auction within a step
 * a pair of the optimum (Annals of Operations Research 14 (1988) 105-123); `bid` takes the largest, which ends soonest where
 * prices are only reckoned with, and leaves those who are paid them without profit.
 *
 * @returns undefined when no rider is left who would pay what it costs
 * @example chooseRide([{ fare: 900, step: 10, cost: 300 }, { fare: 800, step: 10, cost: 400 }]) // { index: 0, fare: 890 }
 */
export function chooseRide(rides: readonly OpenRide[]): { index: number; fare: number } | undefined {
  let choice: { index: number; fare: number } | undefined
  let most = 0
  for (const [index, { fare, step, cost }] of rides.entries()) {
    const profit = fare - step - cost
    if (choice === undefined ? profit < 0 : profit <= most) continue
    choice = { index, fare: fare - step }
    most = profit
  }
  return choice
}
