import type { Deployment } from '../../../protocol/deployment.ts'
import { type Domain, hashAgreement, hashDelivery } from '../../../protocol/eip712.ts'
import { ChainError, MeshError } from '../../../protocol/errors.ts'
import { verifyDigest } from '../../../protocol/signature.ts'
import type { Hex, Offer } from '../../../protocol/types.ts'
import type { DeclineReason, NegotiationMessage } from '../../../protocol/wire/frames.ts'
import type { Bindings } from '../../chain/bindings.ts'
import type { ChainClient } from '../../chain/client.ts'
import { domainOf } from '../../network/names.ts'
import { RateLimits } from '../../network/rate-limits.ts'
import { type Deal, hasEnded, isOpen } from '../../policy/deal.ts'
import type { Deals } from '../../policy/deals.ts'
import { policyFor, policyOf } from '../../policy/limits.ts'
import type { ReceivedIntent } from '../intent-discovery/index.ts'
import { HINTS } from '../negotiation/constants.ts'
import type { DealChain } from '../negotiation/deal-chain.ts'
import type { OfferInspector } from '../negotiation/inspection.ts'
import { proposerOf } from '../negotiation/party.ts'
import type { Channels, Inbound } from '../negotiation/protocol.ts'
import type { Solvency } from '../negotiation/solvency.ts'
import type { NetworkRules } from '../network-rules.ts'
import type { GuestOffer, HeldOffers } from './held-offers.ts'
import type { Line } from './lines.ts'

export interface GuestMessagesComponents {
  deployment: Deployment
  domains: { escrow: Domain; mesh: Domain }
  chain: ChainClient
  bindings: Bindings
  channels: Channels
  rules: NetworkRules
  solvency: Solvency
  feeBps: bigint
  /** What guests buy. */
  deals: Deals
  /** What guests sell. */
  sales: { deals: Pick<Deals, 'get'>; onChain: DealChain }
  held: HeldOffers
  inspector: OfferInspector
  onChain: DealChain
  /** Hears of each offer that its guest can accept. */
  onOffer: (held: GuestOffer) => void
  report: (error: unknown) => void
}

/** An offer that is being checked. */
interface Look {
  id: Hex
  peer: string
  isTakenBack: boolean
}

/** What peers say about offers to guests, and about their deals. */
export class GuestMessages {
  readonly #components: GuestMessagesComponents
  readonly #hints = new RateLimits()
  readonly #looks = new Set<Look>()

  constructor(components: GuestMessagesComponents) {
    this.#components = components
  }

  /** Whether a message is about a guest, and not about this agent's own deals. */
  concerns(message: NegotiationMessage): boolean {
    switch (message.type) {
      case 'proposal':
        return this.#components.held.intent(message.offer.agreement.intentHash) !== undefined
      case 'withdrawal':
        return (
          this.#components.held.get(message.agreementId) !== undefined ||
          this.#components.deals.get(message.agreementId) !== undefined ||
          this.#looksAt(message.agreementId) !== undefined
        )
      case 'delivered':
        return this.#components.deals.get(message.delivery.agreement) !== undefined
      case 'opened':
      case 'settled':
        return (
          this.#components.deals.get(message.agreementId) !== undefined ||
          this.#components.sales.deals.get(message.agreementId) !== undefined
        )
      default:
        return false
    }
  }

  /** Handles a message that concerns a guest. */
  async hear(channel: Line, { id, message }: Inbound): Promise<void> {
    if (message.type === 'proposal') await this.#hold(channel, id, message)
    else if (message.type === 'withdrawal') await this.#takeBack(channel, id, message.agreementId)
    else if (message.type === 'delivered') await this.#deliver(channel, id, message)
    else if (message.type === 'settled' || message.type === 'opened')
      await this.#look(channel, message.agreementId)
  }

