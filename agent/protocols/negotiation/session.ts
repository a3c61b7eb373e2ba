import { hashAgreement } from '../../../protocol/eip712.ts'
import { MeshError, RefusedError, SignatureError, TimeoutError } from '../../../protocol/errors.ts'
import type { Hex, Offer } from '../../../protocol/types.ts'
import type { NegotiationMessage } from '../../../protocol/wire/frames.ts'
import { type Deal, hasEnded, isOpen } from '../../policy/deal.ts'
import type { Channel, Inbound } from './channel.ts'
import type { Channels } from './channels.ts'
import { DECISION_TIMEOUT } from './constants.ts'
import type { OfferInspector } from './inspection.ts'
import type { Conversation, Decision, Declined, Effect, Event, Tabled } from './machine/conversation.ts'
import { step } from './machine/step.ts'
import type { Answered, Negotiated, Proposal } from './offers.ts'
import { otherSide, verifySide } from './party.ts'
import type { Signer, SignerComponents, Subject } from './signer.ts'

/** How a negotiation ended: in a deal that both signed, or in nothing. */
export type Outcome = { type: 'agreed'; deal: Deal } | Declined

export interface SessionComponents extends Pick<SignerComponents, 'deals' | 'domain'> {
  channels: Channels
  inspector: OfferInspector
  signer: Signer
  /** Where this agent listens: multiaddrs without peer id. */
  endpoints: () => string[]
  /** Hears of faults that end no conversation. */
  report: (error: unknown) => void
}

/** What a session is about, and who decides in it. */
export interface SessionInit extends Omit<Subject, 'negotiated'> {
  /** Undefined when an earlier process has begun it: then nothing more can be offered. */
  negotiated?: Negotiated
  channel: Channel
  /** Seconds until the deadline of an own first offer; see `buildOffer`. */
  duration: bigint
  decide: (offer: Offer) => Decision | Promise<Decision>
  /** Called with the id of each offer before anything else is done about it. */
  onTabled: (id: Hex, isOwn: boolean) => void
}

type Acceptance = Extract<NegotiationMessage, { type: 'acceptance' }>

/** One running conversation: performs what the machine says, and tells it what happens. */
export class Session {
  /** Rejected when nothing was said to the other side, because of whatever prevented it. */
  readonly outcome: Promise<Outcome>
  readonly #components: SessionComponents
  readonly #init: SessionInit
  readonly #offers = new Map<Hex, Offer>()
  readonly #watching = new AbortController()
  readonly #resolve: (outcome: Outcome) => void
  readonly #reject: (error: unknown) => void
  #state: Conversation
  /** Number of the message that brought the offer on the table. */
  #replyTo = 0n
  /** Fulfilled when what is on the table may be answered. */
  #noted: Promise<void> = Promise.resolve()
  #deal: Deal | undefined
  #acceptance: Acceptance | undefined
  /** Why an own offer was never sent. */
  #unsent: unknown

  constructor(components: SessionComponents, init: SessionInit, state: Conversation) {
    this.#components = components
    this.#init = init
    this.#state = state
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>()
    this.outcome = promise
    this.#resolve = resolve
    this.#reject = reject
  }

  /** Where the conversation is. */
  get state(): Conversation {
    return this.#state
  }

  /** Begins with an own offer. */
  propose(proposal: Proposal): void {
    this.#perform({ type: 'sign', proposal, theirs: undefined })
  }

  /** Goes on with an own offer that an earlier process made. */
  resume(deal: Deal): void {
    this.#table(deal.id, { ...deal, signature: deal.signatures[deal.role] ?? '0x' })
  }

