import { EventEmitter } from 'eventemitter3'
import { authorizationFor } from '../../../protocol/authorization.ts'
import type { Deployment } from '../../../protocol/deployment.ts'
import { type Domain, hashAgreement, hashRelease, hashWithdrawal } from '../../../protocol/eip712.ts'
import { RefusedError } from '../../../protocol/errors.ts'
import { verifyDigest } from '../../../protocol/signature.ts'
import type { Delivery, Funding, Hex, Intent, Release, Signed } from '../../../protocol/types.ts'
import type { NegotiationMessage } from '../../../protocol/wire/frames.ts'
import { authorizationTypedData, permitTypedData } from '../../chain/actions/token.ts'
import type { Bindings } from '../../chain/bindings.ts'
import type { ChainClient } from '../../chain/client.ts'
import type { Wallet } from '../../chain/wallet.ts'
import { carrierOf } from '../../network/carrier.ts'
import type { Identity } from '../../network/identity.ts'
import { type Deal, isOpen } from '../../policy/deal.ts'
import type { Deals } from '../../policy/deals.ts'
import type { IntentDiscovery, ReceivedIntent } from '../intent-discovery/index.ts'
import { DealChain } from '../negotiation/deal-chain.ts'
import type { HandledOffers } from '../negotiation/handled-offers.ts'
import { OfferInspector } from '../negotiation/inspection.ts'
import type { Channels, Inbound } from '../negotiation/protocol.ts'
import { releaseFor } from '../negotiation/seller-side.ts'
import type { Solvency } from '../negotiation/solvency.ts'
import { tell } from '../negotiation/tell.ts'
import type { NetworkRules } from '../network-rules.ts'
import { type GuestOffer, HeldOffers } from './held-offers.ts'
import { type Line, Lines } from './lines.ts'
import { GuestMessages } from './messages.ts'
import { Openings } from './openings.ts'
import { Purchases } from './purchases.ts'
import { Sales } from './sales.ts'
import { type Transaction, transactionsOf } from './transactions.ts'
import { Upkeep } from './upkeep.ts'

export interface GuestsComponents {
  identity: Identity
  deployment: Deployment
  /** EIP-712 domains of the escrow and of what stays off-chain. */
  domains: { escrow: Domain; mesh: Domain }
  chain: ChainClient
  wallet: Wallet
  bindings: Bindings
  channels: Channels
  intents: Pick<IntentDiscovery, 'carry' | 'open'>
  /** What guests buy, and what they sell; not this agent's own. */
  deals: Deals
  sales: Deals
  handled: HandledOffers
  solvency: Solvency
  rules: NetworkRules
  feeBps: bigint
  /** Where this agent listens: multiaddrs without peer id. */
  endpoints: () => string[]
  /** Hears of faults that end nothing. */
  report: (error: unknown) => void
}

/** The guest's signature under the agreement, and how it pays. */
export interface Accepted {
  signature: Hex
  funding: Funding
}

/**
 * Trades for agents that have a key and no node, as a program has that speaks HTTP: spreads the intents that they signed, holds
 * the offers that come, opens on chain what they accept, at this agent's cost of gas, and hands deliveries and releases over.
 * What they sell is in `sales`.
 * Nothing is done in a guest's name that it has not signed, and its money is never here.
 */
export class Guests {
  readonly #components: GuestsComponents
  readonly #onChain: DealChain
  readonly #messages: GuestMessages
  readonly #upkeep: Upkeep
  readonly #openings: Openings
  readonly #held = new HeldOffers()
  readonly #lines: Lines
  /** What guests offer to others' intents. */
  readonly sales: Sales
  readonly #opening = new Map<Hex, Promise<Deal>>()
  readonly #events = new EventEmitter<{ offer: [GuestOffer] }>()

  constructor(components: GuestsComponents) {
    this.#components = components
    const { deals, identity, channels } = components
    this.#onChain = new DealChain(components)
    this.#openings = new Openings(deals)
    this.#lines = new Lines(identity.peerId, channels, (line, inbound) => this.#hearWithin(line, inbound))
    const selling = new DealChain({ ...components, deals: components.sales })
    const parts = { ...components, held: this.#held, lines: this.#lines, openings: this.#openings }
    this.sales = new Sales({ ...parts, endpoints: () => this.endpoints }, components.sales, selling)
    this.#messages = new GuestMessages({
      ...{ ...parts, onChain: this.#onChain, sales: { deals: components.sales, onChain: selling } },
      inspector: new OfferInspector(components),
      onOffer: (held: GuestOffer) => void this.#events.emit('offer', held),
    })
    this.#upkeep = new Upkeep(parts, [new Purchases(deals, this.#onChain), this.sales])
  }

  start(): void {
    this.#upkeep.start()
  }

  stop(): void {
    this.#upkeep.stop()
  }

  /** Whether a message is about a guest, and not about this agent's own deals. */
  concerns(message: NegotiationMessage): boolean {
    return this.#messages.concerns(message)
  }

  /** Handles a message that concerns a guest. */
  hear(line: Line, inbound: Inbound): Promise<void> {
    return this.#messages.hear(line, inbound)
  }

