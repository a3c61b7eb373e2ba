import type { Place, TripClaim, TripPlan, TripReport } from '../../../../protocol/trip.ts'
import type { Conditions } from '../../../../protocol/types.ts'
import { metresBetween } from './places.ts'

/** A side of a trip. */
export type TripRole = 'rider' | 'driver'

/** How near to the pick-up a side has to be that says it has arrived, in metres: positions are good to some ten. */
export const ARRIVAL_RADIUS = 150
/** How long a side waits at the pick-up, in seconds from the pick-up time at the earliest, before it may say that the other did not come. */
export const WAITING_TIME = 180n

/** How far a side says that a trip has come. */
type Reached = Exclude<TripClaim, 'cancelled' | 'noShow'>

const ORDER: readonly Reached[] = ['onTheWay', 'arrived', 'pickedUp', 'droppedOff']

/** What one side of a trip has said, summed up. */
export interface Progress {
  readonly reached: Reached | undefined
  /** When it said so first, Unix seconds. */
  readonly reachedAt: bigint
  /** How it gave up. */
  readonly ended: 'cancelled' | 'noShow' | undefined
  /** Metres that were driven with the rider, once it says that it has been dropped off. */
  readonly metres: bigint
  /** Where it said last that it was. */
  readonly place: Place | undefined
  /** When it said anything last. */
  readonly at: bigint
}

/** A side that has said nothing yet. */
export const SILENT: Progress = {
  reached: undefined,
  reachedAt: 0n,
  ended: undefined,
  metres: 0n,
  place: undefined,
  at: 0n,
}

/** What a report may be held against: what both sides know from the agreement and the plan. */
export interface TripTerms {
  /** Undefined while the rider has not told it: then one can only cancel. */
  plan: Pick<TripPlan, 'pickUp' | 'dropOff'> | undefined
  /** Metres that were agreed. */
  metres: bigint
  /** The pick-up time, Unix seconds. */
  start: Conditions['start']
}

/** What a side says with a report; the rest of it follows from what was said before. */
export type Statement = Pick<TripReport, 'claim' | 'at' | 'metres' | 'place'>

/**
 * Why a side that has said so much cannot say this next, by itself or to others; undefined when it can. Each side is held
 * against its own words alone, so both come to the same, whatever they have heard of the other meanwhile.
 *
 * @param by whose words they are
 */
export function faultOf(
  by: TripRole,
  before: Progress,
  said: Statement,
  { plan, metres, start }: TripTerms,
): string | undefined {
  const { claim, place } = said
  if (before.ended !== undefined || before.reached === 'droppedOff') return 'TRIP_OVER'
  if (said.at < before.at) return 'TIME_REVERSED'
  const [least, most] = claim === 'droppedOff' ? [1n, metres] : [0n, 0n]
  if (said.metres < least || said.metres > most) return 'METRES_WRONG'
  if (claim === 'cancelled') return undefined
  if (claim === 'noShow') {
    // A driver has nowhere to arrive at until it is told where, and its words do not show whether it was.
    const isUntold = by === 'driver' && before.reached === undefined
    if (before.reached !== 'arrived' && !isUntold) return 'NOT_ARRIVED'
    return said.at < waitedFrom(before, start) + WAITING_TIME ? 'NOT_WAITED' : undefined
  }
  if (plan === undefined) return 'PLAN_MISSING'
  if (place === undefined) return 'PLACE_MISSING'
  const reached = before.reached === undefined ? -1 : ORDER.indexOf(before.reached)
  const isBack = ORDER.indexOf(claim) < reached
  if (isBack || (claim === 'droppedOff' && before.reached !== 'pickedUp')) return 'OUT_OF_ORDER'
  const isNear = metresBetween(place, plan.pickUp) <= ARRIVAL_RADIUS
  return claim === 'arrived' && !isNear ? 'NOT_AT_PICK_UP' : undefined
}

/** A side after a report that it could make. */
export function progressOf(before: Progress, { claim, at, metres, place }: Statement): Progress {
  const next = { ...before, at, metres, place: place ?? before.place }
  if (claim === 'cancelled' || claim === 'noShow') return { ...next, ended: claim }
  return claim === before.reached ? next : { ...next, reached: claim, reachedAt: at }
}

/** From when a side that has arrived waits, Unix seconds: nobody has to be there before the pick-up time. */
function waitedFrom({ reachedAt }: Progress, start: bigint): bigint {
  return reachedAt > start ? reachedAt : start
}