  async #hold(
    channel: Line,
    replyTo: bigint,
    { offer, endpoints }: { offer: Offer; endpoints: readonly string[] },
  ): Promise<void> {
    const { domains, rules, channels, chain, solvency, report } = this.#components
    const id = hashAgreement(domains.escrow, offer.agreement)
    const intent = this.#components.held.intent(offer.agreement.intentHash) as ReceivedIntent
    const look = { id, peer: channel.peer.toString(), isTakenBack: false }
    this.#looks.add(look)
    try {
      rules.checkEscrow()
      channels.checkNew(channel)
      const { seller } = offer.agreement
      await rules.admit(seller, domainOf(intent.value.capability))
      const negotiated = await this.#negotiated(intent, proposerOf(channel.peer, endpoints, seller))
      const subject = { role: 'buyer', negotiated } as const
      const { noted } = await this.#components.inspector.inspect(subject, id, offer, undefined)
      // One that the chain would not open keeps nobody's place.
      await solvency.checkStake(offer.agreement, offer.agreement.exposure)
      const now = await chain.now()
      await noted
      // From here to its entry nothing is awaited: it is either taken back before, or found when it is.
      if (look.isTakenBack) {
        this.#decline(channel, replyTo, id, 'withdrawn')
        return
      }
      const held = { id, intent, offer, peer: channel.peer, endpoints }
      this.#components.held.add(held, now)
      channel.send({ type: 'held', agreementId: id }, replyTo)
      this.#components.onOffer(held)
    } catch (error) {
      if (!(error instanceof MeshError)) throw error
      report(error)
      if (!channel.isOpen) return
      this.#decline(channel, replyTo, id, error instanceof ChainError ? 'failed' : 'invalid', error.code)
    } finally {
      this.#looks.delete(look)
    }
  }

  #looksAt(id: Hex): Look | undefined {
    return [...this.#looks].find((look) => look.id === id)
  }

  #decline(channel: Line, replyTo: bigint, subject: Hex, reason: DeclineReason, detail = ''): void {
    channel.send({ type: 'decline', subject, reason, detail }, replyTo)
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

  async #takeBack(channel: Line, replyTo: bigint, id: Hex): Promise<void> {
    const deal = this.#components.deals.get(id)
    const held = this.#components.held.get(id)
    const look = this.#looksAt(id)
    if (channel.peer.toString() !== (deal?.peer ?? held?.peer.toString() ?? look?.peer)) {
      this.#components.channels.penalize(channel.peer, 'refused')
      return
    }
    const signature = deal?.signatures.buyer
    if (deal !== undefined && signature !== undefined) {
      channel.send({ type: 'acceptance', agreementId: id, signature, funding: deal.funding }, replyTo)
      return
    }
    this.#components.held.delete(id)
    if (look !== undefined) look.isTakenBack = true
    this.#decline(channel, replyTo, id, 'withdrawn')
  }

  async #deliver(
    channel: Line,
    replyTo: bigint,
    { delivery: value, signature }: Extract<NegotiationMessage, { type: 'delivered' }>,
  ): Promise<void> {
    const { deals, domains, channels } = this.#components
    const deal = deals.get(value.agreement) as Deal
    const decline = (detail: string) => this.#decline(channel, replyTo, deal.id, 'busy', detail)
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
    const now = isOpen(deal) ? deal : await this.#components.onChain.reconcile(deal)
    if (isOpen(now) && now.state !== 'disputed' && now.delivery === undefined) {
      const state = now.state === 'opened' ? 'delivered' : now.state
      await deals.change(deal.id, { state, delivery: { value, signature } })
    }
    decline('the buyer has not released yet')
  }

  /** A hint to look at the chain. */
  async #look(channel: Line, id: Hex): Promise<void> {
    const { sales } = this.#components
    if (!this.#hints.take(id, HINTS)) return
    // Of one deal both sides may be guests here.
    for (const { deals, onChain } of [this.#components, sales]) {
      const deal = deals.get(id)
      if (deal === undefined || hasEnded(deal) || channel.peer.toString() !== deal.peer) continue
      await onChain.reconcile(deal)
    }
  }
}