  /** Handles what one guest says to another. */
  async #hearWithin(line: Line, inbound: Inbound): Promise<void> {
    const { message } = inbound
    if (this.concerns(message)) return this.hear(line, inbound)
    if (message.type !== 'proposal') return
    const subject = hashAgreement(this.#components.domains.escrow, message.offer.agreement)
    line.send({ type: 'decline', subject, reason: 'expired', detail: '' }, inbound.id)
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
    // Before it is spread: one that is not held could be spread no second time.
    this.#held.roomFor(signed.value.expiry, await chain.now())
    const intent = await intents.carry(signed)
    this.#held.addIntent(intent, await chain.now())
    return intent
  }

  /** Calls `fn` with each offer to a guest. @returns a function that ends it */
  onOffer(fn: (offer: GuestOffer) => void): () => void {
    this.#events.on('offer', fn)
    return () => this.#events.off('offer', fn)
  }

  /** How many intents and offers of guests it holds. */
  get held(): { intents: number; offers: number } {
    return this.#held.counts
  }

  /** An offer that its guest can accept. @throws RefusedError `OFFER_UNKNOWN` when it expired or was taken back */
  offered(id: Hex): GuestOffer {
    const held = this.#held.get(id)
    if (held === undefined) throw unknownOffer(id)
    return held
  }

  /**
   * Takes back an intent of a guest's, so that no offer to it can be accepted, or an offer that a guest made.
   *
   * @param subject hash of the intent, or id of the offer
   * @returns the deal when an offer had been accepted before
   * @throws RefusedError `DEAL_UNKNOWN` when there is neither; SignatureError; as `Sales.withdraw`
   */
  async withdraw(subject: Hex, signature: Hex): Promise<Deal | undefined> {
    const intent = this.#held.intent(subject)
    if (intent === undefined) {
      const sale = await this.sales.withdraw(subject, signature)
      return sale.state === 'offered' ? undefined : sale
    }
    const { domains } = this.#components
    verifyDigest(hashWithdrawal(domains.mesh, { subject }), signature, intent.value.agent)
    this.#held.deleteIntent(subject)
    return undefined
  }

  /** A purchase or a sale of a guest, undefined when there is none or it came to nothing. */
  deal(id: Hex): Deal | undefined {
    return this.#components.deals.get(id) ?? this.#components.sales.get(id)
  }

  /** What the guest can do about that deal by a transaction of its own. */
  transactions(deal: Deal): Transaction[] {
    return transactionsOf(this.#components.deployment.contracts.intentEscrow, deal)
  }

  /**
   * Opens on chain what a guest accepts. The same asked again finds the deal.
   *
   * @param id the agreement's
   * @throws RefusedError `OFFER_UNKNOWN` when it expired or was taken back, `OPENINGS_EXCEEDED`, `BALANCE_TOO_LOW`;
   *   SignatureError; ChainError when the chain refuses
   */
  accept(id: Hex, accepted: Accepted): Promise<Deal> {
    const opening = this.#opening.get(id) ?? this.#accept(id, accepted)
    this.#opening.set(id, opening)
    return opening.finally(() => this.#opening.delete(id))
  }

  async #accept(id: Hex, { signature, funding }: Accepted): Promise<Deal> {
    const { deals, solvency } = this.#components
    const known = deals.get(id)
    if (known !== undefined && isOpen(known)) return known
    const { agreement } = this.offered(id).offer
    verifyDigest(id, signature, agreement.buyer)
    await solvency.checkPayment(agreement, funding.kind, true)
    // It may have been taken back meanwhile; from here to the entry nothing is awaited.
    const { offer, peer, endpoints } = this.offered(id)
    const { conditions, terms } = offer
    const signatures = { buyer: signature, seller: offer.signature }
    const parties = { role: 'buyer' as const, peer: peer.toString(), endpoints: [...endpoints] }
    const entry = { ...parties, id, agreement, conditions, terms, signatures, funding, gasUsed: 0n }
    const { deal: opened, transaction } = await this.#openings.open(agreement.buyer, async () => {
      const deal = await deals.begin({ ...entry, state: 'signed' })
      return this.#onChain.open({ ...deal, funding }, signatures)
    })
    this.#held.delete(id)
    const { report } = this.#components
    await tell({ channels: this.#lines, report }, opened, { type: 'opened', agreementId: id, transaction })
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

  /** What a guest signs instead where its wallet knows no authorizations (EIP-2612). @throws as `authorizationFor` */
  async permitFor(id: Hex): Promise<Awaited<ReturnType<typeof permitTypedData>>> {
    const { chain, deployment } = this.#components
    return permitTypedData(chain.client, this.offered(id).offer.agreement, deployment.contracts.treasury)
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
}

function unknownOffer(id: Hex): RefusedError {
  return new RefusedError('OFFER_UNKNOWN', 'There is no such offer that can be accepted.', {
    field: 'offer',
    received: id,
    remedy: 'It may have expired: look at the offers that are there now.',
  })
}
