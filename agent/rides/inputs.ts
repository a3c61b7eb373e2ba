import { z } from 'zod'
import { abortableSchema, callable, checkInput, membersOf } from '../../protocol/input.ts'
import type { Address } from '../../protocol/types.ts'
import type { FareTariff, LonLat } from '../market/rides/index.ts'
import { positionSchema as position } from '../protocols/trips/inputs.ts'
import { COARSEST } from './ride-intent.ts'
import type { Way } from './way.ts'

/** How an agent takes part in the market for rides. */
export interface RideMarketInit {
  /** By which riders' opening fares are made; like New York's taxis by default. Money in minor units. */
  tariff?: FareTariff
  /** How far it is by road; by default 1.3 times the crow's way, at 19.4 km/h. A `RoadNetwork` knows better. */
  way?: Way
  /**
   * Auctions end whenever so many milliseconds of Unix time are over, each half to one and a half of it after it began, or up
   * to six periods later while fares move; 20,000 by default. All in a place should have the same: a driver is not to be bound to
   * one rider while others are still open.
   */
  period?: number
}

/** What a rider wants. Positions as [lon, lat], times in seconds, money in minor units. */
export interface RideWish {
  pickup: LonLat
  dropoff: LonLat
  /** 1 by default. */
  seats?: number
  /** Most seconds from `earliest` until the pick-up; 600 by default. */
  wait?: number
  /** Most seconds that the ride may take longer, for others to share it; none by default. */
  detour?: number
  /** Most that the ride may cost. */
  limit: bigint
  /** Unix seconds; now by default. */
  earliest?: bigint
  /** H3 resolution of the cells that strangers are told; 10 by default, whose cells are 130 m wide. */
  resolution?: number
  /** Kilometres around the pick-up within which drivers hear of it that listen as far; 5 by default. */
  reach?: number
}

/** What a driver has to say of itself. Money in minor units. */
export interface DriverInit {
  position: LonLat
  /** What driving costs it, to the pick-up as with the rider on board. */
  costPerKilometre: bigint
  /** What its time costs; nothing by default. */
  costPerMinute?: bigint
  /** For riders; 4 by default. */
  seats?: number
  /** Kilometres around the position within which it hears of riders; 5 by default. */
  reach?: number
  /** Kilometres of the longest ride that it bids for; any by default. */
  maxDistance?: number
  /** Most seconds until the rider is ready, for whom it bids for no other meanwhile; any by default. */
  maxLead?: number
  /** Says where it is paid for a ride that it has won, such as at a fresh account each time; by default at its own. */
  payout?: () => Address
}

/** Kilometres within which riders and drivers hear of one another unless they say otherwise. */
export const REACH = 5

const bigint = z.bigint()
const count = z.int().nonnegative()

export const rideMarketSchema = membersOf<RideMarketInit>({
  tariff: membersOf<FareTariff>({
    base: bigint,
    perKilometre: bigint,
    perMinute: bigint,
    minimum: bigint,
    maxSurcharge: bigint,
  }).optional(),
  way: callable<Way>().optional(),
  period: z.int().min(1_000).max(600_000).optional(),
})

const methods = {
  request: z.strictObject({
    wish: membersOf<RideWish>({
      pickup: position,
      dropoff: position,
      seats: z.int().positive().optional(),
      wait: count.optional(),
      detour: count.optional(),
      limit: bigint.positive(),
      earliest: bigint.optional(),
      resolution: z.int().min(COARSEST).max(15).optional(),
      reach: z.number().nonnegative().optional(),
    }),
    options: abortableSchema,
  }),
  drive: z.strictObject({
    driver: membersOf<DriverInit>({
      position,
      costPerKilometre: bigint.nonnegative(),
      costPerMinute: bigint.nonnegative().optional(),
      seats: z.int().positive().optional(),
      reach: z.number().nonnegative().optional(),
      maxDistance: z.number().positive().optional(),
      maxLead: count.optional(),
      payout: callable<() => Address>().optional(),
    }),
    onTrip: callable(),
    options: abortableSchema,
  }),
  moveTo: z.strictObject({ position }),
  onChange: z.strictObject({ fn: callable() }),
}

/** Checks what a method of the market for rides was given. @throws ConfigError `ARGUMENT_INVALID` or `OPTION_UNKNOWN` */
export function checkGiven(of: keyof typeof methods, given: Record<string, unknown>): void {
  checkInput(of, methods[of], given)
}
