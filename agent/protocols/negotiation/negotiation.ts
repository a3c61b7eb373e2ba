import type { Deployment } from '../../../protocol/deployment.ts'
import { type Domain, hashAgreement } from '../../../protocol/eip712.ts'
import { MeshError, RefusedError, SignatureError, TimeoutError } from '../../../protocol/errors.ts'
import type { Address, Hex, Offer } from '../../../protocol/types.ts'
import type { DeclineReason } from '../../../protocol/wire/frames.ts'
import type { Bindings } from '../../chain/bindings.ts'
import type { ChainClient } from '../../chain/client.ts'
import { addressOfPeer, type Identity } from '../../network/identity.ts'
import { domainOf } from '../../network/names.ts'
import type { Deal } from '../../policy/deal.ts'
import type { Deals } from '../../policy/deals.ts'
import { checkCommitment, type Policy } from '../../policy/limits.ts'
import type { ReceivedIntent } from '../intent-discovery/index.ts'
import type { NetworkRules } from '../network-rules.ts'
import type { Channel, Inbound } from './channel.ts'
import type { Channels } from './channels.ts'
import { OfferInspector } from './inspection.ts'
import { checkLiveOffers } from './live-offers.ts'
import { type Answered, buildOffer, type Negotiated, type Proposal, partiesOf, roleOf } from './offers.ts'
import { otherSide, type PaymentMethod, payerFor, signFunding, verifySide } from './party.ts'

/** What a strategy says to an offer of the other side. */
export type Decision =
  | { type: 'accept' }
  | { type: 'counter'; proposal: Proposal }
  | { type: 'decline'; reason: DeclineReason }

/** How a negotiation ended: in a deal that both signed, or in nothing. */
export type Outcome =
  | { type: 'agreed'; deal: Deal }
  | { type: 'declined'; reason: DeclineReason; detail: string }

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

/** Decides about an offer; it may take what it reserves for it back when `outcome` is a decline. */
export type OfferHandler = (received: ReceivedOffer) => Decision | Promise<Decision>

export interface NegotiationComponents {
  identity: Identity
  deployment: Deployment
  /** The escrow's EIP-712 domain. */
  domain: Domain
  chain: ChainClient
  bindings: Bindings
  channels: Channels
  deals: Deals
  policy: Policy
  rules: NetworkRules
  paymentMethod: PaymentMethod
  /** Protocol fee that every agreement names, in basis points. */
  feeBps: bigint
  ownIntent: (hash: Hex) => ReceivedIntent | undefined
  /** Hears of faults that end no conversation. */
  report: (error: unknown) => void
}

/** What both sides of a conversation keep in mind. */
interface Conversation {
  channel: Channel
  negotiated: Negotiated
  role: 'buyer' | 'seller'
  decide: (offer: Offer) => Decision | Promise<Decision>
}

interface OwnOffer {
  id: Hex
  offer: Offer
}

/** Alternating offers until one side accepts, declines or falls silent. */
export class Negotiation {
  readonly #components: NegotiationComponents
  readonly #inspector: OfferInspector
  #onOffer: OfferHandler = () => ({ type: 'decline', reason: 'filled' })

  constructor(components: NegotiationComponents) {
    this.#components = components
    this.#inspector = new OfferInspector(components)
  }

  /** Sets who decides about offers to this agent's own intents; without one all are declined. */
  onOffer(handler: OfferHandler): void {
    this.#onOffer = handler
  }

  /**
   * Offers to an intent and bargains until the end.
   *
   * @param duration seconds from now, or from the end of the delivery when that is later, until what was not delivered
   *   can be refunded
   * @param decide what to say to counter-offers
   * @throws RefusedError when the peer cannot be reached, our own limits forbid it, or the network's rules do: for this
   *   agent, the intent's, the protocol, or the escrow
   */
  async offer(
    intent: ReceivedIntent,
    proposal: Proposal,
    duration: bigint,
    decide: (counterOffer: Offer) => Decision | Promise<Decision>,
  ): Promise<Outcome> {
    const { identity, channels, rules } = this.#components
    rules.checkEscrow()
    await this.#admit(intent, intent.value.agent)
    await this.#admit(intent, identity.address)
    const negotiated = await this.#negotiated(intent, identity.address)
    const role = roleOf(negotiated, identity.address)
    const channel = await channels.to(intent.peerId, intent.value.endpoints)
    const conversation = { channel, negotiated, role, decide }
    const own = await this.#sign(conversation, proposal, duration)
    return this.#await(conversation, own, 0n)
  }

