import { z } from 'zod'
import { paymentOf } from '../../protocol/types.ts'
import type { AgreementRow, RideRequestRow } from '../store/tables.ts'
import { agreementStatus } from './agreement.ts'
import { address, amount, hash, height, instant, orNull, toInstant, unixSeconds } from './scalars.ts'

const cell = z.string().meta({ description: 'H3 cell; the exact point only the driver is told' })
const seconds = z.int().meta({ description: 'Seconds' })
const metres = z.int().meta({ description: 'Metres' })

export const rideSchema = z
  .object({
    id: hash.meta({ description: 'Id of the agreement' }),
    status: agreementStatus,
    rider: address.nullable(),
    driver: address.nullable(),
    token: address.nullable(),
    fare: amount.nullable().meta({ description: 'What was agreed, for the whole way' }),
    paid: amount.nullable().meta({ description: 'What the rider paid so far' }),
    driven: amount.nullable().meta({ description: 'Metres that were paid for; null until it has ended so' }),
    pickup: cell,
    dropoff: cell,
    metres,
    seconds: seconds.meta({ description: 'How long the way takes' }),
    seats: z.int(),
    earliest: unixSeconds.meta({ description: 'The rider is ready from then on' }),
    wait: seconds.meta({ description: 'Most seconds after that until the pick-up' }),
    detour: seconds.meta({ description: 'Most seconds that it may take longer' }),
    intentHash: hash,
    openedAt: instant.nullable(),
    endedAt: instant.nullable(),
    block: height,
  })
  .meta({ id: 'Ride', description: 'An agreement about a ride, with what the rider had asked for' })

/** A ride as the API shows it. */
export type RideView = z.infer<typeof rideSchema>

/** An agreement with the request that it came of. */
export type RideRow = Pick<
  AgreementRow,
  | 'id'
  | 'status'
  | 'buyer'
  | 'seller'
  | 'token'
  | 'block'
  | 'logIndex'
  | 'openedAt'
  | 'endedAt'
  | 'quantity'
  | 'price'
  | 'lot'
  | 'received'
  | 'fee'
  | 'traded'
> &
  Omit<RideRequestRow, 'sequence' | 'cells'>

export function toRideView(row: RideRow): RideView {
  const { quantity, price, lot, received, fee } = row
  const known = quantity !== null && price !== null && lot !== null
  return {
    id: row.id,
    status: row.status,
    rider: row.buyer,
    driver: row.seller,
    token: row.token,
    fare: known ? String(paymentOf({ quantity, price, lot })) : null,
    paid: received === null || fee === null ? null : String(received + fee),
    driven: orNull(row.traded, String),
    pickup: row.pickup,
    dropoff: row.dropoff,
    metres: row.metres,
    seconds: row.seconds,
    seats: row.seats,
    earliest: String(row.earliest),
    wait: row.wait,
    detour: row.detour,
    intentHash: row.hash,
    openedAt: orNull(row.openedAt, toInstant),
    endedAt: orNull(row.endedAt, toInstant),
    block: row.block,
  }
}
