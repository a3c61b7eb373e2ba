import { RefusedError } from '../../../protocol/errors.ts'
import type { Address, Hex } from '../../../protocol/types.ts'
import type { Deal } from '../../policy/deal.ts'
import { MIN_OFFER_LIFE, OFFER_LIFE } from './constants.ts'

/** Why a sale of a guest's is not taken, or does not go on. */

export function checkSubject(expected: Hex, received: Hex): void {
  if (expected === received) return
  throw new RefusedError('OFFER_MISMATCH', 'What was said is about another agreement.', {
    field: 'agreement',
    expected,
    received,
    remedy: 'Say it of the agreement that it is about.',
  })
}

/** One that expires before it arrives, or binds for longer than the carrier watches, its buyer would hold against the carrier. */
export function checkLife(expiry: bigint, now: bigint): void {
  const [least, most] = [now + MIN_OFFER_LIFE, now + OFFER_LIFE]
  if (least <= expiry && expiry <= most) return
  throw new RefusedError('OFFER_LIFE_WRONG', 'An offer of a guest expires too soon, or too late.', {
    field: 'agreement.expiry',
    expected: `${least} to ${most}`,
    received: expiry,
    remedy: 'Prepare it anew, and sign it as it was prepared.',
  })
}

export function unregistered(seller: Address): RefusedError {
  return new RefusedError('SELLER_UNREGISTERED', 'A guest that sells has to be an agent with a stake.', {
    field: 'agreement.seller',
    expected: 'a key that is bound to an agent',
    received: seller,
    remedy: 'Register it, and put up a stake: see the section on selling in docs/api/trading.md.',
  })
}

export function notOpen({ state }: Deal): RefusedError {
  return new RefusedError('DEAL_NOT_OPEN', 'What is not open cannot be delivered.', {
    field: 'state',
    expected: 'opened',
    received: state,
    remedy: 'Wait until the buyer has accepted and the deal is open.',
  })
}

/** A code of an error. Other words of a buyer's may reach a language model, and are left out. */
const CODE = /^[A-Z][A-Z_]{1,40}$/

export function declined(reason: string, detail: string): RefusedError {
  return new RefusedError('OFFER_DECLINED', 'The buyer declines the offer.', {
    field: 'offer',
    received: CODE.test(detail) ? `${reason} ${detail}` : reason,
    remedy: 'Offer another price or less, or answer another intent.',
  })
}
