import { MAX_ROUNDS } from '../../../../protocol/limits.ts'
import type { Conversation, Role } from './conversation.ts'

/** Why an offer may not be made, or not be taken; the codes of the errors that say so. */
export type ConcessionFault = 'ROUNDS_EXCEEDED' | 'CONCESSION_REVERSED' | 'CONCESSION_TOO_FAR' | 'PRICE_LIMIT'

/**
 * Why a side may not make an offer, or may not accept one, at this price and round.
 *
 * @example
 * ```ts
 * ownFault({ ...answering('seller'), ownPrice: 200n, theirPrice: 150n }, { price: 210n, round: 3 }) // 'CONCESSION_REVERSED'
 * ```
 */
export function ownFault(
  { role, limit, ownPrice, theirPrice }: Conversation,
  offer: { price: bigint; round: number },
): ConcessionFault | undefined {
  if (limit !== undefined && isBetterFor(role, limit, offer.price)) return 'PRICE_LIMIT'
  return concessionFault(role, offer, ownPrice, theirPrice)
}

/** Why an offer of the other side cannot be taken. */
export function theirFault(
  { role, ownPrice, theirPrice }: Conversation,
  offer: { price: bigint; round: number },
): ConcessionFault | undefined {
  return concessionFault(role === 'buyer' ? 'seller' : 'buyer', offer, theirPrice, ownPrice)
}

/**
 * Checks a price against the limits of a bargain: prices move towards one another and never past one another, in at
 * most `MAX_ROUNDS` offers.
 * Source: Rosenschein, Zlotkin, "Rules of Encounter" (1994), chapter 3, the monotonic concession protocol.
 *
 * @param role of the side that names the price
 * @param offer its price in minor units per lot, and its round
 * @param own what the same side named last
 * @param theirs what the other side named last
 * @returns the first rule that it breaks, undefined when it keeps to all
 */
function concessionFault(
  role: Role,
  { price, round }: { price: bigint; round: number },
  own: bigint | undefined,
  theirs: bigint | undefined,
): ConcessionFault | undefined {
  if (round > MAX_ROUNDS) return 'ROUNDS_EXCEEDED'
  if (own !== undefined && isBetterFor(role, price, own)) return 'CONCESSION_REVERSED'
  if (theirs !== undefined && isBetterFor(role, theirs, price)) return 'CONCESSION_TOO_FAR'
  return undefined
}

/** Whether a side would rather have the first price than the second. */
function isBetterFor(role: Role, first: bigint, second: bigint): boolean {
  return role === 'buyer' ? first < second : first > second
}
