import type { Domain } from '../../../protocol/eip712.ts'
import { hashAgreement, hashDelivery, hashEvidence, hashWithdrawal } from '../../../protocol/eip712.ts'
import { RefusedError } from '../../../protocol/errors.ts'
import { verifyDigest } from '../../../protocol/signature.ts'
import type { Address, Delivery, Evidence, Hex, Offer, Signed } from '../../../protocol/types.ts'
import type { NegotiationMessage } from '../../../protocol/wire/frames.ts'
import type { Bindings } from '../../chain/bindings.ts'
import type { ChainClient } from '../../chain/client.ts'
import { domainOf } from '../../network/names.ts'
import { type Deal, hasEnded, isOpen } from '../../policy/deal.ts'
import type { Deals } from '../../policy/deals.ts'
import { policyFor, policyOf } from '../../policy/limits.ts'
import type { IntentDiscovery, ReceivedIntent } from '../intent-discovery/index.ts'
import { checkForBuyer, checkOffer } from '../negotiation/check-offer.ts'
import type { DealChain, Sent } from '../negotiation/deal-chain.ts'
import { checkOwnOffers } from '../negotiation/live-offers.ts'
import { isPast } from '../negotiation/machine/commitment.ts'
import { buildOffer, type Negotiated, type Proposal } from '../negotiation/offers.ts'
import { OneAtATime } from '../negotiation/one-at-a-time.ts'
import { peerOf } from '../negotiation/party.ts'
import { checkWorth, reportFor, SellerSide } from '../negotiation/seller-side.ts'
import { randomNonce } from '../negotiation/signer.ts'
import type { Solvency } from '../negotiation/solvency.ts'
import { tell } from '../negotiation/tell.ts'
import { refundFrom, reportFrom, windowEnd } from '../negotiation/timing.ts'
import type { NetworkRules } from '../network-rules.ts'
import {
  MAX_ASKED,
  MAX_LIVE_DEALS,
  MAX_LIVE_DEALS_PER_GUEST,
  MAX_LIVE_OFFERS_PER_GUEST,
  OFFER_LIFE,
} from './constants.ts'
import type { Line, Lines } from './lines.ts'
import type { Openings } from './openings.ts'
import { checkLife, checkSubject, declined, notOpen, unregistered } from './sale-refusals.ts'
import type { Book } from './upkeep.ts'

/** What a guest offers, without its signature. Its id is what is signed. */
export type Draft = Pick<Offer, 'agreement' | 'conditions' | 'terms'> & { id: Hex }

/** A guest's word on what it delivered. */
export interface Statement {
  delivery: Signed<Delivery>
  /** Signature under the report that follows from it (`hashEvidence`), for a buyer that does not answer. */
  report: Hex
}

export interface SalesComponents {
  domains: { escrow: Domain; mesh: Domain }
  deployment: { contracts: { testDollar: Address } }
  chain: ChainClient
  bindings: Bindings
  lines: Lines
  intents: Pick<IntentDiscovery, 'open'>
  rules: NetworkRules
  solvency: Solvency
  feeBps: bigint
  openings: Openings
  /** Where offers say that they come from: this carrier. */
  endpoints: () => string[]
  report: (error: unknown) => void
}

/**
 * Sells for agents that have a key and no node: takes their signed offers to the buyers, opens on chain what those accept, hands
 * the guest's word on its delivery over, and settles. The stake behind an offer is the guest's own.
 */
export class Sales implements Book {
  readonly deals: Deals
  readonly #components: SalesComponents
  readonly #onChain: DealChain
  readonly #seller: SellerSide
  readonly #policy = policyOf()
  readonly #busy = new OneAtATime()
  #asked = 0
  readonly #offering = new Map<Hex, Promise<Deal>>()
  /** What buyers said to offers that bind still. */
  readonly #declined = new Map<Hex, RefusedError>()

  constructor(components: SalesComponents, deals: Deals, onChain: DealChain) {
    this.#components = components
    this.deals = deals
    this.#onChain = onChain
    const policy = this.#policy
    this.#seller = new SellerSide({ ...components, channels: components.lines, deals, policy, onChain })
    deals.onChange(({ id, state }) => {
      if (state !== 'offered') this.#declined.delete(id)
    })
  }

