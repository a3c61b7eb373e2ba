import type { Deal } from '../../policy/deal.ts'
import { ANSWER_TIMEOUT, STREAM_TIMEOUT } from '../channels/constants.ts'
import { isPast } from './machine/commitment.ts'

/** When something is to be done about a deal. All times in Unix seconds, as the chain counts them. */

/** How often a dispute is looked at, in seconds. */
const DISPUTE_INTERVAL = 30n
/** How often a seller asks a buyer again whose window runs, in seconds. */
const ASK_INTERVAL = 15n
/** How long asking a buyer may take, reaching it included, in seconds; and a little more. */
const ASK_TIME = BigInt(Math.ceil((STREAM_TIMEOUT + ANSWER_TIMEOUT) / 1000)) + 4n

/** Last second of the buyer's window. @throws RangeError when nothing was reported */
export function windowEnd(deal: Deal): bigint {
  return windowStart(deal) + deal.conditions.window
}

/**
 * From when a buyer contests what it refuses: the first half of its window is for finding out, the second for getting
 * the dispute into a block. What was answered it has counted: it contests at once, for it may not be there later.
 */
export function disputeFrom(deal: Deal): bigint {
  return windowStart(deal) + (deal.tab === undefined ? deal.conditions.window / 2n : 0n)
}

/**
 * From when a seller reports its delivery on chain: shortly before the deadline, and when there is little time until
 * then, after half of it; never before the delivery has begun.
 *
 * @param margin seconds before the deadline
 */
export function reportFrom({ agreement, conditions, delivery }: Deal, margin: bigint): bigint {
  const { deadline } = agreement
  const deliveredAt = delivery?.value.deliveredAt ?? deadline
  const half = deliveredAt + (deadline - deliveredAt) / 2n
  return [deadline - margin, half, conditions.start].reduce(later)
}

/** Whether a seller that asks once more might be too late to report its delivery. */
export function isLastChance({ agreement, conditions }: Deal, now: bigint): boolean {
  return now >= conditions.start && now + ASK_TIME >= agreement.deadline && now <= agreement.deadline
}

/**
 * From when a deal of which nothing was reported is refunded by a side. A seller that has delivered, and was away at
 * the deadline, goes on asking for as long as a window: until somebody refunds, a release still pays it.
 */
export function refundFrom({ role, state, agreement, conditions }: Deal): bigint {
  const isWaiting = role === 'seller' && state === 'delivered'
  return agreement.deadline + 1n + (isWaiting ? conditions.window : 0n)
}

/**
 * Whether a deal needs a look: an unanswered offer when it expires, ours to finish at once, and one of which the other
 * side may do something on chain as often as its window demands.
 *
 * @param lastLook when it was held against the chain last, undefined when not yet
 */
export function isDue(deal: Deal, now: bigint, lastLook: bigint | undefined): boolean {
  const isLookDue = lastLook === undefined || now >= lastLook + lookInterval(deal)
  const isSeller = deal.role === 'seller'
  switch (deal.state) {
    case 'offered':
      return isPast(deal.agreement.expiry, now)
    case 'signed':
      return isSeller || isPast(deal.agreement.expiry, now)
    case 'opened':
      return now > deal.agreement.deadline || (!isSeller && isLookDue)
    case 'delivered':
      return true
    case 'reported':
      return isLookDue || (isSeller && now > windowEnd(deal))
    case 'released':
      return isSeller || isLookDue || now > deal.agreement.deadline
    default:
      return isLookDue
  }
}

/** A buyer looks in every quarter of the window: a report is seen in its first half, whenever it came. */
function lookInterval({ state, role, conditions }: Deal): bigint {
  if (state === 'disputed') return DISPUTE_INTERVAL
  return role === 'seller' ? ASK_INTERVAL : later(conditions.window / 4n, 1n)
}

function windowStart({ report, conditions }: Deal): bigint {
  if (report === undefined) throw new RangeError('nothing was reported')
  return later(report.deliveredAt, conditions.end)
}

/** The later of two times. */
export function later(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
