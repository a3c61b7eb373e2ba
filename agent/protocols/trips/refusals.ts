import { RefusedError } from '../../../protocol/errors.ts'
import type { TripClaim } from '../../../protocol/trip.ts'
import { ARRIVAL_RADIUS, WAITING_TIME } from '../../market/rides/trip/index.ts'

/** What to do about each reason for which a side cannot say something. */
const REMEDIES: Readonly<Record<string, string>> = {
  TRIP_OVER: 'Nothing more can be said: wait for the end of its deal with `until`.',
  TIME_REVERSED: 'Set the clock of this machine.',
  METRES_WRONG: 'Say at `droppedOff` how many metres were driven: from 1 to those that were agreed.',
  NOT_ARRIVED: 'Say `arrived` at the pick-up first; or `cancel`.',
  NOT_WAITED: `Wait at the pick-up, or to be told of it, for ${WAITING_TIME} s from the pick-up time on.`,
  PLACE_MISSING: 'Give the position: degrees of longitude and latitude.',
  PLAN_MISSING: 'The rider has to `share` its plan first: `until("assigned")` waits for it.',
  OUT_OF_ORDER: 'Say it in its turn: on the way, arrived, picked up, dropped off.',
  NOT_AT_PICK_UP: `Say so within ${ARRIVAL_RADIUS} m of the pick-up.`,
  TOO_MANY: 'Report positions less often.',
}

/** @param fault of `faultOf` */
export function claimRefused(claim: TripClaim, before: TripClaim | undefined, fault: string): RefusedError {
  return new RefusedError('TRIP_CLAIM_REFUSED', 'A side of a trip cannot say this.', {
    field: `claim ${claim}`,
    expected: `what can follow ${before ?? 'nothing'}`,
    received: fault,
    remedy: REMEDIES[fault] ?? 'Look at `stage` and `log`.',
  })
}

export function planRefused(field: string, expected: string, received: string): RefusedError {
  return new RefusedError('TRIP_PLAN_REFUSED', 'A plan does not fit the ride that was agreed.', {
    field,
    expected,
    received,
    remedy: 'Share one that fits; or cancel the trip, and agree on another.',
  })
}

export function tripUnknown(id: string, received: string | undefined): RefusedError {
  return new RefusedError('TRIP_UNKNOWN', 'There is no trip with this id.', {
    field: 'id',
    expected: 'the id of a deal about a ride that both have signed',
    received: received ?? id,
    remedy: 'Take the id of one of `deals()` about `ride.drive`, after `untilDeal` says that it is open.',
  })
}

/** @param wanted what was waited for, and cannot come any more */
export function tripEnded(wanted: string, stage: string): RefusedError {
  return new RefusedError('TRIP_ENDED', 'A trip has ended in another way.', {
    field: 'stage',
    expected: wanted,
    received: stage,
    remedy: 'Look at `deal.outcome` for what was paid, and at `log` for what was said.',
  })
}
