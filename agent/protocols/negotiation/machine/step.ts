import type { DeclineReason } from '../../../../protocol/wire/frames.ts'
import { type ConcessionFault, ownFault, theirFault } from './concession.ts'
import type { Conversation, Decision, Effect, Event, Phase, Step, Tabled } from './conversation.ts'

/**
 * What becomes of a conversation: alternating offers until one side accepts, declines or falls silent.
 *
 * An own offer binds until it expires, whatever is said about it. So an answer that does not come ends nothing: the
 * conversation then goes on until the chain has opened the deal or its expiry is over. Only an honest counterpart's
 * word that it will not accept, which is a decline, ends it sooner.
 *
 * An event that has no meaning in a phase changes nothing: the same message twice is the same message.
 */
export function step(state: Conversation, event: Event): Step {
  const { phase } = state
  switch (phase.type) {
    case 'idle':
      if (event.type === 'withdrawn') return go({ ...state, takenBack: event.id }, phase)
      return event.type === 'proposed' ? onProposal(state, event) : stay(state)
    case 'deciding':
      return whileDeciding(state, phase, event)
    case 'signing':
      return whileSigning(state, phase, event)
    case 'committing':
      if (event.type === 'committed') {
        const { theirs } = phase
        return end(state, { type: 'agreed', id: theirs.id }, { type: 'accept', theirs })
      }
      return event.type === 'failed' ? decline(state, phase.theirs, 'busy') : stay(state)
    case 'awaiting':
      return whileAwaiting(state, phase, event)
    case 'booking':
      return whileBooking(state, phase, event)
    case 'ended':
      return stay(state)
  }
}

/** Whether an offer of the other side is being signed: nobody can say yet whether it was in time to take it back. */
export function isCommitting({ phase }: Conversation): boolean {
  return phase.type === 'committing'
}

function onProposal(state: Conversation, { offer, fault }: Extract<Event, { type: 'proposed' }>): Step {
  if (fault === 'OFFER_REPLAYED') return decline(state, offer, 'replayed', fault)
  const wrong = fault ?? theirFault(state, offer)
  if (wrong !== undefined) return decline(state, offer, 'invalid', wrong)
  if (offer.id === state.takenBack) return decline(state, offer, 'withdrawn')
  const next = { ...state, theirPrice: offer.price }
  return go(next, { type: 'deciding', theirs: offer }, { type: 'decide', theirs: offer })
}

function whileDeciding(
  state: Conversation,
  { theirs }: Extract<Phase, { type: 'deciding' }>,
  event: Event,
): Step {
  switch (event.type) {
    case 'decided':
      return onDecision(state, theirs, event.decision)
    case 'failed':
      return decline(state, theirs, 'busy')
    case 'withdrawn':
      return event.id === theirs.id ? decline(state, theirs, 'withdrawn') : stay(state)
    case 'withdraw':
      return decline(state, theirs, 'withdrawn')
    default:
      return stay(state)
  }
}

function onDecision(state: Conversation, theirs: Tabled, decision: Decision): Step {
  switch (decision.type) {
    case 'accept': {
      const fault = ownFault({ ...state, ownPrice: undefined }, theirs)
      if (fault !== undefined) return refuse(state, theirs, fault)
      return go(state, { type: 'committing', theirs }, { type: 'commit', theirs })
    }
    case 'counter': {
      const { proposal } = decision
      const fault = ownFault(state, { price: proposal.price, round: theirs.round + 1 })
      if (fault !== undefined) return refuse(state, theirs, fault)
      return go(state, { type: 'signing', theirs, isTakenBack: false }, { type: 'sign', proposal, theirs })
    }
    case 'decline':
      return decline(state, theirs, decision.reason)
  }
}

