import { RefusedError } from '../../protocol/errors.ts'
import {
  type Agreement,
  type Conditions,
  type Delivery,
  type Funding,
  type Hex,
  paymentOf,
  type Release,
  type Signed,
  type Terms,
} from '../../protocol/types.ts'

/**
 * How far a deal has come, from this agent's point of view.
 *
 * offered: we signed and the other has not answered; binding until its expiry.
 * signed: both signed; it can be opened on chain until its expiry.
 * opened: the payment is in escrow. delivered: the seller has said what it delivered.
 * reported: it has said so on chain, and the buyer's window runs.
 * released: the buyer has signed the release. disputed: the buyer contests, and an arbitrator rules.
 * settled, refunded, cancelled, resolved, void: ended.
 */
export type DealState =
  | 'offered'
  | 'signed'
  | 'opened'
  | 'delivered'
  | 'reported'
  | 'released'
  | 'disputed'
  | 'settled'
  | 'refunded'
  | 'cancelled'
  | 'resolved'
  | 'void'

/** All that this agent knows of one deal; enough to finish it after a crash. Money in minor units. */
export interface Deal {
  readonly id: Hex
  readonly role: 'buyer' | 'seller'
  readonly state: DealState
  readonly agreement: Agreement
  readonly conditions: Conditions
  readonly terms: Terms
  readonly signatures: { readonly buyer?: Hex; readonly seller?: Hex }
  readonly funding: Funding
  /** Peer id of the other side. */
  readonly peer: string
  /** Multiaddrs of the other side, without peer id. */
  readonly endpoints: readonly string[]
  readonly delivery?: Signed<Delivery>
  readonly release?: Signed<Release>
  /** The signature of a seller without a node under its report, by which its carrier sends it. */
  readonly reportSignature?: Hex
  /** What the seller reported on chain, and when (Unix seconds). */
  readonly report?: { readonly quantity: bigint; readonly deliveredAt: bigint }
  /** How far an agreement about a service has come. */
  readonly tab?: Tab
  /** What came of it, once money was in escrow and it has ended. */
  readonly outcome?: Outcome
  /** Gas that our own transactions for this deal used. */
  readonly gasUsed: bigint
}

/** What was answered under an agreement about a service, and paid for. */
export interface Tab {
  /** Answers that this side gave, or was given. */
  readonly answers: bigint
  /** Answers that may be unpaid at a time. */
  readonly credit: number
  /** The buyer's newest release, by which the seller can end it at any time. */
  readonly voucher?: Signed<Release>
}

/** What came of a deal. */
export interface Outcome {
  /** What was delivered, as released or reported; after a dispute, what the seller was paid for. */
  readonly quantity: bigint
  /** What left the escrow for the seller's side, the fee included. */
  readonly paid: bigint
}

const ENDS = ['settled', 'refunded', 'cancelled', 'resolved'] as const

const NEXT: Readonly<Record<DealState, readonly DealState[]>> = {
  offered: ['offered', 'signed', 'opened', 'reported', 'disputed', ...ENDS, 'void'],
  signed: ['signed', 'opened', 'reported', 'disputed', ...ENDS, 'void'],
  opened: ['opened', 'delivered', 'reported', 'released', 'disputed', ...ENDS],
  delivered: ['delivered', 'reported', 'released', 'disputed', ...ENDS],
  reported: ['reported', 'released', 'disputed', ...ENDS],
  released: ['released', 'disputed', ...ENDS],
  disputed: ['disputed', 'resolved'],
  settled: [],
  refunded: [],
  cancelled: [],
  resolved: [],
  void: [],
}

/** Whether a deal can change no more. */
export function hasEnded({ state }: Pick<Deal, 'state'>): boolean {
  return NEXT[state].length === 0
}

const OPEN: readonly DealState[] = ['opened', 'delivered', 'reported', 'released', 'disputed']

/** Whether a deal has money of the buyer's side in escrow. */
export function isOpen({ state }: Pick<Deal, 'state'>): boolean {
  return OPEN.includes(state)
}

/** The buyer's signature by which the seller is paid: the release, or of a tab the newest voucher. */
export function promiseOf({ release, tab }: Pick<Deal, 'release' | 'tab'>): Signed<Release> | undefined {
  return release ?? tab?.voucher
}

/** What a deal comes to when this much is released for it; more than was agreed counts as what was agreed. */
export function outcomeOf({ agreement }: Pick<Deal, 'agreement'>, quantity: bigint): Outcome {
  const counted = quantity < agreement.quantity ? quantity : agreement.quantity
  return { quantity: counted, paid: paymentOf({ ...agreement, quantity: counted }) }
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
      remedy: 'Look at the deal again: it has changed meanwhile.',
    })
  }
  return { ...deal, ...change }
}