  /** Handles the first offer of a peer to an intent of ours. */
  async receive(channel: Channel, inbound: Inbound, offer: Offer): Promise<void> {
    const { identity, ownIntent } = this.#components
    const intent = ownIntent(offer.agreement.intentHash)
    if (intent === undefined) {
      this.#decline(channel, inbound.id, hashAgreement(this.#components.domain, offer.agreement), 'expired')
      return
    }
    const from = addressOfPeer(channel.peer)
    try {
      this.#components.rules.checkEscrow()
      await this.#admit(intent, from)
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      this.#components.report(error)
      const id = hashAgreement(this.#components.domain, offer.agreement)
      this.#decline(channel, inbound.id, id, 'invalid', error.code)
      return
    }
    const negotiated = await this.#negotiated(intent, from)
    const role = roleOf(negotiated, identity.address)
    const { promise: outcome, resolve } = Promise.withResolvers<Outcome>()
    const decide = (received: Offer) => this.#onOffer({ intent, offer: received, role, from, outcome })
    resolve(await this.#converse({ channel, negotiated, role, decide }, inbound, undefined))
  }

  /** Checks that the network carries messages of an agent about an intent. */
  #admit({ value }: ReceivedIntent, agent: Address): Promise<void> {
    return this.#components.rules.admit(agent, domainOf(value.capability))
  }

  async #converse(conversation: Conversation, inbound: Inbound, own: OwnOffer | undefined): Promise<Outcome> {
    const { message } = inbound
    if (message.type === 'proposal') return this.#onProposal(conversation, inbound, message.offer, own)
    if (own !== undefined && message.type === 'acceptance' && message.agreementId === own.id) {
      return this.#onAcceptance(conversation, own, message)
    }
    if (own !== undefined && message.type === 'decline') {
      return { type: 'declined', reason: message.reason, detail: message.detail }
    }
    this.#components.channels.penalize(conversation.channel.peer, 'refused')
    return { type: 'declined', reason: 'invalid', detail: `unexpected ${message.type}` }
  }

