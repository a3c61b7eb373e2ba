import { RefusedError } from '../../protocol/errors.ts'
import type { Agreement, Delivery, Funding, Hex, Signed, Terms } from '../../protocol/types.ts'

/**
 * How far a deal has come, from this agent's point of view.
 *
 * offered: we signed and the other has not answered; binding until its expiry.
 * signed: both signed; it can be opened on chain until its expiry.
 * opened: the buyer's payment is in escrow. delivered: the seller has said what it delivered.
 * released: the buyer has signed the release. settled, refunded, void: ended.
 */
export type DealState =
  | 'offered'
  | 'signed'
  | 'opened'
  | 'delivered'
  | 'released'
  | 'settled'
  | 'refunded'
  | 'void'

/** All that this agent knows of one deal; enough to finish it after a crash. Money in minor units. */
export interface Deal {
  readonly id: Hex
  readonly role: 'buyer' | 'seller'
  readonly state: DealState
  readonly agreement: Agreement
  readonly terms: Terms
  readonly signatures: { readonly buyer?: Hex; readonly seller?: Hex }
  readonly funding: Funding
  /** Multiaddrs of the other side, without peer id. */
  readonly endpoints: readonly string[]
  readonly delivery?: Signed<Delivery>
  readonly release?: Hex
  /** Gas that our own transactions for this deal used. */
  readonly gasUsed: bigint
}

const NEXT: Readonly<Record<DealState, readonly DealState[]>> = {
  offered: ['offered', 'signed', 'opened', 'settled', 'refunded', 'void'],
  signed: ['signed', 'opened', 'settled', 'refunded', 'void'],
  opened: ['opened', 'delivered', 'released', 'settled', 'refunded'],
  delivered: ['delivered', 'released', 'settled', 'refunded'],
  released: ['released', 'settled', 'refunded'],
  settled: [],
  refunded: [],
  void: [],
}

/** Whether a deal can change no more. */
export function hasEnded({ state }: Pick<Deal, 'state'>): boolean {
  return NEXT[state].length === 0
}

/** Whether a deal has money of the buyer in escrow. */
export function isOpen({ state }: Pick<Deal, 'state'>): boolean {
  return state === 'opened' || state === 'delivered' || state === 'released'
}

/**
 * A deal after a change.
 *
 * @throws RefusedError `TRANSITION_FORBIDDEN` when a deal would leave an ended state or go backwards.
 */
export function advance(deal: Deal, change: Partial<Omit<Deal, 'id'>>): Deal {
  const state = change.state ?? deal.state
  if (hasEnded(deal) || !NEXT[deal.state].includes(state)) {
    throw new RefusedError('TRANSITION_FORBIDDEN', 'A deal cannot go this way.', {
      field: 'state',
      expected: NEXT[deal.state].join(', ') || 'no change: it has ended',
      received: state,
    })
  }
  return { ...deal, ...change }
}
