import type { AgentView, IntentView, RideView } from '../../api/views.ts'

/** Capability of agents who drive. */
export const DRIVE = 'ride.drive'

type Ride = Pick<RideView, 'status' | 'driven' | 'paid' | 'openedAt' | 'earliest' | 'intentHash'>

/** Somebody who asks for a ride and has none yet. */
export interface Request {
  hash: string
  rider: string
  /** H3 cells. */
  pickup: string
  dropoff: string | undefined
  metres: number
  /** Most minor units that are asked to be paid, and most seconds to be waited. */
  fare: bigint
  wait: number | undefined
}

/** A driver who waits for riders, or has one. */
export interface Vehicle {
  address: string
  /** H3 cell in which it drives: where it is exactly it tells only its rider. */
  area: string
  /** The ride that it is on. */
  ride: RideView | undefined
}

/** What came of all rides. */
export interface Outcome {
  underWay: number
  ended: number
  /** Metres that were driven and paid for, and minor units that were paid. */
  metres: number
  paid: bigint
  /** Minor units per kilometre. */
  perKm: bigint | undefined
  /** Seconds from when a rider was ready to the agreement, of half of all rides at most. */
  medianMatch: number | undefined
}

/** Whether a rider is on the way, or waits for the driver. */
export function isUnderWay({ status }: Pick<RideView, 'status'>): boolean {
  return status === 'open' || status === 'delivered' || status === 'disputed'
}

/** Seconds from when the rider was ready to the agreement; undefined of a ride that was booked ahead. */
export function matchedAfter({
  openedAt,
  earliest,
}: Pick<Ride, 'openedAt' | 'earliest'>): number | undefined {
  if (openedAt === null) return undefined
  const seconds = Date.parse(openedAt) / 1_000 - Number(earliest)
  return seconds >= 0 ? seconds : undefined
}

export function outcomeOf(rides: readonly Ride[]): Outcome {
  const paidFor = rides.filter(({ driven, paid }) => driven !== null && paid !== null)
  const metres = paidFor.reduce((sum, { driven }) => sum + Number(driven), 0)
  const paid = paidFor.reduce((sum, { paid }) => sum + BigInt(paid ?? 0), 0n)
  return {
    underWay: rides.filter(isUnderWay).length,
    ended: paidFor.length,
    metres,
    paid,
    perKm: metres === 0 ? undefined : (paid * 1_000n) / BigInt(metres),
    medianMatch: medianOf(rides.map(matchedAfter).filter((seconds) => seconds !== undefined)),
  }
}

/**
 * Requests for a ride among intents. Each auction has an intent of its own, which stands for a while after it: of those of one rider
 * for the same way the newest counts, unless it has led to a ride.
 *
 * @param intents the newest first
 */
export function requestsIn(
  intents: readonly Pick<
    IntentView,
    'hash' | 'agent' | 'side' | 'capability' | 'area' | 'quantity' | 'price' | 'attributes'
  >[],
  rides: readonly Pick<Ride, 'intentHash'>[],
): Request[] {
  const led = new Set(rides.map(({ intentHash }) => intentHash))
  const asked = intents
    .filter(({ side, capability }) => side === 'buy' && capability === DRIVE)
    .map(({ hash, agent, area, quantity, price, attributes }) => {
      const dropoff = attributes.find(({ name }) => name === 'dropoff')
      const wait = attributes.find(({ name }) => name === 'wait')
      return {
        ...{ hash, rider: agent, pickup: area, metres: Number(quantity), fare: BigInt(price) },
        dropoff: dropoff?.type === 'area' ? dropoff.cells[0] : undefined,
        wait: wait?.type === 'range' ? Number(wait.max) : undefined,
      }
    })
  const wayOf = ({ rider, pickup, dropoff }: Request) => [rider.toLowerCase(), pickup, dropoff].join()
  const newest = new Map(asked.toReversed().map((request) => [wayOf(request), request]))
  return asked.filter((request) => newest.get(wayOf(request)) === request && !led.has(request.hash))
}

/** Agents who drive. @param now Unix seconds: who has not said for long that it drives, does not */
export function vehiclesIn(
  agents: readonly Pick<AgentView, 'owner' | 'wallet' | 'capability'>[],
  rides: readonly RideView[],
  now: number,
): Vehicle[] {
  const onRide = new Map(
    rides.filter(isUnderWay).flatMap((ride) => (ride.driver ? [[ride.driver.toLowerCase(), ride]] : [])),
  )
  return agents.flatMap(({ owner, wallet, capability }) => {
    const drives = capability?.capabilities.some(({ name }) => name === DRIVE)
    if (!capability || !drives || Number(capability.expiry) < now) return []
    const address = wallet ?? owner
    return [{ address, area: capability.area, ride: onRide.get(address.toLowerCase()) }]
  })
}

function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return low === undefined || high === undefined ? undefined : (low + high) / 2
}