  async #onProposal(
    conversation: Conversation,
    inbound: Inbound,
    offer: Offer,
    own: OwnOffer | undefined,
  ): Promise<Outcome> {
    const { channel } = conversation
    const { channels, domain } = this.#components
    const id = hashAgreement(domain, offer.agreement)
    try {
      conversation.negotiated = await this.#inspector.inspect(conversation, id, offer, own)
    } catch (error) {
      if (!(error instanceof MeshError)) throw error
      this.#components.report(error)
      channels.penalize(channel.peer, error instanceof SignatureError ? 'forged' : 'refused')
      return this.#decline(channel, inbound.id, id, 'invalid', error.code)
    }
    try {
      return await this.#answer(conversation, inbound.id, id, offer)
    } catch (error) {
      // A limit of our own, or a strategy that failed, is not the other side's fault.
      this.#components.report(error)
      return this.#decline(channel, inbound.id, id, 'busy')
    }
  }

  async #answer(conversation: Conversation, replyTo: bigint, id: Hex, offer: Offer): Promise<Outcome> {
    const decision = await conversation.decide(offer)
    switch (decision.type) {
      case 'accept':
        return this.#isPaidByOther(conversation, offer)
          ? this.#counter(conversation, replyTo, { id, offer }, offer.agreement)
          : this.#accept(conversation, replyTo, id, offer)
      case 'counter':
        return this.#counter(conversation, replyTo, { id, offer }, decision.proposal)
      case 'decline':
        return this.#decline(conversation.channel, replyTo, id, decision.reason)
    }
  }

  /** Whether a seller named this buyer as payer, for whom another pays: it has to be told. */
  #isPaidByOther({ role, negotiated }: Conversation, { agreement }: Offer): boolean {
    return role === 'buyer' && negotiated.payer?.payer !== agreement.payer
  }

  async #counter(
    conversation: Conversation,
    replyTo: bigint,
    answered: Answered,
    { quantity, price }: Proposal,
  ): Promise<Outcome> {
    const counter = await this.#sign(conversation, { quantity, price }, 0n, answered)
    return this.#await(conversation, counter, replyTo)
  }

  async #accept(
    { channel, role, negotiated }: Conversation,
    replyTo: bigint,
    id: Hex,
    offer: Offer,
  ): Promise<Outcome> {
    const { identity, deals, policy, paymentMethod } = this.#components
    const { agreement, conditions, terms } = offer
    const funding =
      role === 'buyer' ? await signFunding(paymentMethod, this.#components, agreement, id) : offer.funding
    // With nothing awaited between the check and the entry, two acceptances cannot both pass for the same money.
    checkCommitment(policy, deals.live(), { role, agreement })
    const signature = identity.sign(id)
    const signatures =
      role === 'buyer'
        ? { buyer: signature, seller: offer.signature }
        : { buyer: offer.signature, seller: signature }
    const deal = await deals.begin({
      id,
      role,
      state: 'signed',
      agreement,
      conditions,
      terms,
      signatures,
      funding,
      endpoints: this.#endpointsOfMaker(negotiated),
      gasUsed: 0n,
    })
    try {
      channel.send({ type: 'acceptance', agreementId: id, signature, funding }, replyTo)
    } catch (error) {
      // Signed is signed: the other side may have it, or learn of it from the chain.
      this.#components.report(error)
    }
    return { type: 'agreed', deal }
  }

  async #onAcceptance(
    { role }: Conversation,
    own: OwnOffer,
    message: Extract<Inbound['message'], { type: 'acceptance' }>,
  ): Promise<Outcome> {
    const { deals, domain } = this.#components
    verifySide(domain, own.offer.agreement, otherSide(role), message.signature)
    const known = deals.get(own.id)
    if (known === undefined) return { type: 'declined', reason: 'expired', detail: 'accepted too late' }
    if (known.state !== 'offered') return { type: 'agreed', deal: known }
    const deal = await deals.change(own.id, {
      state: 'signed',
      signatures: { ...known.signatures, [otherSide(role)]: message.signature },
      ...(role === 'seller' ? { funding: message.funding } : {}),
    })
    return { type: 'agreed', deal }
  }

  /** Signs an own offer. It binds us from here on, so it is in the journal before anybody sees it. */
  async #sign(
    { negotiated, role }: Conversation,
    proposal: Proposal,
    duration: bigint,
    answered?: Answered,
  ): Promise<OwnOffer> {
    const { identity, deals, chain, domain, policy, paymentMethod, rules } = this.#components
    const step = { now: await chain.now(), duration, nonce: randomNonce() }
    const { agreement, conditions, terms } = buildOffer(negotiated, proposal, step, answered)
    const id = hashAgreement(domain, agreement)
    const funding =
      role === 'buyer'
        ? await signFunding(paymentMethod, this.#components, agreement, id)
        : ({ kind: 'balance' } as const)
    const live = deals.live()
    checkCommitment(policy, live, { role, agreement })
    const offered = live.filter(({ state }) => state === 'offered').length
    checkLiveOffers(offered, rules.parameters.spam.maxLiveOffers)
    const signature = identity.sign(id)
    await deals.begin({
      id,
      role,
      state: 'offered',
      agreement,
      conditions,
      terms,
      signatures: { [role]: signature },
      funding,
      endpoints: this.#endpointsOfMaker(negotiated),
      gasUsed: 0n,
    })
    return { id, offer: { agreement, conditions, terms, signature, funding } }
  }

  /** Sends an own offer and goes on with the answer. Silence is no answer: then the chain tells. */
  async #await(conversation: Conversation, own: OwnOffer, replyTo: bigint): Promise<Outcome> {
    const { channel } = conversation
    const { channels, deals } = this.#components
    try {
      const answer = await channel.request({ type: 'proposal', offer: own.offer }, replyTo)
      return await this.#converse(conversation, answer, own)
    } catch (error) {
      if (error instanceof SignatureError) channels.penalize(channel.peer, 'forged')
      const isLost =
        error instanceof TimeoutError || (error instanceof RefusedError && error.code === 'CHANNEL_CLOSED')
      if (!isLost && !(error instanceof SignatureError)) throw error
      if (deals.get(own.id) === undefined)
        return { type: 'declined', reason: 'failed', detail: String(error) }
      const deal = await deals.until(own.id, ({ state }) => state !== 'offered')
      if (deal.state === 'void') return { type: 'declined', reason: 'failed', detail: 'no answer' }
      return { type: 'agreed', deal }
    }
  }

  #decline(channel: Channel, replyTo: bigint, subject: Hex, reason: DeclineReason, detail = ''): Outcome {
    if (channel.isOpen) channel.send({ type: 'decline', subject, reason, detail }, replyTo)
    return { type: 'declined', reason, detail }
  }

  /** Where the other side listens, as far as its intent says. */
  #endpointsOfMaker({ intent, offerer }: Negotiated): readonly string[] {
    return this.#components.identity.address === offerer ? intent.value.endpoints : []
  }

  async #negotiated(intent: ReceivedIntent, offerer: Address): Promise<Negotiated> {
    const { identity, deployment, feeBps, policy, bindings, paymentMethod } = this.#components
    const { buyer, seller } = partiesOf({ intent, offerer })
    return {
      intent,
      offerer,
      token: deployment.contracts.testDollar,
      feeBps,
      policy,
      seller: await bindings.of(seller),
      ...(buyer === identity.address ? { payer: await payerFor(paymentMethod, bindings, buyer) } : {}),
    }
  }
}

function randomNonce(): bigint {
  const [high = 0n, low = 0n] = crypto.getRandomValues(new BigUint64Array(2))
  return (high << 64n) | low
}