  /** Tells the machine what has happened, and does what it says. */
  dispatch(event: Event): void {
    const { state, effects } = step(this.#state, event)
    this.#state = state
    for (const effect of effects) this.#perform(effect)
    if (state.phase.type === 'ended' && !this.#watching.signal.aborted) this.#end(state.phase.outcome)
  }

  /** Takes in what the other side says: its first offer, or its answer to an own one. */
  async receive({ message, id }: Inbound): Promise<void> {
    const own = this.#own
    switch (message.type) {
      case 'proposal':
        if (this.#init.negotiated === undefined) break
        this.#replyTo = id
        return this.#inspect(message.offer, own)
      case 'acceptance':
        if (own?.id !== message.agreementId) break
        this.#onAcceptance(own, message)
        return
      case 'decline':
        if (own?.id !== message.subject) break
        this.dispatch({ ...message, type: 'declined' })
        return
    }
    this.#components.channels.penalize(this.#init.peer, 'refused')
    this.dispatch({ type: 'garbled' })
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'accept':
        // Signed is signed: when it cannot be sent, the other side learns of it from the chain.
        if (this.#deal !== undefined) this.#answer(acceptanceOf(this.#deal))
        break
      case 'decline': {
        const { theirs, reason, detail, fault } = effect
        if (fault !== undefined) this.#components.report(outOfRules(fault, theirs))
        this.#answer({ type: 'decline', subject: theirs.id, reason, detail })
        break
      }
      default:
        this.#carryOut(effect).catch((error: unknown) => this.#onFailure(error))
    }
  }

  /** What takes its time, and ends in an event. */
  #carryOut(effect: Exclude<Effect, { type: 'accept' | 'decline' }>): Promise<void> {
    switch (effect.type) {
      case 'decide':
        return this.#decide(effect.theirs)
      case 'sign':
        return this.#sign(effect.proposal, effect.theirs)
      case 'commit':
        return this.#commit(effect.theirs)
      case 'book':
        return this.#book(effect.own)
      case 'propose':
        return this.#propose(effect.own)
      case 'withdraw':
        return this.#takeBack(effect.own)
    }
  }

  /** What fails here is not the other side's fault. */
  #onFailure(error: unknown): void {
    if (this.#replyTo === 0n) this.#unsent = error
    else this.#components.report(error)
    this.dispatch({ type: 'failed' })
  }

  async #inspect(offer: Offer, own: Answered | undefined): Promise<void> {
    const { domain, inspector, channels, report } = this.#components
    const { channel } = this.#init
    const { agreement, terms } = offer
    const id = hashAgreement(domain, agreement)
    const tabled = { id, round: Number(terms.round), price: agreement.price }
    this.#init.onTabled(id, false)
    this.#offers.set(id, offer)
    try {
      const { negotiated, noted } = await inspector.inspect(this.#subject, id, offer, own)
      this.#init.negotiated = negotiated
      this.#noted = noted
      this.dispatch({ type: 'proposed', offer: tabled })
    } catch (error) {
      report(error)
      if (error instanceof MeshError) {
        channels.penalize(channel.peer, error instanceof SignatureError ? 'forged' : 'refused')
      }
      const fault = error instanceof MeshError ? error.code : 'INSPECTION_FAILED'
      this.dispatch({ type: 'proposed', offer: tabled, fault })
    }
  }

  async #decide({ id }: Tabled): Promise<void> {
    const offer = this.#offer(id)
    const { role, decide } = this.#init
    const { negotiated } = this.#subject
    const decision = await within(DECISION_TIMEOUT, async () => decide(offer))
    // A seller named this buyer as payer, for whom another pays: it has to be told.
    const isPaidByOther = role === 'buyer' && negotiated.payer?.payer !== offer.agreement.payer
    const isToBeTold = decision.type === 'accept' && isPaidByOther
    this.dispatch({
      type: 'decided',
      decision: isToBeTold ? { type: 'counter', proposal: offer.agreement } : decision,
    })
  }

  async #commit({ id }: Tabled): Promise<void> {
    this.#deal = await this.#components.signer.accept(this.#subject, id, this.#offer(id))
    this.dispatch({ type: 'committed' })
  }

