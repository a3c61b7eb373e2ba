import { EventEmitter } from 'eventemitter3'
import type { Deployment } from '../../../protocol/deployment.ts'
import { type Domain, hashAgreement, hashDelivery, hashRelease } from '../../../protocol/eip712.ts'
import { ChainError, MeshError, RefusedError } from '../../../protocol/errors.ts'
import { verifyDigest } from '../../../protocol/signature.ts'
import type { Delivery, Funding, Hex, Intent, Offer, Release, Signed } from '../../../protocol/types.ts'
import type { NegotiationMessage } from '../../../protocol/wire/frames.ts'
import { authorizationFor, authorizationTypedData } from '../../chain/actions/token.ts'
import type { Bindings } from '../../chain/bindings.ts'
import type { ChainClient } from '../../chain/client.ts'
import type { Wallet } from '../../chain/wallet.ts'
import { carrierOf } from '../../network/carrier.ts'
import type { Identity } from '../../network/identity.ts'
import { domainOf } from '../../network/names.ts'
import { RateLimits } from '../../network/rate-limits.ts'
import { background, type Timer } from '../../platform/timers.ts'
import { type Deal, hasEnded, isOpen } from '../../policy/deal.ts'
import type { Deals } from '../../policy/deals.ts'
import { policyFor, policyOf } from '../../policy/limits.ts'
import type { IntentDiscovery, ReceivedIntent } from '../intent-discovery/index.ts'
import { DealChain } from '../negotiation/deal-chain.ts'
import type { HandledOffers } from '../negotiation/handled-offers.ts'
import { OfferInspector } from '../negotiation/inspection.ts'
import { isPast } from '../negotiation/machine/commitment.ts'
import { peerOf } from '../negotiation/party.ts'
import type { Channel, Channels, Inbound } from '../negotiation/protocol.ts'
import { releaseFor } from '../negotiation/seller-side.ts'
import type { Solvency } from '../negotiation/solvency.ts'
import type { NetworkRules } from '../network-rules.ts'
import { MAX_LIVE_DEALS, MAX_SWEEP, OPENINGS, OPENINGS_PER_GUEST, SWEEP_INTERVAL } from './constants.ts'
import { type GuestOffer, HeldOffers } from './held-offers.ts'

export interface GuestsComponents {
  identity: Identity
  deployment: Deployment
  /** EIP-712 domains of the escrow and of what stays off-chain. */
  domains: { escrow: Domain; mesh: Domain }
  chain: ChainClient
  wallet: Wallet
  bindings: Bindings
  channels: Channels
  intents: Pick<IntentDiscovery, 'carry'>
  /** Of guests, not of this agent. */
  deals: Deals
  handled: HandledOffers
  solvency: Solvency
  rules: NetworkRules
  feeBps: bigint
  /** Where this agent listens: multiaddrs without peer id. */
  endpoints: () => string[]
  /** Hears of faults that end nothing. */
  report: (error: unknown) => void
}

/**
 * Buys for agents that have a key and no node, as a program has that speaks HTTP: spreads the intents that they signed, holds
 * the offers that come, opens on chain what they accept, at this agent's cost of gas, and hands deliveries and releases over.
 * Nothing is done in a guest's name that it has not signed, and its money is never here.
 */
export class Guests {
  readonly #components: GuestsComponents
  readonly #inspector: OfferInspector
  readonly #onChain: DealChain
  readonly #held = new HeldOffers()
  readonly #openings = new RateLimits()
  readonly #events = new EventEmitter<{ offer: [GuestOffer] }>()
  #sweeper: Timer | undefined
  #turn = 0

  constructor(components: GuestsComponents) {
    this.#components = components
    this.#inspector = new OfferInspector(components)
    this.#onChain = new DealChain(components)
  }

  start(): void {
    this.#sweeper = background(setInterval(() => void this.#sweep(), SWEEP_INTERVAL))
  }

