import { zeroAddress } from 'viem'
import { type Domain, hashDelivery, hashRelease } from '../../../protocol/eip712.ts'
import { verifyDigest } from '../../../protocol/signature.ts'
import type { Delivery, Signed } from '../../../protocol/types.ts'
import type { Identity } from '../../network/identity.ts'
import { type Deal, isOpen, outcomeOf } from '../../policy/deal.ts'
import type { Deals } from '../../policy/deals.ts'
import type { DealChain, Sent } from './deal-chain.ts'
import type { Channel } from './protocol.ts'
import { releaseFor } from './seller-side.ts'
import { disputeFrom, windowEnd } from './timing.ts'
import { answerOf } from './verdicts.ts'

/** Decides whether a delivery fulfils a deal: the buyer's own meter, as it were. */
export type DeliveryHandler = (deal: Deal, delivery: Delivery) => boolean

/** Decides whether a delivery that was reported on chain, and refused, is contested. */
export type DisputeHandler = (deal: Deal, delivery: Delivery) => boolean

/** Contests where that changes something: an arbitrator rules, or the split leaves the buyer a part. */
const contestWhereItCounts: DisputeHandler = ({ conditions }) =>
  conditions.arbitrator !== zeroAddress || conditions.splitBps < 10_000n

/** A buyer's part after the second signature: it releases what it received, and contests what it did not. */
export class BuyerSide {
  readonly #components: {
    identity: Identity
    domains: { escrow: Domain; mesh: Domain }
    deals: Deals
    onChain: DealChain
  }
  /** Without another, a delivery of at least the agreed quantity counts. */
  onDelivery: DeliveryHandler = (deal, delivery) => delivery.quantity >= deal.agreement.quantity
  onDispute: DisputeHandler = contestWhereItCounts

  constructor(components: {
    identity: Identity
    domains: { escrow: Domain; mesh: Domain }
    deals: Deals
    onChain: DealChain
  }) {
    this.#components = components
  }

  /** Answers a delivery that the seller tells of: with the release, or by declining. */
  async answer(channel: Channel, replyTo: bigint, deal: Deal, delivery: Signed<Delivery>): Promise<void> {
    const { identity, deals, domains, onChain } = this.#components
    const decline = (detail: string) =>
      channel.send({ type: 'decline', subject: deal.id, reason: 'invalid', detail }, replyTo)
    verifyDigest(hashDelivery(domains.mesh, delivery.value), delivery.signature, deal.agreement.seller)
    const isAgreed = deal.state === 'signed' || deal.state === 'offered'
    const current = isAgreed ? await onChain.reconcile(deal) : deal
    if (deal.role !== 'buyer' || !isOpen(current) || current.state === 'disputed') {
      decline(`the deal is ${current.state}`)
      return
    }
    // Once released, the same evidence gets the same answer and no other evidence gets any.
    const value = releaseFor(domains.mesh, deal, delivery.value)
    const { release } = current
    const isAccepted =
      release === undefined
        ? outcomeOf(deal, value.quantity).paid > 0n && this.#fulfils(current, delivery.value)
        : release.value.evidence === value.evidence
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
    const { onChain } = this.#components
    const { report, agreement } = deal
    if (report === undefined) return undefined
    // The seller claims for itself; of what was reported short, the buyer gets the rest back.
    if (now > windowEnd(deal)) return report.quantity < agreement.quantity ? onChain.claim(deal) : undefined
    if (now < disputeFrom(deal)) return undefined
    const delivery = { agreement: deal.id, ...report }
    const isContested =
      !this.#fulfils(deal, delivery) && answerOf('onDispute', this.onDispute(deal, delivery))
    return isContested ? onChain.dispute(deal) : undefined
  }

  /** How many answers of a service have come, this agent has counted itself. */
  #fulfils(deal: Deal, delivery: Delivery): boolean {
    return deal.tab === undefined
      ? answerOf('onDelivery', this.onDelivery(deal, delivery))
      : delivery.quantity <= deal.tab.answers
  }
}
