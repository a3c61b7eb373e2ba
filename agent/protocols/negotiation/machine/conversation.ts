import type { Hex } from '../../../../protocol/types.ts'
import type { DeclineReason } from '../../../../protocol/wire/frames.ts'
import type { ConcessionFault } from './concession.ts'

/** A side of a deal. */
export type Role = 'buyer' | 'seller'

/** What a side proposes; everything else of an offer follows from the intent, the policy and the chain. */
export interface Proposal {
  /** In the intent's unit (energy: Wh). */
  quantity: bigint
  /** Minor units per lot. */
  price: bigint
}

/** An offer as the machine sees it: who may sign what is decided at the edge. */
export interface Tabled {
  id: Hex
  /** 1 for the offer that opens a negotiation. */
  round: number
  /** Minor units per lot. */
  price: bigint
}

/** What a strategy says to an offer of the other side. */
export type Decision =
  | { type: 'accept' }
  | { type: 'counter'; proposal: Proposal }
  | { type: 'decline'; reason: DeclineReason }

/** Why a conversation came to nothing. */
export interface Declined {
  type: 'declined'
  reason: DeclineReason
  detail: string
}

/** Where a conversation is. */
export type Phase =
  /** The other side has not offered yet. */
  | { type: 'idle' }
  /** Its offer is with the strategy. */
  | { type: 'deciding'; theirs: Tabled }
  /** An own offer is being signed and written down; `theirs` is what it answers. `isTakenBack`: it shall not be sent. */
  | { type: 'signing'; theirs: Tabled | undefined; isTakenBack: boolean }
  /** Their offer is being signed and written down: too late to take it back. */
  | { type: 'committing'; theirs: Tabled }
  /**
   * An own offer is with the other side. `isLost`: its answer will not come, so that the chain alone tells.
   * `isTakenBack`: the other side was asked to answer it no more.
   */
  | { type: 'awaiting'; own: Tabled; isLost: boolean; isTakenBack: boolean }
  /** The other side's signature under an own offer is being written down. */
  | { type: 'booking'; own: Tabled }
  | { type: 'ended'; outcome: { type: 'agreed'; id: Hex } | Declined }

/** One negotiation as one side sees it, from the first offer to an agreement or to nothing. */
export interface Conversation {
  readonly role: Role
  /** The price beyond which this side neither offers nor accepts, minor units per lot; undefined for none. */
  readonly limit: bigint | undefined
  /** The price that each side named last. */
  readonly ownPrice: bigint | undefined
  readonly theirPrice: bigint | undefined
  /** An offer of theirs that was taken back before it was on the table. */
  readonly takenBack: Hex | undefined
  readonly phase: Phase
}

/** What happens to a conversation. */
export type Event =
  /** An offer of the other side was inspected; `fault` names why it cannot be taken. */
  | { type: 'proposed'; offer: Tabled; fault?: string }
  /** The other side's signature under an own offer came, and was verified. */
  | { type: 'accepted'; id: Hex }
  | { type: 'declined'; subject: Hex; reason: DeclineReason; detail: string }
  /** The other side takes its offer back. */
  | { type: 'withdrawn'; id: Hex }
  /** Something came that answers nothing, or was signed by somebody else. */
  | { type: 'garbled' }
  /** The stream broke, or the answer is too late. */
  | { type: 'lost' }
  /** The strategy has decided. */
  | { type: 'decided'; decision: Decision }
  /** An own offer is written down. */
  | { type: 'signed'; own: Tabled }
  /** Their offer is signed, and that is written down. */
  | { type: 'committed' }
  /** Their signature under an own offer is written down. */
  | { type: 'booked' }
  /** The strategy, a limit of our own or the network's, or the journal says no. */
  | { type: 'failed' }
  /** This agent's owner wants no deal any more, and the offer back that was made last. */
  | { type: 'withdraw' }
  /** What the chain says of an own offer: money is in escrow for it, or never will be. */
  | { type: 'opened'; id: Hex }
  | { type: 'voided'; id: Hex }

/** What the edge is to do, in this order; whatever it does ends in an event. */
export type Effect =
  /** Ask the strategy. Ends in `decided` or `failed`. */
  | { type: 'decide'; theirs: Tabled }
  /** Check the limits, sign an own offer and write it down. Ends in `signed` or `failed`. */
  | { type: 'sign'; proposal: Proposal; theirs: Tabled | undefined }
  /** Check the limits, sign their offer and write it down. Ends in `committed` or `failed`. */
  | { type: 'commit'; theirs: Tabled }
  /** Write down their signature under an own offer. Ends in `booked` or `voided`. */
  | { type: 'book'; own: Tabled }
  /** Send an own offer. Ends in whatever the other side answers, `lost`, or `failed` when it cannot be sent at all. */
  | { type: 'propose'; own: Tabled }
  | { type: 'accept'; theirs: Tabled }
  /** `fault` names the rule that this side's own strategy has broken. */
  | { type: 'decline'; theirs: Tabled; reason: DeclineReason; detail: string; fault?: ConcessionFault }
  /** Ask the other side to answer an own offer no more. Ends in `declined` or `accepted` when it answers. */
  | { type: 'withdraw'; own: Tabled }

/** The conversation of a side whose first offer is being signed. */
export function opening(role: Role, limit?: bigint): Conversation {
  return { ...answering(role, limit), phase: { type: 'signing', theirs: undefined, isTakenBack: false } }
}

/** The conversation of a side that is about to be offered something. */
export function answering(role: Role, limit?: bigint): Conversation {
  return {
    role,
    limit,
    ownPrice: undefined,
    theirPrice: undefined,
    takenBack: undefined,
    phase: { type: 'idle' },
  }
}

/** The conversation of which an own offer is all that is left: the process that made it has started again. */
export function resuming(role: Role, own: Tabled): Conversation {
  const phase = { type: 'awaiting', own, isLost: true, isTakenBack: false } as const
  return { ...answering(role), ownPrice: own.price, phase }
}

/** A conversation after an event, and what is to be done. */
export interface Step {
  state: Conversation
  effects: readonly Effect[]
}
