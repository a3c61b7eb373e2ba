import { zeroAddress } from 'viem'
import { type Domain, hashDelivery, hashRelease, ZERO_HASH } from '../../../protocol/eip712.ts'
import { verifyDigest } from '../../../protocol/signature.ts'
import type { Delivery, Signed } from '../../../protocol/types.ts'
import type { Identity } from '../../network/identity.ts'
import { type Deal, isOpen, outcomeOf } from '../../policy/deal.ts'
import type { Deals } from '../../policy/deals.ts'
import { DECISION_TIMEOUT } from './constants.ts'
import type { DealChain, Sent } from './deal-chain.ts'
import type { Channel } from './protocol.ts'
import { releaseFor } from './seller-side.ts'
import { disputeFrom, windowEnd } from './timing.ts'
import { Verdicts } from './verdicts.ts'

/**
 * Decides whether a delivery fulfils a deal: the buyer's own meter, as it were. It has six seconds; one that fails or takes
 * longer has refused, and `onError` hears why.
 *
 * @example network.onDelivery(async ({ terms }, { quantity }) => (await meter.read(terms)) >= quantity)
 */
export type DeliveryHandler = (deal: Deal, delivery: Delivery) => boolean | Promise<boolean>

/**
 * Decides whether a delivery that was reported on chain, and refused, is contested. It has six seconds; where it fails or
 * takes longer, what counts is contested, as without a handler, and `onError` hears why.
 */
export type DisputeHandler = (deal: Deal, delivery: Delivery) => boolean | Promise<boolean>

/** Contests where that changes something: an arbitrator rules, or the split leaves the buyer a part. */
const contestWhereItCounts = ({ conditions }: Deal): boolean =>
  conditions.arbitrator !== zeroAddress || conditions.splitBps < 10_000n

/** A buyer's part after the second signature: it releases what it received, and contests what it did not. */
export class BuyerSide {
  readonly #components: {
    identity: Identity
    domains: { escrow: Domain; mesh: Domain }
    deals: Deals
    onChain: DealChain
  }
  readonly #verdicts: Verdicts
  /** Without another, a delivery of at least the agreed quantity counts. */
  onDelivery: DeliveryHandler = (deal, delivery) => delivery.quantity >= deal.agreement.quantity
  onDispute: DisputeHandler = contestWhereItCounts

  constructor(components: {
    identity: Identity
    domains: { escrow: Domain; mesh: Domain }
    deals: Deals
    onChain: DealChain
    /** Hears of handlers that fail. */
    report: (error: unknown) => void
  }) {
    this.#components = components
    this.#verdicts = new Verdicts(components.report)
  }

  /** Answers a delivery that the seller tells of: with the release, or by declining. */
  async answer(channel: Channel, replyTo: bigint, deal: Deal, delivery: Signed<Delivery>): Promise<void> {
    const { identity, deals, domains, onChain } = this.#components
    const decline = (detail: string) =>
      channel.send({ type: 'decline', subject: deal.id, reason: 'invalid', detail }, replyTo)
    verifyDigest(hashDelivery(domains.mesh, delivery.value), delivery.signature, deal.agreement.seller)
    const isAgreed = deal.state === 'signed' || deal.state === 'offered'
    const before = isAgreed ? await onChain.reconcile(deal) : deal
    const value = releaseFor(domains.mesh, deal, delivery.value)
    const isFulfilled =
      before.release === undefined &&
      canRelease(before) &&
      outcomeOf(deal, value.quantity).paid > 0n &&
      (await this.#fulfils('told', before, delivery.value, DECISION_TIMEOUT))
    // A handler takes its time.
    const current = deals.get(deal.id) ?? before
    if (!canRelease(current)) {
      decline(`the deal is ${current.state}`)
      return
    }
    // Once released, the same evidence gets the same answer and no other evidence gets any.
    const { release } = current
    const isAccepted = release === undefined ? isFulfilled : release.value.evidence === value.evidence
    if (!isAccepted) {
      decline('the delivery does not fulfil the deal')
      return
    }
    const signature = identity.sign(hashRelease(domains.escrow, value))
    if (release === undefined) {
      await deals.change(deal.id, { state: 'released', delivery, release: { value, signature } })
    }
    channel.send({ type: 'released', release: value, signature }, replyTo)
  }

  /** What is to be done about a delivery that was reported on chain; undefined when nothing is yet. */
  async advance(deal: Deal, now: bigint): Promise<Sent | undefined> {
    const { deals, onChain } = this.#components
    const { report, agreement } = deal
    if (report === undefined) return undefined
    // The seller claims for itself; of what was reported short, the buyer gets the rest back.
    if (now > windowEnd(deal)) return report.quantity < agreement.quantity ? onChain.claim(deal) : undefined
    if (now < disputeFrom(deal)) return undefined
    // What the chain has is the hash of the seller's whole statement, so of its evidence nothing is known.
    const delivery = { agreement: deal.id, ...report, evidence: ZERO_HASH }
    // Whatever its handlers do, there is time left to contest.
    const time = Math.min(DECISION_TIMEOUT, (Number(windowEnd(deal) - now) * 1000) / 4)
    if (await this.#fulfils('reported', deal, delivery, time)) return undefined
    const said = await this.#verdicts.ask('onDispute', deal.id, time, () => this.onDispute(deal, delivery))
    // The seller may have asked once more meanwhile, and been given a release.
    const isOpenStill = (deals.get(deal.id) ?? deal).state === 'reported'
    return isOpenStill && (said ?? contestWhereItCounts(deal)) ? onChain.dispute(deal) : undefined
  }

  /** How many answers of a service have come, this agent has counted itself. */
  async #fulfils(step: string, deal: Deal, delivery: Delivery, time: number): Promise<boolean> {
    if (deal.tab !== undefined) return delivery.quantity <= deal.tab.answers
    const question = `${step} ${deal.id}`
    const said = await this.#verdicts.ask('onDelivery', question, time, () => this.onDelivery(deal, delivery))
    return said ?? false
  }
}

/** Whether a buyer may still sign that it received what it pays for. */
function canRelease(deal: Deal): boolean {
  return deal.role === 'buyer' && isOpen(deal) && deal.state !== 'disputed'
}
