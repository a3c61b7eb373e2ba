import type { PeerId } from '@libp2p/interface'
import type { Deployment } from '../../../protocol/deployment.ts'
import { type Domain, hashAgreement } from '../../../protocol/eip712.ts'
import type { Funding, Hex, Offer } from '../../../protocol/types.ts'
import type { Bindings } from '../../chain/bindings.ts'
import type { ChainClient } from '../../chain/client.ts'
import type { Identity } from '../../network/identity.ts'
import type { Deal, Tab } from '../../policy/deal.ts'
import type { Deals } from '../../policy/deals.ts'
import { checkCommitment, type Policy } from '../../policy/limits.ts'
import type { NetworkRules } from '../network-rules.ts'
import { checkOwnOffers } from './live-offers.ts'
import type { Role } from './machine/conversation.ts'
import { type Answered, buildOffer, exposureFor, type Negotiated, type Proposal } from './offers.ts'
import { otherSide, type PaymentMethod, signFunding } from './party.ts'
import type { Solvency } from './solvency.ts'

export interface SignerComponents {
  identity: Identity
  deployment: Deployment
  /** The escrow's EIP-712 domain. */
  domain: Domain
  chain: ChainClient
  bindings: Bindings
  deals: Deals
  policy: Policy
  rules: NetworkRules
  paymentMethod: PaymentMethod
  solvency: Solvency
}

/** What a signature is about, and for whom it is. */
export interface Subject {
  negotiated: Negotiated
  role: Role
  peer: PeerId
  /** Where the other side listens. */
  endpoints: readonly string[]
  /** Account of the answers that the deal pays for; undefined when it is about no service. */
  tab: Tab | undefined
}

/** An own offer and its id. */
export interface OwnOffer {
  id: Hex
  offer: Offer
}

/** Puts this agent's signature under offers, within its limits; each is in the journal before anybody sees it. */
export class Signer {
  readonly #components: SignerComponents

  constructor(components: SignerComponents) {
    this.#components = components
  }

  /**
   * Signs an own offer. It binds from here on until it expires.
   *
   * @param duration see `buildOffer`
   * @throws RefusedError `BALANCE_TOO_LOW`, `STAKE_TOO_LOW`, `SPENDING_LIMIT`, `TOO_MANY_DEALS` or `TOO_MANY_OFFERS`
   */
  async offer(
    subject: Subject,
    proposal: Proposal,
    duration: bigint,
    answered: Answered | undefined,
  ): Promise<OwnOffer> {
    const { identity, deals, chain, domain, policy, rules, solvency } = this.#components
    const { negotiated, role, peer } = subject
    const step = { now: await chain.now(), duration, nonce: randomNonce() }
    const { agreement, conditions, terms } = buildOffer(negotiated, proposal, step, answered)
    const id = hashAgreement(domain, agreement)
    const funding = role === 'buyer' ? await this.#fund(agreement, id) : ({ kind: 'balance' } as const)
    if (role === 'seller') await solvency.checkStake(agreement, exposureFor(negotiated.policy, agreement))
    // With nothing awaited between the checks and the entry, two offers cannot both pass for the same room.
    const live = deals.live()
    checkCommitment(policy, live, { role, agreement })
    checkOwnOffers(live, peer.toString(), {
      most: rules.parameters.spam.maxLiveOffers,
      mostPerPeer: policy.maxOffersPerPeer,
    })
    const signature = identity.sign(id)
    await deals.begin({
      ...this.#entry(subject, { agreement, conditions, terms }),
      id,
      state: 'offered',
      signatures: { [role]: signature },
      funding,
    })
    return { id, offer: { agreement, conditions, terms, signature, funding } }
  }

  /**
   * Signs an offer of the other side: it is a deal from here on.
   *
   * @throws RefusedError `BALANCE_TOO_LOW`, `STAKE_TOO_LOW`, `SPENDING_LIMIT` or `TOO_MANY_DEALS`
   */
  async accept(subject: Subject, id: Hex, offer: Offer): Promise<Deal> {
    const { identity, deals, policy, solvency } = this.#components
    const { role } = subject
    const { agreement } = offer
    const funding = role === 'buyer' ? await this.#fund(agreement, id) : offer.funding
    if (role === 'seller') await solvency.checkStake(agreement, agreement.exposure)
    // With nothing awaited between the check and the entry, two acceptances cannot both pass for the same money.
    checkCommitment(policy, deals.live(), { role, agreement })
    const signature = identity.sign(id)
    return deals.begin({
      ...this.#entry(subject, offer),
      id,
      state: 'signed',
      signatures: { [role]: signature, [otherSide(role)]: offer.signature },
      funding,
    })
  }

  /**
   * Writes down the other side's signature under an own offer.
   *
   * @param acceptance verified already
   * @returns the deal, undefined when it came too late
   */
  async book(id: Hex, acceptance: { signature: Hex; funding: Funding }): Promise<Deal | undefined> {
    const { deals } = this.#components
    const known = deals.get(id)
    if (known?.state !== 'offered') return known
    const { role, signatures } = known
    return deals.change(id, {
      state: 'signed',
      signatures: { ...signatures, [otherSide(role)]: acceptance.signature },
      ...(role === 'seller' ? { funding: acceptance.funding } : {}),
    })
  }

  /** Signs the funding of an agreement that this agent can pay for. */
  async #fund(agreement: Offer['agreement'], id: Hex): Promise<Funding> {
    const { paymentMethod, solvency } = this.#components
    await solvency.checkPayment(agreement, paymentMethod, true)
    return signFunding(paymentMethod, this.#components, agreement, id)
  }

  #entry({ role, peer, endpoints, tab }: Subject, offer: Pick<Offer, 'agreement' | 'conditions' | 'terms'>) {
    const { agreement, conditions, terms } = offer
    const parties = { role, peer: peer.toString(), endpoints }
    return { ...parties, agreement, conditions, terms, ...(tab && { tab }), gasUsed: 0n }
  }
}

/** A nonce that no other offer has, of 128 bits. */
export function randomNonce(): bigint {
  const [high = 0n, low = 0n] = crypto.getRandomValues(new BigUint64Array(2))
  return (high << 64n) | low
}