  stop(): void {
    clearInterval(this.#sweeper)
  }

  /** What a guest's intent has to name as its endpoints, so that offers come here. */
  get endpoints(): string[] {
    const { identity, endpoints } = this.#components
    return endpoints().map((endpoint) => `${endpoint}/p2p/${identity.peerId}`)
  }

  /**
   * Spreads an intent that a guest signed.
   *
   * @throws RefusedError `CARRIER_WRONG` when its endpoints are not those of this agent, `GUEST_SELLS` when it sells,
   *   `CARRIER_FULL`; SignatureError; as `IntentDiscovery.carry`
   */
  async publish(signed: Signed<Intent>): Promise<ReceivedIntent> {
    const { identity, intents, chain } = this.#components
    const { side, endpoints } = signed.value
    if (carrierOf(endpoints)?.equals(identity.peerId) !== true) {
      throw new RefusedError('CARRIER_WRONG', 'An intent does not have its offers come to this carrier.', {
        field: 'intent.endpoints',
        expected: this.endpoints.join(', '),
        received: endpoints.join(', ') || 'none',
        remedy: 'Sign it with the endpoints that this carrier tells.',
      })
    }
    if (side === 'sell') {
      throw new RefusedError('GUEST_SELLS', 'A carrier buys for guests, and does not sell for them.', {
        field: 'intent.side',
        expected: 'buy',
        received: side,
        remedy: 'Sell with an agent of your own: deliveries are asked about at any time.',
      })
    }
    const intent = await intents.carry(signed)
    this.#held.addIntent(intent, await chain.now())
    return intent
  }

  /** Calls `fn` with each offer to a guest. @returns a function that ends it */
  onOffer(fn: (offer: GuestOffer) => void): () => void {
    this.#events.on('offer', fn)
    return () => this.#events.off('offer', fn)
  }

  /** An offer that its guest can accept. @throws RefusedError `OFFER_UNKNOWN` when it expired or was taken back */
  offered(id: Hex): GuestOffer {
    const held = this.#held.get(id)
    if (held === undefined) throw unknownOffer(id)
    return held
  }

  /** A deal of a guest, undefined when there is none or it came to nothing. */
  deal(id: Hex): Deal | undefined {
    return this.#components.deals.get(id)
  }

  /**
   * Opens on chain what a guest accepts. The same asked again finds the deal.
   *
   * @param id the agreement's
   * @param accepted the guest's signature under the agreement, and how it pays
   * @throws RefusedError `OFFER_UNKNOWN` when it expired or was taken back, `OPENINGS_EXCEEDED`, `BALANCE_TOO_LOW`;
   *   SignatureError; ChainError when the chain refuses
   */
  async accept(id: Hex, { signature, funding }: { signature: Hex; funding: Funding }): Promise<Deal> {
    const { deals, solvency } = this.#components
    const known = deals.get(id)
    if (known !== undefined && isOpen(known)) return known
    const { offer, peer, endpoints } = this.offered(id)
    const { agreement, conditions, terms } = offer
    verifyDigest(id, signature, agreement.buyer)
    await solvency.checkPayment(agreement, funding.kind, true)
    this.#checkRoom(agreement.buyer)
    const signatures = { buyer: signature, seller: offer.signature }
    const parties = { role: 'buyer' as const, peer: peer.toString(), endpoints: [...endpoints] }
    const entry = { ...parties, id, agreement, conditions, terms, signatures, funding, gasUsed: 0n }
    const deal = await deals.begin({ ...entry, state: 'signed' })
    const { deal: opened, transaction } = await this.#onChain.open(
      { ...deal, signatures, funding },
      signatures,
    )
    this.#held.delete(id)
    await this.#tell(opened, { type: 'opened', agreementId: id, transaction })
    return opened
  }

  /**
   * What a guest signs that pays for an offer from its wallet (EIP-3009), so that it needs neither a deposit nor gas.
   *
   * @throws RefusedError `OFFER_UNKNOWN`; ChainError when the chain does not answer
   */
  async authorizationFor(id: Hex): Promise<Awaited<ReturnType<typeof authorizationTypedData>>> {
    const { chain, deployment } = this.#components
    const { agreement } = this.offered(id).offer
    const authorization = authorizationFor(agreement, id, deployment.contracts.treasury)
    return authorizationTypedData(chain.client, agreement.token, authorization)
  }

