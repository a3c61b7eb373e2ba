import { RefusedError, TimeoutError } from '../../../protocol/errors.ts'
import type { Hex, Offer } from '../../../protocol/types.ts'
import type { NegotiationMessage } from '../../../protocol/wire/frames.ts'
import type { Deal } from '../../policy/deal.ts'
import { DECISION_TIMEOUT } from './constants.ts'
import { inTime } from './in-time.ts'
import type { Decision, Effect, Event, Proposal, Tabled } from './machine/conversation.ts'
import type { Answered, Negotiated } from './offers.ts'
import type { Channel, Channels, Inbound } from './protocol.ts'
import type { Signer, SignerComponents, Subject } from './signer.ts'
import { decisionOf } from './verdicts.ts'

export interface MoveComponents extends Pick<SignerComponents, 'deals' | 'domain'> {
  channels: Channels
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

/** Whom moves report to. */
interface Listener {
  tell: (event: Event) => void
  /** Takes in an answer. */
  hear: (answer: Inbound) => Promise<void>
  fail: (error: unknown) => void
  /** Hears of each own offer, from which on it binds. */
  bind: (id: Hex) => void
  /** Whether the answer to an own offer is awaited. */
  isAwaiting: (id: Hex) => boolean
}

export type Acceptance = Extract<NegotiationMessage, { type: 'acceptance' }>

/** Does what the machine of a conversation says: asks the strategy, signs, writes down, sends. */
export class Moves {
  readonly #components: MoveComponents
  readonly #init: SessionInit
  readonly #listener: Listener
  readonly #offers = new Map<Hex, Offer>()
  /** Number of the message that brought the offer on the table, 0n while none has. */
  replyTo = 0n
  /** Fulfilled when what is on the table may be answered. */
  noted: Promise<void> = Promise.resolve()
  /** The other side's acceptance, verified. */
  acceptance: Acceptance | undefined
  /** What both have signed, or the chain has opened. */
  deal: Deal | undefined

  constructor(components: MoveComponents, init: SessionInit, listener: Listener) {
    this.#components = components
    this.#init = init
    this.#listener = listener
  }

  /** What is signed about. @throws RangeError when an earlier process began it */
  get subject(): Subject {
    const { negotiated, role, peer, endpoints, tab } = this.#init
    if (negotiated === undefined) throw new RangeError('what it is about is not known any more')
    return { negotiated, role, peer, endpoints, tab }
  }

  table(id: Hex, offer: Offer, isOwn: boolean): void {
    this.#offers.set(id, offer)
    this.#init.onTabled(id, isOwn)
  }

  /** An offer of this conversation. @throws RangeError when there is none of this id */
  answered(id: Hex): Answered & { offer: Offer } {
    const offer = this.#offers.get(id)
    if (offer === undefined) throw new RangeError(`no offer ${id}`)
    return { id, offer }
  }

  perform(effect: Effect): void {
    switch (effect.type) {
      case 'accept':
        // Signed is signed: when it cannot be sent, the other side learns of it from the chain.
        if (this.deal !== undefined) this.#answer(acceptanceOf(this.deal))
        break
      case 'decline': {
        const { theirs, reason, detail, fault } = effect
        if (fault !== undefined) this.#components.report(outOfRules(fault, theirs))
        this.#answer({ type: 'decline', subject: theirs.id, reason, detail })
        break
      }
      default:
        this.#carryOut(effect).catch(this.#listener.fail)
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

  async #decide({ id }: Tabled): Promise<void> {
    const { offer } = this.answered(id)
    const decision = decisionOf(await inTime('decide', DECISION_TIMEOUT, () => this.#init.decide(offer)))
    // A seller named this buyer as payer, for whom another pays: it has to be told.
    const { role, negotiated } = this.subject
    const isPaidByOther = role === 'buyer' && negotiated.payer?.payer !== offer.agreement.payer
    const isToBeTold = decision.type === 'accept' && isPaidByOther
    this.#listener.tell({
      type: 'decided',
      decision: isToBeTold ? { type: 'counter', proposal: offer.agreement } : decision,
    })
  }

  async #sign({ quantity, price }: Proposal, theirs: Tabled | undefined): Promise<void> {
    const answered = theirs && this.answered(theirs.id)
    const { duration } = this.#init
    const { signer } = this.#components
    const { id, offer } = await signer.offer(this.subject, { quantity, price }, duration, answered)
    this.table(id, offer, true)
    this.#listener.bind(id)
    this.#listener.tell({ type: 'signed', own: { id, round: Number(offer.terms.round), price } })
  }

  async #commit({ id }: Tabled): Promise<void> {
    this.deal = await this.#components.signer.accept(this.subject, id, this.answered(id).offer)
    this.#listener.tell({ type: 'committed' })
  }

  async #book({ id }: Tabled): Promise<void> {
    if (this.acceptance === undefined) throw new RangeError('booked before it was accepted')
    this.deal = await this.#components.signer.book(id, this.acceptance)
    this.#listener.tell(this.deal === undefined ? { type: 'voided', id } : { type: 'booked' })
  }

  /** Sends an own offer and takes in the answer. */
  async #propose({ id }: Tabled): Promise<void> {
    const { offer } = this.answered(id)
    const message = { type: 'proposal', offer, endpoints: this.#components.endpoints() } as const
    await this.noted
    let answer: Inbound
    try {
      answer = await this.#init.channel.request(message, { replyTo: this.replyTo })
    } catch (error) {
      if (!isLost(error)) throw error
      this.#listener.tell({ type: 'lost' })
      return
    }
    await this.#listener.hear(answer)
  }

  /** Asks the other side to answer an own offer no more, and takes in what it says while that is still open. */
  async #takeBack({ id }: Tabled): Promise<void> {
    const { channels, report } = this.#components
    const { peer, endpoints } = this.#init
    try {
      const channel = await channels.to(peer, endpoints)
      const answer = await channel.request({ type: 'withdrawal', agreementId: id })
      if (this.#listener.isAwaiting(id)) await this.#listener.hear(answer)
    } catch (error) {
      // It still binds: what becomes of it, the answer to the offer itself or the chain will tell.
      report(error)
    }
  }

  #answer(message: NegotiationMessage): void {
    const { replyTo } = this
    this.noted.then(() => this.#init.channel.send(message, replyTo)).catch(this.#components.report)
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
