import type { Address, Hex, Signed } from './types.ts'

/** A point on the map (WGS 84) in units of 10^-7 degrees, about a centimetre, as OpenStreetMap keeps them. */
export interface Place {
  longitude: number
  latitude: number
}

/** Where exactly a ride begins and ends: for the driver alone with whom it was agreed. Signed by the rider. */
export interface TripPlan {
  /** Id of the agreement about the ride. */
  agreement: Hex
  pickUp: Place
  dropOff: Place
}

/**
 * How far a side says that a trip has come, in the order of their numbers where they are signed and sent.
 *
 * onTheWay, arrived: to, and at, the pick-up. pickedUp, droppedOff: the rider is in the vehicle, and out of it.
 * cancelled: this side gives up. noShow: the other side did not come.
 */
export const TRIP_CLAIMS = ['onTheWay', 'arrived', 'pickedUp', 'droppedOff', 'cancelled', 'noShow'] as const
export type TripClaim = (typeof TRIP_CLAIMS)[number]

/**
 * What one side of a trip says about it. Said again with another place, the same claim is a position. All that a side
 * says is one chain: nothing of it can be left out, changed or put in later.
 */
export interface TripReport {
  /** Id of the agreement about the ride. */
  agreement: Hex
  /** Who says it. */
  agent: Address
  /** Counts its reports of this trip, from 1n. */
  number: bigint
  /** Digest of the report before it; of the first, 32 zero bytes. */
  previous: Hex
  claim: TripClaim
  /** When, Unix seconds. */
  at: bigint
  /** Metres driven with the rider, in a claim of `droppedOff`; otherwise 0n. */
  metres: bigint
  /** Where its agent is; undefined where it does not say. */
  place: Place | undefined
}

/** What both sides of a trip have said: its evidence, as far as each has heard the other. */
export interface TripLog {
  /** Undefined where the rider has not told it yet. */
  plan: Signed<TripPlan> | undefined
  driver: readonly Signed<TripReport>[]
  rider: readonly Signed<TripReport>[]
}