  /**
   * What the seller said that it delivered, and what a guest signs that accepts it.
   *
   * @throws RefusedError `DELIVERY_UNKNOWN` before the seller has said anything
   */
  delivered(id: Hex): { delivery: Signed<Delivery>; release: Release } {
    const { deals, domains } = this.#components
    const deal = deals.get(id)
    const delivery = deal?.delivery
    if (deal !== undefined && delivery !== undefined)
      return { delivery, release: releaseFor(domains.mesh, deal, delivery.value) }
    throw new RefusedError('DELIVERY_UNKNOWN', 'The seller has not told of a delivery yet.', {
      field: 'id',
      received: deal === undefined ? 'an unknown deal' : `a deal that is ${deal.state}`,
      remedy: 'Ask again after the end of the delivery.',
    })
  }

  /**
   * Takes a guest's release, which the seller is given when it asks next, some seconds from now at most.
   *
   * @throws RefusedError as `delivered`, or `DEAL_NOT_OPEN`; SignatureError
   */
  async release(id: Hex, signature: Hex): Promise<Deal> {
    const { deals, domains } = this.#components
    const { release: value } = this.delivered(id)
    const deal = deals.get(id) as Deal
    verifyDigest(hashRelease(domains.escrow, value), signature, deal.agreement.buyer)
    if (deal.release !== undefined) return deal
    return deals.change(id, { state: 'released', release: { value, signature } })
  }

  /** Whether a message is about a guest, and not about this agent's own deals. */
  concerns(message: NegotiationMessage): boolean {
    switch (message.type) {
      case 'proposal':
        return this.#held.intent(message.offer.agreement.intentHash) !== undefined
      case 'withdrawal':
        return (
          this.#held.get(message.agreementId) !== undefined || this.deal(message.agreementId) !== undefined
        )
      case 'delivered':
        return this.deal(message.delivery.agreement) !== undefined
      case 'opened':
      case 'settled':
        return this.deal(message.agreementId) !== undefined
      default:
        return false
    }
  }

  /** Handles a message that concerns a guest. */
  async hear(channel: Channel, { id, message }: Inbound): Promise<void> {
    if (message.type === 'proposal') await this.#hold(channel, id, message)
    else if (message.type === 'withdrawal') await this.#takeBack(channel, id, message.agreementId)
    else if (message.type === 'delivered') await this.#deliver(channel, id, message)
    else if (message.type === 'settled' || message.type === 'opened') await this.#look(message.agreementId)
  }

