import { CLOCK_SKEW } from '../../../../protocol/limits.ts'
import type { Conversation, Role } from './conversation.ts'
import { isCommitting } from './step.ts'

/** A signature of this side under an agreement, until money is in escrow for it or never will be. */
export interface Commitment {
  role: Role
  /** offered: this side has signed. signed: both have. */
  state: 'offered' | 'signed'
  /** Last second in which it can be opened on chain, Unix time. */
  expiry: bigint
}

/** What the escrow says of an agreement that is not open yet, or is no more than that. */
export type Recorded = 'none' | 'revoked' | 'open'

/** What is to become of a commitment: it waits, the seller opens it, or it has come to an end here. */
export type Fate = 'wait' | 'open' | 'opened' | 'void'

/** What the chain's record alone makes of a commitment, whoever was told what; undefined when nothing yet. */
export function endedBy(recorded: Recorded): 'opened' | 'void' | undefined {
  if (recorded === 'none') return undefined
  return recorded === 'open' ? 'opened' : 'void'
}

/**
 * What becomes of a commitment. The chain's order decides: what it has opened is open and what it has revoked is void;
 * and what it has not opened by the expiry it never will.
 *
 * @param recorded what the chain said at `now` or later
 * @param now Unix seconds, as the chain counts them
 */
export function fateOf({ role, state, expiry }: Commitment, recorded: Recorded, now: bigint): Fate {
  const end = endedBy(recorded)
  if (end !== undefined) return end
  if (isPast(expiry, now)) return 'void'
  return state === 'signed' && role === 'seller' ? 'open' : 'wait'
}

/** Whether even the next block cannot be in time any more. */
export function isPast(expiry: bigint, now: bigint): boolean {
  return now > expiry + BigInt(CLOCK_SKEW)
}

/**
 * What to say to a side that takes an offer back, or to `wait` with it while that is not known.
 *
 * @param conversation in which the offer was made, undefined when there is none any more
 * @param isSigned whether this side's signature under that offer is written down
 */
export function answerToWithdrawal(
  conversation: Conversation | undefined,
  isSigned: boolean,
): 'wait' | 'accepted' | 'withdrawn' {
  if (conversation !== undefined && isCommitting(conversation)) return 'wait'
  return isSigned ? 'accepted' : 'withdrawn'
}
