import { hashAgreement } from '../../../protocol/eip712.ts'
import { ChainError, MeshError, SignatureError } from '../../../protocol/errors.ts'
import { verifyDigest } from '../../../protocol/signature.ts'
import type { Hex, Offer } from '../../../protocol/types.ts'
import { addressOfPeer } from '../../network/identity.ts'
import { type Deal, hasEnded, isOpen } from '../../policy/deal.ts'
import type { OfferInspector } from './inspection.ts'
import type { Conversation, Declined, Event } from './machine/conversation.ts'
import { step } from './machine/step.ts'
import { type Acceptance, type MoveComponents, Moves, type SessionInit } from './moves.ts'
import { type Answered, type Proposal, partiesOf } from './offers.ts'
import { otherSide } from './party.ts'
import type { Inbound } from './protocol.ts'

/** How a negotiation ended: in a deal that both signed, or in nothing. */
export type Outcome = { type: 'agreed'; deal: Deal } | Declined

export interface SessionComponents extends MoveComponents {
  inspector: OfferInspector
}

/** One running conversation: tells the machine what happens, and has done what it says. */
export class Session {
  /** Rejected when nothing was said to the other side, because of whatever prevented it. */
  readonly outcome: Promise<Outcome>
  readonly #components: SessionComponents
  readonly #init: SessionInit
  readonly #moves: Moves
  readonly #watching = new AbortController()
  readonly #resolve: (outcome: Outcome) => void
  readonly #reject: (error: unknown) => void
  #state: Conversation
  /** Why an own first offer was never sent. */
  #unsent: unknown

  constructor(components: SessionComponents, init: SessionInit, state: Conversation) {
    this.#components = components
    this.#init = init
    this.#state = state
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>()
    this.outcome = promise
    this.#resolve = resolve
    this.#reject = reject
    this.#moves = new Moves(components, init, {
      tell: (event) => this.#dispatch(event),
      hear: (answer) => this.receive(answer),
      fail: (error) => this.#fail(error),
      bind: (id) => this.#watch(id),
      isAwaiting: (id) => this.#own?.id === id,
    })
  }

  /** Where the conversation is. */
  get state(): Conversation {
    return this.#state
  }

  /** Begins with an own offer. */
  propose(proposal: Proposal): void {
    this.#moves.perform({ type: 'sign', proposal, theirs: undefined })
  }

  /** Goes on with an own offer that an earlier process made. */
  resume(deal: Deal): void {
    this.#moves.table(deal.id, { ...deal, signature: deal.signatures[deal.role] ?? '0x' }, true)
    this.#watch(deal.id)
  }

  /** Asks the other side to answer the own offer no more. */
  withdraw(): void {
    this.#dispatch({ type: 'withdraw' })
  }

  /** Hears that the other side takes its offer back. */
  onWithdrawn(id: Hex): void {
    this.#dispatch({ type: 'withdrawn', id })
  }

  /** Takes in what the other side says: its first offer, or its answer to an own one. */
  async receive({ message, id }: Inbound): Promise<void> {
    const { type } = this.#state.phase
    // What was asked twice is answered twice.
    if (type !== 'idle' && type !== 'awaiting') return
    const own = this.#own
    if (message.type === 'proposal' && this.#init.negotiated !== undefined) {
      this.#moves.replyTo = id
      const offer = this.#tabled(message.offer)
      const fault = await this.#inspect(offer.id, message.offer, own)
      this.#dispatch(fault === undefined ? { type: 'proposed', offer } : { type: 'proposed', offer, fault })
    } else if (message.type === 'acceptance' && own?.id === message.agreementId) {
      this.#onAcceptance(own, message)
    } else if (message.type === 'decline' && own?.id === message.subject) {
      this.#dispatch({ ...message, type: 'declined' })
    } else if (message.type === 'held' && own?.id === message.agreementId) {
      // Whoever decides is behind the peer: the chain tells, or the expiry.
      this.#dispatch({ type: 'lost' })
    } else {
      this.#components.channels.penalize(this.#init.peer, 'refused')
      this.#dispatch({ type: 'garbled' })
    }
  }

  #dispatch(event: Event): void {
    const { state, effects } = step(this.#state, event)
    this.#state = state
    for (const effect of effects) this.#moves.perform(effect)
    if (state.phase.type === 'ended' && !this.#watching.signal.aborted) this.#end(state.phase.outcome)
  }

  /** Inspects an offer of the other side. @returns why it cannot be taken, undefined when it can */
  async #inspect(id: Hex, offer: Offer, own: Answered | undefined): Promise<string | undefined> {
    const { inspector, channels, report } = this.#components
    this.#moves.table(id, offer, false)
    try {
      const { negotiated, noted } = await inspector.inspect(this.#moves.subject, id, offer, own)
      this.#init.negotiated = negotiated
      this.#moves.noted = noted
      return undefined
    } catch (error) {
      report(error)
      if (!(error instanceof MeshError)) return 'INSPECTION_FAILED'
      // Not the peer's fault.
      if (error instanceof ChainError) return error.code
      const { peer } = this.#init
      const { role, negotiated } = this.#moves.subject
      const isOwn = partiesOf(negotiated)[otherSide(role)] === addressOfPeer(peer)
      channels.penalize(peer, error instanceof SignatureError ? 'forged' : isOwn ? 'refused' : 'carried')
      return error.code
    }
  }

  #tabled({ agreement, terms }: Offer) {
    const id = hashAgreement(this.#components.domain, agreement)
    return { id, round: Number(terms.round), price: agreement.price }
  }

  #onAcceptance(own: Answered, acceptance: Acceptance): void {
    const { channels, report } = this.#components
    const { peer, role } = this.#init
    try {
      verifyDigest(own.id, acceptance.signature, own.offer.agreement[otherSide(role)])
    } catch (error) {
      report(error)
      channels.penalize(peer, 'forged')
      this.#dispatch({ type: 'garbled' })
      return
    }
    this.#moves.acceptance = acceptance
    this.#dispatch({ type: 'accepted', id: own.id })
  }

  /** An own offer binds: what the chain makes of it is heard, for its answer may never come. */
  #watch(id: Hex): void {
    this.#components.deals
      .until(id, (deal) => isOpen(deal) || hasEnded(deal), this.#watching.signal)
      .then((deal) => {
        if (deal.state !== 'void') this.#moves.deal = deal
        this.#dispatch({ type: deal.state === 'void' ? 'voided' : 'opened', id })
      })
      // It is over.
      .catch(() => undefined)
  }

  /** What fails here is not the other side's fault. */
  #fail(error: unknown): void {
    if (this.#moves.replyTo === 0n) this.#unsent = error
    else this.#components.report(error)
    this.#dispatch({ type: 'failed' })
  }

  #end(outcome: { type: 'agreed'; id: Hex } | Declined): void {
    const { deal } = this.#moves
    this.#watching.abort()
    if (this.#unsent !== undefined) this.#reject(this.#unsent)
    else if (outcome.type === 'declined') this.#resolve(outcome)
    else if (deal !== undefined) this.#resolve({ type: 'agreed', deal })
  }

  /** The own offer of which the answer is awaited. */
  get #own(): Answered | undefined {
    const { phase } = this.#state
    return phase.type === 'awaiting' ? this.#moves.answered(phase.own.id) : undefined
  }
}
