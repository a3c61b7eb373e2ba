import { getAddress, zeroAddress } from 'viem'
import { hashConditions, hashTerms } from '../../../protocol/eip712.ts'
import {
  type Address,
  type Agreement,
  type Conditions,
  type Hex,
  type Offer,
  paymentOf,
  shareOf,
  type Terms,
} from '../../../protocol/types.ts'
import type { Binding } from '../../chain/actions/identity-registry.ts'
import type { Policy } from '../../policy/limits.ts'
import type { ReceivedIntent } from '../intent-discovery/intent-book.ts'
import type { Proposal } from './machine/conversation.ts'
import { later } from './timing.ts'

export type { Proposal }

/** What a negotiation is about and between whom. */
export interface Negotiated {
  intent: ReceivedIntent
  /** The side that answers the intent. */
  offerer: Address
  token: Address
  feeBps: bigint
  policy: Policy
  /** On whose behalf the seller signs: whose stake answers. */
  seller: Binding
  /** Who pays in the buyer's own offers; the seller's leave it as it is. */
  payer?: Payer
  /** Where the seller's own offers have it paid; its own account where it does not say, and the buyer's leave it as it is. */
  payout?: Address | undefined
}

/** A ledger account that pays, and the key epoch under which another than the buyer's may be used. */
export type Payer = Pick<Agreement, 'payer' | 'buyerEpoch'>

/** An offer without its signature, and its id. */
export interface Answered {
  id: Hex
  offer: Pick<Offer, 'agreement' | 'conditions' | 'terms'>
}

/** Which side of the deal an agent is on. */
export function roleOf({ intent }: Pick<Negotiated, 'intent'>, agent: Address): 'buyer' | 'seller' {
  const isMaker = agent === intent.value.agent
  return (intent.value.side === 'buy') === isMaker ? 'buyer' : 'seller'
}

/** Buyer and seller of a negotiation. */
export function partiesOf({ intent, offerer }: Pick<Negotiated, 'intent' | 'offerer'>) {
  const { agent: maker, side } = intent.value
  return side === 'buy' ? { buyer: maker, seller: offerer } : { buyer: offerer, seller: maker }
}

/**
 * Builds the unsigned offer of a round. A counter-offer changes quantity and price, and who pays on the buyer's side;
 * deadline, penalty and conditions are those of the first offer.
 *
 * @param step.now Unix seconds
 * @param step.duration seconds from now, or from the end of the delivery when that is later, to the deadline
 * @param answered the offer that it answers, undefined when it opens the negotiation
 */
export function buildOffer(
  negotiated: Negotiated,
  proposal: Proposal,
  step: { now: bigint; duration: bigint; nonce: bigint },
  answered: Answered | undefined,
): { agreement: Agreement; conditions: Conditions; terms: Terms } {
  const { intent, token, feeBps, policy, seller: binding } = negotiated
  const { capability, area, start, end, lot } = intent.value
  const { buyer, seller } = partiesOf(negotiated)
  const round = (answered?.offer.terms.round ?? 0n) + 1n
  const terms: Terms = { capability, area, start, end, round, previous: answered?.id ?? intent.hash }
  const conditions = answered?.offer.conditions ?? ownConditions(policy, intent.value)
  const payout = negotiated.payout ?? answered?.offer.agreement.payout ?? seller
  const { payer, buyerEpoch } = negotiated.payer ??
    answered?.offer.agreement ?? { payer: buyer, buyerEpoch: 0n }
  return {
    terms,
    conditions,
    agreement: {
      buyer,
      payer,
      buyerEpoch,
      seller,
      payout,
      token,
      staker: binding.owner,
      agentId: binding.agentId,
      sellerEpoch: binding.epoch,
      ...proposal,
      lot,
      exposure: binding.agentId > 0n ? exposureFor(policy, { ...proposal, lot }) : 0n,
      feeBps,
      penaltyBps: answered?.offer.agreement.penaltyBps ?? policy.penaltyBps.own,
      relayFee: 0n,
      expiry: step.now + policy.offerLife,
      deadline: answered?.offer.agreement.deadline ?? later(step.now, end) + step.duration,
      intentHash: intent.hash,
      termsHash: hashTerms(terms),
      nonce: step.nonce,
      conditions: hashConditions(conditions),
    },
  }
}

/** Stake that a policy asks of a seller. */
export function exposureFor(policy: Policy, sold: Pick<Agreement, 'quantity' | 'price' | 'lot'>): bigint {
  return shareOf(paymentOf(sold), policy.exposurePercent * 100n)
}

function ownConditions(policy: Policy, { start, end }: Pick<Terms, 'start' | 'end'>): Conditions {
  const { lateLead, arbitrator = zeroAddress } = policy
  return {
    arbitrator: getAddress(arbitrator),
    meter: zeroAddress,
    start,
    end,
    lateFrom: start > lateLead.own ? start - lateLead.own : 0n,
    lateBps: policy.lateBps.own,
    window: policy.window.own,
    splitBps: policy.splitBps.own,
    retail: 0n,
  }
}