  /**
   * What a guest signs to sell to somebody's intent: its digest is `id`.
   *
   * @param duration seconds from the end of the delivery until what was not delivered can be refunded
   * @throws RefusedError `INTENT_UNKNOWN`, or what does not fit it; ChainError when the chain does not answer
   */
  async draft(seller: Address, intentHash: Hex, proposal: Proposal, duration: bigint): Promise<Draft> {
    const { domains, chain } = this.#components
    const negotiated = await this.#negotiated(this.#intent(intentHash), seller)
    const now = await chain.now()
    const step = { now, duration, nonce: randomNonce() }
    const offer = buildOffer(negotiated, proposal, step, undefined)
    const unsigned = { ...offer, signature: '0x', funding: { kind: 'balance' } } as const
    checkOffer(negotiated, unsigned, undefined, now)
    return { ...offer, id: hashAgreement(domains.escrow, offer.agreement) }
  }

  /**
   * Takes an offer that a guest signed to the maker of the intent, and waits for the answer. The same offer is taken there once.
   *
   * @returns the deal: `opened`; `offered` while there is no answer. The chain is watched until the offer expires, also when the
   *   buyer declines: its word does not keep it from opening the deal
   * @throws RefusedError `OFFER_DECLINED`, `INTENT_UNKNOWN`, `SELLER_UNREGISTERED`, `STAKE_TOO_LOW`, `TOO_MANY_OFFERS`,
   *   `OPENINGS_EXCEEDED`, `PEER_UNREACHABLE`, or what does not fit the intent; SignatureError; ChainError
   */
  async offer(signed: Omit<Offer, 'funding'>): Promise<Deal> {
    const id = hashAgreement(this.#components.domains.escrow, signed.agreement)
    verifyDigest(id, signed.signature, signed.agreement.seller)
    const declined = this.#declined.get(id)
    if (declined !== undefined) throw declined
    // A buyer holds it against the carrier when it is made the same offer twice.
    const offering = this.#offering.get(id) ?? this.#offer(id, signed)
    this.#offering.set(id, offering)
    return offering.finally(() => this.#offering.delete(id))
  }

  async #offer(id: Hex, { agreement, conditions, terms, signature }: Omit<Offer, 'funding'>): Promise<Deal> {
    const { rules, chain, solvency, lines } = this.#components
    const known = this.deals.get(id)
    if (known !== undefined) return known
    const intent = this.#intent(agreement.intentHash)
    const domain = domainOf(intent.value.capability)
    rules.checkEscrow()
    await rules.admit(agreement.seller, domain)
    await rules.admit(intent.value.agent, domain)
    const offer = { agreement, conditions, terms, signature, funding: { kind: 'balance' } } as const
    const negotiated = await this.#negotiated(intent, agreement.seller)
    if (agreement.agentId === 0n) throw unregistered(agreement.seller)
    const now = await chain.now()
    checkOffer(negotiated, offer, undefined, now)
    checkForBuyer(negotiated, agreement)
    checkLife(agreement.expiry, now)
    await solvency.checkStake(agreement, agreement.exposure)
    const { peerId, value } = intent
    const line = await lines.toNew(peerId, value.endpoints)
    // With nothing awaited between the check and the entry, two offers cannot both pass for the same room.
    this.#checkRoom(agreement.seller)
    const parties = { role: 'seller' as const, peer: peerId.toString(), endpoints: [...value.endpoints] }
    const entry = { ...parties, id, ...offer, signatures: { seller: signature }, gasUsed: 0n }
    const { signature: _, ...deal } = { ...entry, state: 'offered' as const }
    await this.deals.begin(deal)
    return this.#propose(line, deal, offer)
  }

  /**
   * Asks the maker of the intent to accept an offer no more; it may have accepted it already.
   *
   * @returns the deal: `offered` when it was taken back, though nothing but its expiry binds a dishonest buyer
   * @throws SignatureError; RefusedError `DEAL_UNKNOWN`, or when the buyer does not answer
   */
  async withdraw(id: Hex, signature: Hex): Promise<Deal> {
    const { domains, lines } = this.#components
    const deal = this.#require(id)
    verifyDigest(hashWithdrawal(domains.mesh, { subject: id }), signature, deal.agreement.seller)
    if (deal.state !== 'offered' || this.#declined.has(id)) return deal
    const line = await lines.to(peerOf(deal), deal.endpoints)
    const { message } = await line.request({ type: 'withdrawal', agreementId: id })
    if (message.type === 'acceptance') return this.#accepted(deal, message)
    if (message.type === 'decline') this.#onDeclined(id, message)
    return this.deals.get(id) ?? deal
  }

  /** A guest's sale. @throws RefusedError `DEAL_UNKNOWN` */
  sale(id: Hex): Deal {
    return this.#require(id)
  }

  /** What a guest signs of what it delivered. @throws RefusedError `DEAL_UNKNOWN`, `DELIVERY_EMPTY`; ChainError */
  async statement(
    id: Hex,
    quantity: bigint,
    evidence: Hex,
  ): Promise<{ delivery: Delivery; report: Evidence }> {
    const { domains, chain } = this.#components
    const deal = this.#require(id)
    checkWorth(deal, quantity)
    const delivery = { agreement: id, quantity, deliveredAt: await chain.now(), evidence }
    return { delivery, report: reportFor(domains.mesh, deal, delivery) }
  }

  /**
   * Hands a guest's word on its delivery over, and settles with the buyer's release. A delivery that is short is reported on
   * chain at once: the last payment of less than the whole nobody but the seller itself may take.
   *
   * @returns the deal: settled; or delivered or reported, and the carrier goes on with it
   * @throws SignatureError; RefusedError `DEAL_UNKNOWN`, `DEAL_NOT_OPEN`, `DELIVERY_EMPTY`
   */
  async deliver(id: Hex, { delivery, report }: Statement): Promise<Deal> {
    const { domains, chain } = this.#components
    const deal = this.#require(id)
    const { seller } = deal.agreement
    checkSubject(id, delivery.value.agreement)
    checkWorth(deal, delivery.value.quantity)
    verifyDigest(hashDelivery(domains.mesh, delivery.value), delivery.signature, seller)
    verifyDigest(hashEvidence(domains.escrow, reportFor(domains.mesh, deal, delivery.value)), report, seller)
    if (deal.delivery !== undefined || hasEnded(deal)) return deal
    if (!isOpen(deal)) throw notOpen(deal)
    const delivered = await this.deals.change(id, { state: 'delivered', delivery, reportSignature: report })
    try {
      const now = await chain.now()
      await this.#busy.idle(id)
      const isToAsk = await this.#busy.run(id, () => this.#advance(delivered, now))
      if (isToAsk) await this.#conclude(id)
    } catch (error) {
      this.#components.report(error)
    }
    return this.#require(id)
  }

  /** The next step of a sale. What waits for the buyer is not waited for. */
  async advance(deal: Deal, now: bigint): Promise<void> {
    if (this.#busy.has(deal.id)) return
    const isToAsk = await this.#busy.run(deal.id, () => this.#advance(deal, now))
    if (!isToAsk || this.#asked >= MAX_ASKED) return
    this.#asked++
    this.#conclude(deal.id)
      .catch(this.#components.report)
      .finally(() => {
        this.#asked--
      })
  }

  /** Does what the chain has to be told. @returns whether the buyer is to be asked for its release */
  async #advance(deal: Deal, now: bigint): Promise<boolean> {
    const current = await this.#onChain.reconcile(deal)
    const { state, agreement } = current
    if (hasEnded(current)) return false
    if (state === 'offered' || state === 'signed') {
      if (isPast(agreement.expiry, now)) await this.deals.change(deal.id, { state: 'void' })
      else if (state === 'signed') await this.#open(current)
      return false
    }
    const step = this.#step(current, now)
    if (step === 'ask') return true
    const sent = await step
    if (sent !== undefined) await this.#tellEnd(sent)
    return false
  }

  /** The next step of a sale with money in escrow; undefined when there is none yet. */
  #step(deal: Deal, now: bigint): Promise<Sent | undefined> | 'ask' | undefined {
    const { state, agreement, conditions, delivery, release } = deal
    const onChain = this.#onChain
    if (state === 'disputed') return onChain.resolve(deal, now)
    // Who has the buyer's signature is paid by it, also after the deadline.
    if (release !== undefined) return this.#seller.settle(deal, release)
    if (state === 'reported' && now > windowEnd(deal)) return onChain.claim(deal)
    if (now >= refundFrom(deal) && state !== 'reported') return onChain.refund(deal)
    if (delivery === undefined) return undefined
    const isWhole = delivery.value.quantity >= agreement.quantity
    if (state === 'reported') return isWhole ? 'ask' : undefined
    const isInTime = now <= agreement.deadline
    const from = isWhole ? reportFrom(deal, this.#policy.reportMargin) : conditions.start
    if (isInTime && now >= from) {
      return onChain.report(deal, reportFor(this.#components.domains.mesh, deal, delivery.value))
    }
    return isWhole ? 'ask' : undefined
  }

  /** Asks the buyer for its release, and settles with it. */
  async #conclude(id: Hex): Promise<void> {
    await this.#busy.idle(id)
    const deal = this.#require(id)
    if (hasEnded(deal)) return
    await this.#busy.run(id, async () => this.#tellEnd(await this.#seller.conclude(deal)))
  }

  async #tellEnd({ deal, transaction }: Sent): Promise<void> {
    if (!hasEnded(deal)) return
    await this.#tell(deal, { type: 'settled', agreementId: deal.id, transaction })
  }

  #tell(deal: Deal, message: NegotiationMessage): Promise<void> {
    const { lines: channels, report } = this.#components
    return tell({ channels, report }, deal, message)
  }

  async #propose(line: Line, deal: Deal, offer: Offer): Promise<Deal> {
    const { report, endpoints } = this.#components
    let message: NegotiationMessage
    try {
      ;({ message } = await line.request({ type: 'proposal', offer, endpoints: endpoints() }))
    } catch (error) {
      // It may have arrived: the chain tells.
      report(error)
      return this.#require(deal.id)
    }
    if (message.type === 'acceptance') return this.#accepted(deal, message)
    if (message.type === 'decline' && message.subject === deal.id && message.reason !== 'replayed') {
      throw this.#onDeclined(deal.id, message)
    }
    return this.#require(deal.id)
  }

  /** It binds still: what the buyer says keeps it from nothing. */
  #onDeclined(id: Hex, { reason, detail }: Extract<NegotiationMessage, { type: 'decline' }>): RefusedError {
    const refused = declined(reason, detail)
    if (this.#require(id).state === 'offered') this.#declined.set(id, refused)
    return refused
  }

  async #accepted(
    deal: Deal,
    { agreementId, signature, funding }: Extract<NegotiationMessage, { type: 'acceptance' }>,
  ): Promise<Deal> {
    checkSubject(deal.id, agreementId)
    verifyDigest(deal.id, signature, deal.agreement.buyer)
    const known = this.#require(deal.id)
    if (known.state !== 'offered') return known
    const signatures = { ...known.signatures, buyer: signature }
    await this.deals.change(deal.id, { state: 'signed', signatures, funding })
    await this.#busy.idle(deal.id)
    const signed = this.#require(deal.id)
    return signed.state === 'signed' ? this.#busy.run(deal.id, () => this.#open(signed)) : signed
  }

  async #open(deal: Deal): Promise<Deal> {
    const { openings } = this.#components
    const { buyer, seller } = deal.signatures
    if (buyer === undefined || seller === undefined) return deal
    const { deal: opened, transaction } = await openings.open(deal.agreement.seller, () =>
      this.#onChain.open(deal, { buyer, seller }),
    )
    await this.#tell(opened, { type: 'opened', agreementId: deal.id, transaction })
    return opened
  }

