import { z } from 'zod'
import { abortableSchema, callable, checkInput, membersOf } from '../../../protocol/input.ts'
import type { LonLat } from '../../market/rides/haversine.ts'
import { TRIP_STAGES } from '../../market/rides/trip/index.ts'

/** Where a ride begins and ends, as [lon, lat] in degrees. */
export interface TripEnds {
  pickUp: LonLat
  dropOff: LonLat
}

export const positionSchema = z.custom<LonLat>(
  (value) =>
    Array.isArray(value) &&
    value.length === 2 &&
    value.every(Number.isFinite) &&
    Math.abs(value[0]) <= 180 &&
    Math.abs(value[1]) <= 90,
  'a position as [lon, lat], in degrees',
)

const position = positionSchema
const methods = {
  share: z.strictObject({
    ends: membersOf<TripEnds>({ pickUp: position, dropOff: position }, 'an object { pickUp, dropOff }'),
  }),
  onTheWay: z.strictObject({ place: position }),
  arrived: z.strictObject({ place: position }),
  pickedUp: z.strictObject({ place: position }),
  droppedOff: z.strictObject({ place: position, metres: z.bigint() }),
  until: z.strictObject({ stage: z.enum(TRIP_STAGES), options: abortableSchema }),
  onChange: z.strictObject({ fn: callable() }),
}

/** Checks what a method of a trip was given. @throws ConfigError `ARGUMENT_INVALID` or `OPTION_UNKNOWN` */
export function checkGiven(of: keyof typeof methods, given: Record<string, unknown>): void {
  checkInput(of, methods[of], given)
}