function whileSigning(state: Conversation, phase: Extract<Phase, { type: 'signing' }>, event: Event): Step {
  const { theirs } = phase
  switch (event.type) {
    case 'withdraw':
      return go(state, { ...phase, isTakenBack: true })
    case 'signed': {
      // What nobody has seen binds to nothing.
      if (phase.isTakenBack) return giveUp(state, theirs, 'withdrawn')
      const { own } = event
      const next = { type: 'awaiting', own, isLost: false, isTakenBack: false } as const
      return go({ ...state, ownPrice: own.price }, next, { type: 'propose', own })
    }
    case 'failed':
      return giveUp(state, theirs, theirs === undefined ? 'failed' : 'busy')
    default:
      return stay(state)
  }
}

function whileAwaiting(state: Conversation, phase: Extract<Phase, { type: 'awaiting' }>, event: Event): Step {
  const { own, isTakenBack } = phase
  switch (event.type) {
    case 'proposed':
      return isTakenBack ? decline(state, event.offer, 'withdrawn') : onProposal(state, event)
    case 'accepted':
      return event.id === own.id ? go(state, { type: 'booking', own }, { type: 'book', own }) : lose(state)
    case 'declined': {
      const { subject, reason, detail } = event
      // Of a copy that came before, the answer is under way or lost.
      if (subject !== own.id || reason === 'replayed') return lose(state)
      return end(state, { type: 'declined', reason, detail })
    }
    case 'garbled':
    case 'lost':
      return lose(state)
    case 'failed':
      return end(state, { type: 'declined', reason: 'failed', detail: '' })
    case 'withdrawn':
      return go({ ...state, takenBack: event.id }, phase)
    case 'withdraw':
      return go(state, { ...phase, isTakenBack: true }, { type: 'withdraw', own })
    case 'opened':
      return event.id === own.id ? end(state, { type: 'agreed', id: own.id }) : stay(state)
    case 'voided':
      return event.id === own.id
        ? end(state, { type: 'declined', reason: 'failed', detail: 'no answer' })
        : stay(state)
    default:
      return stay(state)
  }
}

function whileBooking(state: Conversation, { own }: Extract<Phase, { type: 'booking' }>, event: Event): Step {
  switch (event.type) {
    case 'booked':
      return end(state, { type: 'agreed', id: own.id })
    case 'voided':
      return event.id === own.id
        ? end(state, { type: 'declined', reason: 'expired', detail: 'accepted too late' })
        : stay(state)
    case 'failed': {
      const phase = { type: 'awaiting', own, isLost: true, isTakenBack: false } as const
      return go(state, phase)
    }
    default:
      return stay(state)
  }
}

/** Ends without an own offer, and declines theirs when there is one. */
function giveUp(state: Conversation, theirs: Tabled | undefined, reason: DeclineReason): Step {
  if (theirs !== undefined) return decline(state, theirs, reason)
  return end(state, { type: 'declined', reason, detail: '' })
}

/** No answer is to be expected: from here on, the chain tells. */
function lose(state: Conversation): Step {
  return state.phase.type === 'awaiting' ? go(state, { ...state.phase, isLost: true }) : stay(state)
}

function decline(state: Conversation, theirs: Tabled, reason: DeclineReason, detail = ''): Step {
  const outcome = { type: 'declined', reason, detail } as const
  return end(state, outcome, { type: 'decline', theirs, reason, detail })
}

/** What this side's strategy wants to say is against its own rules: then it says no. */
function refuse(state: Conversation, theirs: Tabled, fault: ConcessionFault): Step {
  const outcome = { type: 'declined', reason: 'price', detail: '' } as const
  return end(state, outcome, { type: 'decline', theirs, reason: 'price', detail: '', fault })
}

function end(
  state: Conversation,
  outcome: Extract<Phase, { type: 'ended' }>['outcome'],
  ...effects: Effect[]
): Step {
  return go(state, { type: 'ended', outcome }, ...effects)
}

function go(state: Conversation, phase: Phase, ...effects: Effect[]): Step {
  return { state: { ...state, phase }, effects }
}

function stay(state: Conversation): Step {
  return { state, effects: [] }
}
