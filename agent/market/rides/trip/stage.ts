import type { Progress, TripRole } from './progress.ts'

/** Those of a trip that goes well first, in their order. */
export const TRIP_STAGES = [
  'agreed',
  'assigned',
  'onTheWay',
  'arrived',
  'pickedUp',
  'droppedOff',
  'cancelled',
  'noShow',
  'disputed',
] as const

/**
 * Where a trip is.
 *
 * agreed: both have signed. assigned: the driver knows where exactly. onTheWay, arrived: the driver, to and at the
 * pick-up. pickedUp, droppedOff: both say so. cancelled, noShow, disputed: ended by the chain in that way.
 */
export type TripStage = (typeof TRIP_STAGES)[number]

/** Those of a trip that goes well. */
const COURSE: readonly TripStage[] = TRIP_STAGES.slice(0, TRIP_STAGES.indexOf('droppedOff') + 1)

/** What the chain says of a trip's agreement. `fee`: it was settled for what a rider pays that did not come. */
export type TripOnChain = 'open' | 'reported' | 'paid' | 'fee' | 'refunded' | 'cancelled' | 'disputed'

/** All that a side knows of a trip. */
export interface TripView {
  readonly hasPlan: boolean
  readonly driver: Progress
  readonly rider: Progress
  readonly chain: TripOnChain
}

/**
 * Where a trip is. As long as money is in escrow, what both sides have said tells, in whatever order it came: two that
 * have heard the same are at the same stage. Once the chain has ended it, the chain alone tells: where one cancels while
 * the other reports a delivery, its order decides, and no message is needed to learn of it.
 */
export function stageOf({ hasPlan, driver, rider, chain }: TripView): TripStage {
  switch (chain) {
    case 'paid':
      return 'droppedOff'
    case 'fee':
    case 'refunded':
      return 'noShow'
    case 'cancelled':
    case 'disputed':
      return chain
    default:
  }
  if (!hasPlan) return 'agreed'
  const { reached } = driver
  if (reached === undefined || reached === 'onTheWay') return reached ?? 'assigned'
  // In and out of the vehicle a rider comes by its own word as well.
  if (reached === 'arrived' || !isInOrOut(rider)) return 'arrived'
  return reached === 'droppedOff' && rider.reached === 'droppedOff' ? 'droppedOff' : 'pickedUp'
}

/** Whether a trip that goes well has come so far; undefined for a stage that is no part of that. */
export function hasReached(stage: TripStage, wanted: TripStage): boolean {
  if (stage === wanted) return true
  const [at, to] = [COURSE.indexOf(stage), COURSE.indexOf(wanted)]
  return to >= 0 && at >= to
}

/** Whether a trip can come no further, as the stage alone tells. */
export function isOver(stage: TripStage): boolean {
  return stage === 'droppedOff' || !COURSE.includes(stage)
}

/** What a side has to have done about a trip; each is tried again until the chain says that it was, or is too late. */
export type TripDuty =
  /** Ask for the payment of so many metres, or for the fee of a rider that did not come. */
  | { type: 'deliver'; metres: bigint }
  /** End it on chain. */
  | { type: 'cancel' }

/** What duties depend on besides. */
export interface DutyTerms {
  /** Metres whose price is the fee of a no-show; 0n when there is none. */
  noShowMetres: bigint
  /** End of the ride's window: from then on, the escrow takes no cancellation of a rider. */
  end: bigint
}

/** Seconds for which a driver waits for its rider's word, before it asks for the payment without. */
const PATIENCE = 30n

/**
 * What a side has to do next.
 *
 * @param now Unix seconds
 */
export function dutyOf(
  role: TripRole,
  { driver, rider, chain }: TripView,
  { noShowMetres, end }: DutyTerms,
  now: bigint,
): TripDuty | undefined {
  const own = role === 'driver' ? driver : rider
  if (own.ended === 'cancelled') {
    const isInTime = chain === 'open' && (role === 'driver' || now < end)
    return isInTime ? { type: 'cancel' } : undefined
  }
  if (role === 'rider' || chain !== 'open') return undefined
  if (driver.ended === 'noShow')
    return noShowMetres > 0n ? { type: 'deliver', metres: noShowMetres } : undefined
  if (driver.reached !== 'droppedOff') return undefined
  const hasRidersWord = rider.reached === 'droppedOff' || rider.ended !== undefined
  const isDue = hasRidersWord || now >= driver.reachedAt + PATIENCE
  return isDue ? { type: 'deliver', metres: driver.metres } : undefined
}

function isInOrOut({ reached }: Progress): boolean {
  return reached === 'pickedUp' || reached === 'droppedOff'
}
