import type { PeerId } from '@libp2p/interface'
import { z } from 'zod'
import { hashAgreement } from '../../../protocol/eip712.ts'
import { ChainError, RefusedError } from '../../../protocol/errors.ts'
import { addressSchema, callable, membersOf, signalSchema } from '../../../protocol/input.ts'
import { type Address, type Hex, type Offer, paymentOf } from '../../../protocol/types.ts'
import type { DeclineReason } from '../../../protocol/wire/frames.ts'
import { abortable } from '../../network/abortable.ts'
import { domainOf } from '../../network/names.ts'
import type { Deal, Tab } from '../../policy/deal.ts'
import { type Policy, policyFor, policySchema } from '../../policy/limits.ts'
import type { ReceivedIntent } from '../intent-discovery/index.ts'
import { checkOfferer } from './attestations.ts'
import { MAX_QUOTES, MAX_SESSIONS } from './constants.ts'
import type { HandledOffers } from './handled-offers.ts'
import { OfferInspector } from './inspection.ts'
import { answerToWithdrawal } from './machine/commitment.ts'
import { ownFault } from './machine/concession.ts'
import { answering, type Conversation, type Decision, opening, resuming } from './machine/conversation.ts'
import { acceptanceOf, type SessionInit } from './moves.ts'
import { type Negotiated, type Proposal, partiesOf, roleOf } from './offers.ts'
import { payerFor, peerOf, proposerOf } from './party.ts'
import type { Channel, Channels, Inbound } from './protocol.ts'
import { type Outcome, Session } from './session.ts'
import { Signer, type SignerComponents } from './signer.ts'

/** An offer of the other side, checked and its signature verified. */
export interface ReceivedOffer {
  intent: ReceivedIntent
  offer: Offer
  /** This agent's side of the deal. */
  role: 'buyer' | 'seller'
  /** The other side. */
  from: Address
  /** What the whole negotiation will have come to. */
  outcome: Promise<Outcome>
}

/** An own intent that was told to one peer alone. */
interface Quote {
  intent: ReceivedIntent
  /** What holds for offers to it instead of what the agent's policy says. */
  policy: Partial<Policy>
  /** What deals begin with that come of it. */
  tab: Tab
  onOffer: OfferHandler
}

/** Decides about an offer; it may take what it reserves for it back when `outcome` is a decline. */
export type OfferHandler = (received: ReceivedOffer) => Decision | Promise<Decision>

/** How an agent bargains about somebody's intent. */
export interface OfferOptions {
  /**
   * Seconds from now, or from the end of the delivery when that is later, until what was not delivered can be refunded.
   */
  duration: bigint
  /** What to say to counter-offers. */
  decide: (counterOffer: Offer) => Decision | Promise<Decision>
  /** The price beyond which this agent neither offers nor accepts, minor units per lot; none by default. */
  limit?: bigint
  /** What holds for this negotiation instead of what the agent's policy says. */
  policy?: Partial<Policy>
  /** Where this agent is paid that sells, instead of at its own account. */
  payout?: Address
  /** Account of the answers that the deal pays for, when it is about a service: its deliveries are counted, not measured. */
  tab?: Tab
  /** When it is aborted, the offer that was made last is taken back, as `withdraw` does; the outcome tells what came of it. */
  signal?: AbortSignal
}

export const offerOptionsSchema = membersOf<Omit<OfferOptions, 'decide'> & Partial<OfferOptions>>({
  duration: z.bigint(),
  decide: z.exactOptional(callable<OfferOptions['decide']>()),
  limit: z.bigint().optional(),
  policy: policySchema.optional(),
  payout: z.exactOptional(addressSchema),
  tab: z.custom<Tab>().optional(),
  signal: signalSchema.optional(),
})

export interface NegotiationComponents extends SignerComponents {
  channels: Channels
  handled: HandledOffers
  /** Protocol fee that every agreement names, in basis points. */
  feeBps: bigint
  ownIntent: (hash: Hex) => ReceivedIntent | undefined
  /** Where this agent listens: multiaddrs without peer id. */
  endpoints: () => string[]
  /** Hears of faults that end no conversation. */
  report: (error: unknown) => void
}

/** Alternating offers, many at a time: begins conversations, answers others', and takes own offers back. */
export class Negotiation {
  readonly #components: NegotiationComponents
  readonly #inspector: OfferInspector
  readonly #signer: Signer
  readonly #sessions = new Set<Session>()
  /** The session in which a peer made an offer, or in which an own one was made. */
  readonly #sessionOf = new Map<string, Session>()
  /** Own intents that were told to one peer alone, and who decides about offers to them. */
  readonly #quotes = new Map<Hex, Quote>()
  /** Own intents about which others decide than `onOffer` says. */
  readonly #handlers = new Map<Hex, OfferHandler>()
  #onOffer: OfferHandler = () => ({ type: 'decline', reason: 'filled' })

  constructor(components: NegotiationComponents) {
    this.#components = components
    this.#inspector = new OfferInspector(components)
    this.#signer = new Signer(components)
  }

