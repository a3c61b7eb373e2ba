import { zeroAddress } from 'viem'
import type { Binding } from '../../../agent/chain/actions/identity-registry.ts'
import { defaultPolicy } from '../../../agent/policy/limits.ts'
import {
  checkForBuyer,
  checkForSeller,
  checkOffer,
} from '../../../agent/protocols/negotiation/check-offer.ts'
import {
  buildOffer,
  type Negotiated,
  type Proposal,
  roleOf,
} from '../../../agent/protocols/negotiation/offers.ts'
import { hashAgreement, hashConditions } from '../../../protocol/eip712.ts'
import type { Conditions, Hex, Offer, Side } from '../../../protocol/types.ts'
import { failure } from '../../protocol/support/failure.ts'
import { alice, bob, domain, NOW, receivedIntent } from './intents.ts'

const TOKEN = '0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512'
export const HASH: Hex = `0x${'11'.repeat(32)}`
/** Whose stake answers for the seller, and the key that it has bound. */
export const STAKER = '0x90F79bf6EB2c4f870365E785982E1f101E93b906'
const BINDING = { agentId: 5n, epoch: 3n, owner: STAKER } as const
export const UNBOUND: Binding = { agentId: 0n, epoch: 0n, owner: zeroAddress }

/** Bob answers Alice's intent. */
export function negotiatedAbout(side: Side, changes: Parameters<typeof receivedIntent>[0] = {}): Negotiated {
  return {
    intent: receivedIntent({ side, ...changes }),
    offerer: bob.address,
    token: TOKEN,
    feeBps: 25n,
    policy: defaultPolicy,
    seller: BINDING,
  }
}

export interface Answered {
  id: Hex
  offer: Offer
}

/** An offer of any round, as its maker builds it; nobody looks at its signature here. */
export function offerOf(negotiated: Negotiated, proposal: Proposal, answered?: Answered): Answered {
  const step = { now: NOW, duration: DURATION, nonce: 7n }
  const { agreement, conditions, terms } = buildOffer(negotiated, proposal, step, answered)
  const offer: Offer = { agreement, conditions, terms, signature: '0x', funding: { kind: 'balance' } }
  return { id: hashAgreement(domain, agreement), offer }
}

/** What the other side says to an offer: what both check, and what its side alone does. */
export function refusal(
  negotiated: Negotiated,
  offer: Offer,
  answered?: Answered,
  now = NOW,
  buyer = UNBOUND,
) {
  return failure(() => {
    checkOffer(negotiated, offer, answered, now)
    const isFromOfferer = offer.terms.round % 2n === 1n
    const checker = isFromOfferer ? alice.address : bob.address
    if (roleOf(negotiated, checker) === 'seller') checkForSeller(negotiated, offer.agreement, buyer)
    else checkForBuyer(negotiated, offer.agreement)
  })
}

/** An offer of which the conditions are others, with their hash. */
export function withConditions(offer: Offer, change: Partial<Conditions>): Offer {
  const conditions = { ...offer.conditions, ...change }
  const agreement = { ...offer.agreement, conditions: hashConditions(conditions) }
  return { ...offer, conditions, agreement }
}

export const proposal: Proposal = { quantity: 400n, price: 190_000n }
/** The intents' delivery ends in a quarter of an hour; the deadline is ten minutes after that. */
export const END = NOW + 900n
export const DURATION = 600n
export const DEADLINE = END + DURATION
