import {
  type Agreement,
  type Conditions,
  paymentOf,
  quantityFor,
  shareOf,
} from '../../../../protocol/types.ts'
import { metresBetween } from './places.ts'
import type { TripRole, TripTerms } from './progress.ts'
import type { TripView } from './stage.ts'

const WHOLE = 10_000n

/** What a cancellation moves, in minor units. */
export interface CancellationCost {
  /** What whoever cancels loses: a rider of the payment, a driver of its stake. */
  pays: bigint
  /** What the other side gets of that, before the protocol's fee on payments. */
  compensates: bigint
}

/**
 * What it costs to cancel a trip, as the escrow computes it: nothing before `lateFrom`, `lateBps` before the pick-up time,
 * then the penalty. With an exposure of twice the payment both sides compensate the other alike, since half of what is
 * slashed is burned; but a rider that cancels after the pick-up time pays for the part of the window that is over, where
 * that is more, for so much may have been driven.
 *
 * @param now Unix seconds
 */
export function cancellationCost(
  role: TripRole,
  agreement: Agreement,
  { start, end, lateFrom, lateBps }: Conditions,
  now: bigint,
): CancellationCost {
  const stage = now >= start ? agreement.penaltyBps : now >= lateFrom ? lateBps : 0n
  if (role === 'driver') {
    const pays = shareOf(agreement.exposure, stage)
    return { pays, compensates: pays / 2n }
  }
  const over = now > start && end > start ? (WHOLE * (now - start)) / (end - start) : 0n
  const pays = shareOf(paymentOf(agreement), over > stage ? over : stage)
  return { pays, compensates: pays }
}

/**
 * Metres whose price is the fee of a rider that does not come: what it would cost it to cancel at the last stage. It is
 * reported as a delivery of so many metres; 0n where there is no penalty.
 */
export function noShowMetres(agreement: Agreement): bigint {
  return quantityFor(agreement, shareOf(paymentOf(agreement), agreement.penaltyBps))
}

/**
 * Most metres that a rider owes by its own account: what it says itself that it was driven; of a ride that it did not
 * leave yet, the share of the crow's way to the drop-off that its last position has behind it; of one that did not begin, the
 * fee, when the driver says that it waited, where it was told to or told nothing, and the rider does not say the same of
 * the driver.
 *
 * @param fee metres of the fee of a no-show
 */
export function metresOwed({ rider, driver }: TripView, { plan, metres }: TripTerms, fee: bigint): bigint {
  if (rider.reached === 'droppedOff') return rider.metres
  if (rider.reached === 'pickedUp' && rider.place !== undefined && plan !== undefined) {
    const whole = metresBetween(plan.pickUp, plan.dropOff)
    const left = whole === 0 ? 0 : Math.min(metresBetween(rider.place, plan.dropOff) / whole, 1)
    return metres - BigInt(Math.ceil(Number(metres) * left))
  }
  const hasWaited = driver.ended === 'noShow' && (driver.reached === 'arrived' || plan === undefined)
  return hasWaited && rider.ended !== 'noShow' ? fee : 0n
}