  async #sign(proposal: Proposal, theirs: Tabled | undefined): Promise<void> {
    const answered = theirs === undefined ? undefined : { id: theirs.id, offer: this.#offer(theirs.id) }
    const { quantity, price } = proposal
    const { id, offer } = await this.#components.signer.offer(
      this.#subject,
      { quantity, price },
      this.#init.duration,
      answered,
    )
    this.#table(id, offer)
    this.dispatch({ type: 'signed', own: { id, round: Number(offer.terms.round), price } })
  }

  /** Sends an own offer and takes in the answer. */
  async #propose({ id }: Tabled): Promise<void> {
    const message = {
      type: 'proposal',
      offer: this.#offer(id),
      endpoints: this.#components.endpoints(),
    } as const
    await this.#noted
    let answer: Inbound
    try {
      answer = await this.#init.channel.request(message, this.#replyTo)
    } catch (error) {
      if (!isLost(error)) throw error
      this.dispatch({ type: 'lost' })
      return
    }
    await this.receive(answer)
  }

  async #takeBack({ id }: Tabled): Promise<void> {
    const { channels, report } = this.#components
    const { peer, endpoints } = this.#init
    try {
      const channel = await channels.to(peer, endpoints)
      await this.receive(await channel.request({ type: 'withdrawal', agreementId: id }))
    } catch (error) {
      // It still binds: what becomes of it, the answer to the offer itself or the chain will tell.
      report(error)
    }
  }

  #onAcceptance(own: Answered, message: Acceptance): void {
    const { channels, domain, report } = this.#components
    const { peer, role } = this.#init
    try {
      verifySide(domain, own.offer.agreement, otherSide(role), message.signature)
    } catch (error) {
      report(error)
      channels.penalize(peer, 'forged')
      this.dispatch({ type: 'garbled' })
      return
    }
    this.#acceptance = message
    this.dispatch({ type: 'accepted', id: own.id })
  }

  async #book({ id }: Tabled): Promise<void> {
    if (this.#acceptance === undefined) throw new RangeError('booked before it was accepted')
    this.#deal = await this.#components.signer.book(id, this.#acceptance)
    this.dispatch(this.#deal === undefined ? { type: 'voided', id } : { type: 'booked' })
  }

  get #subject(): Subject {
    const { negotiated, role, peer, endpoints } = this.#init
    if (negotiated === undefined) throw new RangeError('what it is about is not known any more')
    return { negotiated, role, peer, endpoints }
  }

  /** An own offer binds: what the chain makes of it is heard, for its answer may never come. */
  #table(id: Hex, offer: Offer): void {
    this.#offers.set(id, offer)
    this.#init.onTabled(id, true)
    this.#components.deals
      .until(id, (deal) => isOpen(deal) || hasEnded(deal), this.#watching.signal)
      .then((deal) => {
        if (deal.state !== 'void') this.#deal = deal
        this.dispatch({ type: deal.state === 'void' ? 'voided' : 'opened', id })
      })
      // It is over.
      .catch(() => undefined)
  }

  #end(outcome: { type: 'agreed'; id: Hex } | Declined): void {
    this.#watching.abort()
    if (this.#unsent !== undefined) this.#reject(this.#unsent)
    else if (outcome.type === 'declined') this.#resolve(outcome)
    else if (this.#deal !== undefined) this.#resolve({ type: 'agreed', deal: this.#deal })
  }

  #answer(message: NegotiationMessage): void {
    const replyTo = this.#replyTo
    this.#noted.then(() => this.#init.channel.send(message, replyTo)).catch(this.#components.report)
  }

  #offer(id: Hex): Offer {
    const offer = this.#offers.get(id)
    if (offer === undefined) throw new RangeError(`no offer ${id}`)
    return offer
  }

  /** The own offer of which the answer is awaited. */
  get #own(): Answered | undefined {
    const { phase } = this.#state
    if (phase.type !== 'awaiting') return undefined
    return { id: phase.own.id, offer: this.#offer(phase.own.id) }
  }
}

/** What a side says that has signed an offer of the other. */
export function acceptanceOf({ id, role, signatures, funding }: Deal): NegotiationMessage {
  const signature = signatures[role]
  if (signature === undefined) throw new RangeError('accepted before it was signed')
  return { type: 'acceptance', agreementId: id, signature, funding }
}

/** Whether an answer will not come, though the question may have arrived. */
function isLost(error: unknown): boolean {
  return error instanceof TimeoutError || (error instanceof RefusedError && error.code === 'CHANNEL_CLOSED')
}

function outOfRules(fault: string, { id }: Tabled): RefusedError {
  return new RefusedError(fault, 'A strategy goes beyond the limits of the bargain.', {
    field: 'decision',
    received: `the answer to ${id}`,
    remedy: 'Let prices move towards the other side, never past it, and no further than the own limit.',
  })
}

/** @throws TimeoutError `DECISION_LATE` */
async function within<T>(time: number, action: () => Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () =>
      reject(
        new TimeoutError('DECISION_LATE', 'A strategy did not decide in time.', {
          field: 'decide',
          expected: `within ${time} ms`,
          remedy: 'Decline what takes longer: the other side waits for an answer no longer.',
        }),
      ),
    time,
  )
  return Promise.race([action(), promise]).finally(() => clearTimeout(timer))
}