  /** Sets who decides about offers to this agent's own intents; without one all are declined. */
  onOffer(handler: OfferHandler): void {
    this.#onOffer = handler
  }

  /**
   * Sets who decides about offers to one own intent, instead of `onOffer`.
   *
   * @returns a function that ends it
   */
  onOfferTo(intent: Hex, handler: OfferHandler): () => void {
    this.#handlers.set(intent, handler)
    return () => this.#handlers.delete(intent)
  }

  /**
   * Checks that an own intent to buy can be paid for at the price that it names.
   *
   * @throws RefusedError `BALANCE_TOO_LOW`; ChainError when the chain does not answer
   */
  async checkPayable({ value }: ReceivedIntent): Promise<void> {
    if (value.side !== 'buy') return
    const { identity, bindings, deployment, paymentMethod: method, solvency } = this.#components
    const { address: buyer } = identity
    const { payer } = await payerFor(method, bindings, buyer)
    const source = { payer, buyer, token: deployment.contracts.testDollar, method }
    await solvency.checkMoney(source, paymentOf(value), true)
  }

  /** Takes offers to an own intent that was not published. */
  quote(quote: Quote): void {
    this.#quotes.set(quote.intent.hash, quote)
    const [oldest] = this.#quotes.keys()
    if (this.#quotes.size > MAX_QUOTES && oldest !== undefined) this.#quotes.delete(oldest)
  }

  /**
   * Offers to an intent and bargains until the end.
   *
   * @throws RefusedError when the peer cannot be reached, our own limits forbid it, or the network's rules do: for this
   *   agent, the intent's, the protocol, or the escrow; whatever `signal` was aborted with before anything was signed
   */
  async offer(
    intent: ReceivedIntent,
    proposal: Proposal,
    { duration, decide, limit, policy, payout, tab, signal }: OfferOptions,
  ): Promise<Outcome> {
    const { identity, channels, rules } = this.#components
    rules.checkEscrow()
    const role = roleOf({ intent }, identity.address)
    checkLimit(answering(role, limit), proposal)
    const { endpoints } = intent.value
    const prepare = async () => {
      await this.#admit(intent, intent.value.agent)
      await this.#admit(intent, identity.address)
      await checkOfferer(this.#components, { intent, offerer: identity.address })
      const negotiated = { ...(await this.#negotiated(intent, identity.address, policy)), payout }
      return { negotiated, channel: await channels.toNew(intent.peerId, endpoints) }
    }
    const { negotiated, channel } = await abortable(prepare, signal)
    const subject = { negotiated, role, peer: channel.peer, endpoints, tab }
    const session = this.#session({ ...subject, channel, duration, decide }, opening(role, limit))
    session.propose(proposal)
    const onAbort = () => session.withdraw()
    signal?.addEventListener('abort', onAbort, { once: true })
    if (signal?.aborted) onAbort()
    return session.outcome.finally(() => signal?.removeEventListener('abort', onAbort))
  }

  /** Handles the first offer of a peer to an intent of ours. */
  async receive(
    channel: Channel,
    inbound: Inbound,
    { offer, endpoints }: { offer: Offer; endpoints: readonly string[] },
  ): Promise<void> {
    const { identity, ownIntent } = this.#components
    const { intentHash } = offer.agreement
    const quote = this.#quotes.get(intentHash)
    const intent = quote?.intent ?? ownIntent(intentHash)
    if (intent === undefined || this.#sessions.size >= MAX_SESSIONS) {
      this.#decline(channel, inbound, offer, intent === undefined ? 'expired' : 'busy')
      return
    }
    const { buyer, seller } = offer.agreement
    const from = proposerOf(channel.peer, endpoints, intent.value.side === 'buy' ? seller : buyer)
    let negotiated: Negotiated
    try {
      this.#components.rules.checkEscrow()
      this.#components.channels.checkNew(channel)
      await this.#admit(intent, from)
      negotiated = await this.#negotiated(intent, from, quote?.policy)
    } catch (error) {
      const isOwnFault = error instanceof ChainError
      if (!isOwnFault && !(error instanceof RefusedError)) throw error
      this.#components.report(error)
      this.#decline(channel, inbound, offer, isOwnFault ? 'failed' : 'invalid', error.code)
      return
    }
    const onOffer = quote?.onOffer ?? this.#handlers.get(intentHash) ?? this.#onOffer
    const role = roleOf(negotiated, identity.address)
    const subject = { negotiated, role, peer: channel.peer, endpoints, tab: quote?.tab }
    const decide = (received: Offer): Decision | Promise<Decision> =>
      onOffer({ intent, offer: received, role, from, outcome: session.outcome })
    const session = this.#session({ ...subject, channel, duration: 0n, decide }, answering(role))
    await session.receive(inbound)
    await session.outcome
  }

  /**
   * Takes an own offer back: asks the other side to accept it no more. It may have accepted it already.
   *
   * @returns what came of the negotiation; when the other side does not answer, only when its expiry is over
   * @throws RefusedError `DEAL_NOT_OPEN` when it is no own offer without an answer; `PEER_UNREACHABLE` when an earlier
   *   process made it and the other side cannot be reached
   */
  async withdraw(id: Hex): Promise<Outcome> {
    const deal = this.#components.deals.get(id)
    if (deal?.state !== 'offered') throw notOffered(deal?.state)
    const session = this.#sessionOf.get(id) ?? (await this.#resumed(deal))
    session.withdraw()
    return session.outcome
  }

  /** Handles a peer's wish to take its offer back. */
  async onWithdrawal(channel: Channel, inbound: Inbound, id: Hex): Promise<void> {
    const { chain, deals, channels, handled } = this.#components
    const session = this.#sessionOf.get(keyOf(channel.peer, id))
    session?.onWithdrawn(id)
    const deal = () => deals.get(id)
    if (deal()?.state === 'offered') {
      channels.penalize(channel.peer, 'refused')
      return
    }
    const isSigned = () => deal()?.peer === channel.peer.toString()
    let answer = answerToWithdrawal(session?.state, isSigned())
    if (answer === 'wait') {
      await session?.outcome.catch(() => undefined)
      answer = answerToWithdrawal(undefined, isSigned())
    }
    const signed = deal()
    if (answer === 'accepted' && signed !== undefined) {
      channel.send(acceptanceOf(signed), inbound.id)
      return
    }
    // One that is still under way is not answered when it arrives.
    await handled.forestall(id, await chain.now())
    channel.send({ type: 'decline', subject: id, reason: 'withdrawn', detail: '' }, inbound.id)
  }

  /** Checks that the network carries messages of an agent about an intent. */
  #admit({ value }: ReceivedIntent, agent: Address): Promise<void> {
    return this.#components.rules.admit(agent, domainOf(value.capability))
  }

  async #resumed(deal: Deal): Promise<Session> {
    const { id, role, terms, agreement, endpoints, tab } = deal
    const peer = peerOf(deal)
    const channel = await this.#components.channels.to(peer, endpoints)
    const own = { id, round: Number(terms.round), price: agreement.price }
    const decide = () => ({ type: 'decline', reason: 'withdrawn' }) as const
    const session = this.#session(
      { peer, role, endpoints, tab, channel, duration: 0n, decide },
      resuming(role, own),
    )
    session.resume(deal)
    return session
  }

  /** A session that is found by the ids of its offers until it has ended. */
  #session(init: Omit<SessionInit, 'onTabled'>, state: Conversation): Session {
    const keys: string[] = []
    const session: Session = new Session(
      { ...this.#components, inspector: this.#inspector, signer: this.#signer },
      {
        ...init,
        onTabled: (id, isOwn) => {
          const key = isOwn ? id : keyOf(init.peer, id)
          keys.push(key)
          this.#sessionOf.set(key, session)
        },
      },
      state,
    )
    this.#sessions.add(session)
    session.outcome
      .catch(() => undefined)
      .finally(() => {
        this.#sessions.delete(session)
        for (const key of keys) this.#sessionOf.delete(key)
      })
    return session
  }

  #decline(channel: Channel, { id }: Inbound, offer: Offer, reason: DeclineReason, detail = ''): void {
    const subject = hashAgreement(this.#components.domain, offer.agreement)
    if (channel.isOpen) channel.send({ type: 'decline', subject, reason, detail }, id)
  }

  async #negotiated(
    intent: ReceivedIntent,
    offerer: Address,
    policy: Partial<Policy> = {},
  ): Promise<Negotiated> {
    const { identity, deployment, feeBps, bindings, paymentMethod } = this.#components
    const { buyer, seller } = partiesOf({ intent, offerer })
    return {
      intent,
      offerer,
      token: deployment.contracts.testDollar,
      feeBps,
      policy: { ...policyFor(this.#components.policy, domainOf(intent.value.capability)), ...policy },
      seller: await bindings.of(seller),
      ...(buyer === identity.address ? { payer: await payerFor(paymentMethod, bindings, buyer) } : {}),
    }
  }
}

/** A peer's offer is found by its maker too, so that nobody can take back another's. */
function keyOf(peer: PeerId, id: Hex): string {
  return `${peer}/${id}`
}

function checkLimit(conversation: Conversation, { price }: Proposal): void {
  const fault = ownFault(conversation, { price, round: 1 })
  if (fault === undefined) return
  throw new RefusedError(fault, 'A proposal is beyond the own limit.', {
    field: 'proposal.price',
    expected: `no further than ${conversation.limit}`,
    received: price,
    remedy: 'Propose a price within `options.limit`, or move that.',
  })
}

function notOffered(state: string | undefined): RefusedError {
  return new RefusedError('DEAL_NOT_OPEN', 'Only an own offer without an answer can be taken back.', {
    field: 'state',
    expected: 'offered',
    received: state ?? 'unknown',
    remedy: 'End a deal that both have signed by `cancelDeal`.',
  })
}
