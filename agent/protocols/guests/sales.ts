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
import { peerOf } from '../negotiation/party.ts'
import { checkWorth, reportFor, SellerSide } from '../negotiation/seller-side.ts'
import { randomNonce } from '../negotiation/signer.ts'
import type { Solvency } from '../negotiation/solvency.ts'
import { tell } from '../negotiation/tell.ts'
import { refundFrom, windowEnd } from '../negotiation/timing.ts'
import type { NetworkRules } from '../network-rules.ts'
import { MAX_LIVE_DEALS, OFFER_LIFE } from './constants.ts'
import type { Line, Lines } from './lines.ts'
import type { Openings } from './openings.ts'
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

  constructor(components: SalesComponents, deals: Deals, onChain: DealChain) {
    this.#components = components
    this.deals = deals
    this.#onChain = onChain
    const policy = policyOf()
    this.#seller = new SellerSide({ ...components, channels: components.lines, deals, policy, onChain })
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
   * @returns the deal: `opened`; `offered` while there is no answer, for which the chain is watched until the offer expires
   * @throws RefusedError `OFFER_DECLINED`, `INTENT_UNKNOWN`, `SELLER_UNREGISTERED`, `STAKE_TOO_LOW`, `TOO_MANY_OFFERS`,
   *   `OPENINGS_EXCEEDED`, `PEER_UNREACHABLE`, or what does not fit the intent; SignatureError; ChainError
   */
  async offer({ agreement, conditions, terms, signature }: Omit<Offer, 'funding'>): Promise<Deal> {
    const { domains, rules, chain, solvency, lines } = this.#components
    const id = hashAgreement(domains.escrow, agreement)
    verifyDigest(id, signature, agreement.seller)
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
    checkOffer(negotiated, offer, undefined, await chain.now())
    checkForBuyer(negotiated, agreement)
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
    if (deal.state !== 'offered') return deal
    const line = await lines.to(peerOf(deal), deal.endpoints)
    const { message } = await line.request({ type: 'withdrawal', agreementId: id })
    return message.type === 'acceptance' ? this.#accepted(deal, message) : deal
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
    await this.advance(delivered, await chain.now()).catch(this.#components.report)
    return this.#require(id)
  }

  /** The next step of a sale. */
  async advance(deal: Deal, now: bigint): Promise<void> {
    const current = await this.#onChain.reconcile(deal)
    const { state, agreement } = current
    if (hasEnded(current)) return
    if (state === 'offered' || state === 'signed') {
      if (isPast(agreement.expiry, now)) await this.deals.change(deal.id, { state: 'void' })
      else if (state === 'signed') await this.#open(current)
      return
    }
    const sent = await this.#step(current, now)
    if (sent !== undefined && hasEnded(sent.deal)) {
      await this.#tell(sent.deal, { type: 'settled', agreementId: deal.id, transaction: sent.transaction })
    }
  }

  /** The next step of a sale with money in escrow; undefined when there is none yet. */
  async #step(deal: Deal, now: bigint): Promise<Sent | undefined> {
    const { state, agreement, conditions, delivery } = deal
    const onChain = this.#onChain
    if (state === 'disputed') return onChain.resolve(deal, now)
    if (now >= refundFrom(deal) && state !== 'reported') return onChain.refund(deal)
    if (delivery === undefined) return undefined
    if (delivery.value.quantity >= agreement.quantity) return this.#seller.advance(deal, now)
    if (state === 'reported') return now > windowEnd(deal) ? onChain.claim(deal) : undefined
    if (now < conditions.start) return undefined
    return onChain.report(deal, reportFor(this.#components.domains.mesh, deal, delivery.value))
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
      await this.deals.change(deal.id, { state: 'void' })
      throw declined(message.reason, message.detail)
    }
    return this.#require(deal.id)
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
    return this.#open(await this.deals.change(deal.id, { state: 'signed', signatures, funding }))
  }

  async #open(deal: Deal): Promise<Deal> {
    const { openings } = this.#components
    const { buyer, seller } = deal.signatures
    if (buyer === undefined || seller === undefined) return deal
    openings.take(deal.agreement.seller)
    const { deal: opened, transaction } = await this.#onChain.open(deal, { buyer, seller })
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
    const most = Number(this.#components.rules.parameters.spam.maxLiveOffers)
    const own = live.filter((deal) => deal.agreement.seller === seller)
    checkOwnOffers(own, '', { most, mostPerPeer: most })
    if (live.length < MAX_LIVE_DEALS) return
    throw new RefusedError('CARRIER_FULL', 'A carrier has no room for more.', {
      field: 'sales',
      expected: `at most ${MAX_LIVE_DEALS} that have not ended`,
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

function checkSubject(expected: Hex, received: Hex): void {
  if (expected === received) return
  throw new RefusedError('OFFER_MISMATCH', 'What was said is about another agreement.', {
    field: 'agreement',
    expected,
    received,
    remedy: 'Say it of the agreement that it is about.',
  })
}

function unregistered(seller: Address): RefusedError {
  return new RefusedError('SELLER_UNREGISTERED', 'A guest that sells has to be an agent with a stake.', {
    field: 'agreement.seller',
    expected: 'a key that is bound to an agent',
    received: seller,
    remedy: 'Register it, and put up a stake: see the section on selling in docs/api/trading.md.',
  })
}

function notOpen({ state }: Deal): RefusedError {
  return new RefusedError('DEAL_NOT_OPEN', 'What is not open cannot be delivered.', {
    field: 'state',
    expected: 'opened',
    received: state,
    remedy: 'Wait until the buyer has accepted and the deal is open.',
  })
}

function declined(reason: string, detail: string): RefusedError {
  return new RefusedError('OFFER_DECLINED', 'The buyer declines the offer.', {
    field: 'offer',
    received: [reason, detail].filter((text) => text !== '').join(' '),
    remedy: 'Offer another price or less, or answer another intent.',
  })
}