  async #hold(
    channel: Channel,
    replyTo: bigint,
    { offer, endpoints }: { offer: Offer; endpoints: readonly string[] },
  ): Promise<void> {
    const { domains, rules, channels, chain, report } = this.#components
    const id = hashAgreement(domains.escrow, offer.agreement)
    const intent = this.#held.intent(offer.agreement.intentHash) as ReceivedIntent
    try {
      rules.checkEscrow()
      channels.checkNew(channel)
      const { seller } = offer.agreement
      await rules.admit(seller, domainOf(intent.value.capability))
      const negotiated = await this.#negotiated(intent, seller)
      const subject = { peer: channel.peer, role: 'buyer', negotiated } as const
      const { noted } = await this.#inspector.inspect(subject, id, offer, undefined)
      const held = { id, intent, offer, peer: channel.peer, endpoints }
      this.#held.add(held, await chain.now())
      await noted
      channel.send({ type: 'held', agreementId: id }, replyTo)
      this.#events.emit('offer', held)
    } catch (error) {
      if (!(error instanceof MeshError)) throw error
      report(error)
      if (!channel.isOpen) return
      const reason = error instanceof ChainError ? 'failed' : 'invalid'
      channel.send({ type: 'decline', subject: id, reason, detail: error.code }, replyTo)
    }
  }

  /** What a guest's own agent would hold an offer against: the usual policy. */
  async #negotiated(intent: ReceivedIntent, offerer: Offer['agreement']['seller']) {
    const { deployment, feeBps, bindings } = this.#components
    return {
      ...{ intent, offerer, feeBps, token: deployment.contracts.testDollar },
      policy: policyFor(policyOf(), domainOf(intent.value.capability)),
      seller: await bindings.of(offerer),
    }
  }

  async #takeBack(channel: Channel, replyTo: bigint, id: Hex): Promise<void> {
    const deal = this.deal(id)
    const held = this.#held.get(id)
    if (channel.peer.toString() !== (deal?.peer ?? held?.peer.toString())) {
      this.#components.channels.penalize(channel.peer, 'refused')
      return
    }
    const signature = deal?.signatures.buyer
    if (deal !== undefined && signature !== undefined) {
      channel.send({ type: 'acceptance', agreementId: id, signature, funding: deal.funding }, replyTo)
      return
    }
    this.#held.delete(id)
    channel.send({ type: 'decline', subject: id, reason: 'withdrawn', detail: '' }, replyTo)
  }

  async #deliver(
    channel: Channel,
    replyTo: bigint,
    { delivery: value, signature }: Extract<NegotiationMessage, { type: 'delivered' }>,
  ): Promise<void> {
    const { deals, domains, channels } = this.#components
    const deal = deals.get(value.agreement) as Deal
    const decline = (detail: string) =>
      channel.send({ type: 'decline', subject: deal.id, reason: 'busy', detail }, replyTo)
    if (channel.peer.toString() !== deal.peer) {
      channels.penalize(channel.peer, 'refused')
      return
    }
    verifyDigest(hashDelivery(domains.mesh, value), signature, deal.agreement.seller)
    const { release } = deal
    if (release !== undefined) {
      const isSame = release.value.evidence === hashDelivery(domains.mesh, value)
      if (isSame)
        channel.send({ type: 'released', release: release.value, signature: release.signature }, replyTo)
      else decline('another delivery was released')
      return
    }
    const now = isOpen(deal) ? deal : await this.#onChain.reconcile(deal)
    if (isOpen(now) && now.state !== 'disputed' && now.delivery === undefined) {
      const state = now.state === 'opened' ? 'delivered' : now.state
      await deals.change(deal.id, { state, delivery: { value, signature } })
    }
    decline('the buyer has not released yet')
  }

  #checkRoom(buyer: string): void {
    const { deals } = this.#components
    const isFull = deals.live().length >= MAX_LIVE_DEALS
    if (!isFull && this.#openings.take(buyer, OPENINGS_PER_GUEST) && this.#openings.take('', OPENINGS)) return
    throw new RefusedError('OPENINGS_EXCEEDED', 'A carrier opens no more deals for now.', {
      field: 'accept',
      expected: isFull
        ? `at most ${MAX_LIVE_DEALS} deals that have not ended`
        : `${OPENINGS_PER_GUEST.perMinute} a minute for one guest, ${OPENINGS.perMinute} for all`,
      remedy: 'Send the transaction yourself, or try again in a minute while the offer lasts.',
    })
  }

  async #tell(deal: Deal, message: NegotiationMessage): Promise<void> {
    try {
      const channel = await this.#components.channels.to(peerOf(deal), deal.endpoints)
      channel.send(message)
    } catch (error) {
      // What the chain says it finds out by itself.
      this.#components.report(error)
    }
  }

  async #look(id: Hex): Promise<void> {
    const deal = this.deal(id)
    if (deal !== undefined && !hasEnded(deal)) await this.#onChain.reconcile(deal)
  }

  /** Holds deals against the chain, some at a time and in turn. */
  async #sweep(): Promise<void> {
    const { chain, deals, report } = this.#components
    try {
      const now = await chain.now()
      this.#held.prune(now)
      const live = deals.live()
      const from = live.length === 0 ? 0 : this.#turn % live.length
      const taken = [...live.slice(from), ...live.slice(0, from)].slice(0, MAX_SWEEP)
      this.#turn += taken.length
      for (const deal of taken) {
        const current = await this.#onChain.reconcile(deal)
        const isNothing = current.state === 'signed' && isPast(current.agreement.expiry, now)
        if (isNothing) await deals.change(deal.id, { state: 'void' })
      }
    } catch (error) {
      report(error)
    }
  }
}

function unknownOffer(id: Hex): RefusedError {
  return new RefusedError('OFFER_UNKNOWN', 'There is no such offer that can be accepted.', {
    field: 'offer',
    received: id,
    remedy: 'It may have expired: look at the offers that are there now.',
  })
}