  #intent(hash: Hex): ReceivedIntent {
    const intent = this.#components.intents.open().find((each) => each.hash === hash)
    if (intent !== undefined && intent.value.side === 'buy') return intent
    throw new RefusedError('INTENT_UNKNOWN', 'There is no such intent to buy that can be answered.', {
      field: 'intent',
      received: intent === undefined ? hash : 'an intent to sell',
      remedy: 'It may have expired: look at the intents that are there now, `GET /v1/intents?side=buy`.',
    })
  }

  async #negotiated(intent: ReceivedIntent, seller: Address): Promise<Negotiated> {
    const { deployment, feeBps, bindings } = this.#components
    const policy = { ...policyFor(policyOf(), domainOf(intent.value.capability)), offerLife: OFFER_LIFE }
    const common = { intent, offerer: seller, feeBps, policy, token: deployment.contracts.testDollar }
    return { ...common, seller: await bindings.of(seller) }
  }

  #checkRoom(seller: Address): void {
    const live = this.deals.live()
    const { maxLiveOffers } = this.#components.rules.parameters.spam
    const most = Math.min(Number(maxLiveOffers), MAX_LIVE_OFFERS_PER_GUEST)
    const own = live.filter((deal) => deal.agreement.seller === seller)
    checkOwnOffers(own, '', { most, mostPerPeer: most })
    if (own.length < MAX_LIVE_DEALS_PER_GUEST && live.length < MAX_LIVE_DEALS) return
    throw new RefusedError('CARRIER_FULL', 'A carrier has no room for more.', {
      field: 'sales',
      expected: `at most ${MAX_LIVE_DEALS} that have not ended, ${MAX_LIVE_DEALS_PER_GUEST} of them of one guest`,
      remedy: 'Try again when some have ended, or go through another carrier.',
    })
  }

  #require(id: Hex): Deal {
    const deal = this.deals.get(id)
    if (deal !== undefined) return deal
    throw new RefusedError('DEAL_UNKNOWN', 'There is no such sale here.', {
      field: 'id',
      received: id,
      remedy: 'Take the id that was answered to the offer; the carrier has to be the same.',
    })
  }
}
