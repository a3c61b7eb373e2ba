import type { Address, Hex } from '../../protocol/types.ts'

/**
 * When an agent's turn comes to answer an intent, so that a few of many capable ones offer at first, others for every
 * intent, and the rest only to what is still open after them. Everybody computes the same from what it knows; who knows
 * of fewer agents comes sooner, at the price of a needless offer.
 *
 * Source: highest random weight, Thaler & Ravishankar, "A name-based mapping scheme for rendezvous" (1996); weights are
 * mixed by the finaliser of MurmurHash3, Appleby (2011).
 *
 * @param intent its digest
 * @param self who wants to know
 * @param others agents that can answer it, too
 * @param size how many share a turn, 1 or more
 * @returns 0 for the first turn, then 1, and so on
 * @example turnOf(intent.hash, me, await capable(), 3) // 0: one of the three that answer first
 */
export function turnOf(intent: Hex, self: Address, others: Iterable<Address>, size: number): number {
  const seed = mixed(0, intent)
  const own = mixed(seed, self)
  let before = 0
  for (const other of new Set(others)) {
    const weight = mixed(seed, other)
    if (weight > own || (weight === own && other < self)) before += 1
  }
  return Math.floor(before / size)
}

/** Takes the words of 32 bits of a hexadecimal text in: what comes of it is as good as random. */
function mixed(seed: number, text: Hex): number {
  let hash = seed
  for (let at = 2; at < text.length; at += 8) {
    hash ^= Number.parseInt(text.slice(at, at + 8), 16)
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    hash ^= hash >>> 16
  }
  return hash
}
