import { RefusedError, SignatureError } from '../../../protocol/errors.ts'
import { verifyDigest } from '../../../protocol/signature.ts'
import type { Agreement, Hex, Offer } from '../../../protocol/types.ts'
import type { Bindings } from '../../chain/bindings.ts'
import type { ChainClient } from '../../chain/client.ts'
import type { Deals } from '../../policy/deals.ts'
import type { NetworkRules } from '../network-rules.ts'
import { checkOfferer } from './attestations.ts'
import { checkDuration, checkForBuyer, checkForSeller, checkOffer } from './check-offer.ts'
import type { HandledOffers } from './handled-offers.ts'
import { LiveOffers } from './live-offers.ts'
import { type Answered, type Negotiated, partiesOf } from './offers.ts'
import { otherSide } from './party.ts'
import type { Subject } from './signer.ts'
import type { Solvency } from './solvency.ts'

export interface OfferInspectorComponents {
  chain: ChainClient
  bindings: Bindings
  deals: Deals
  rules: NetworkRules
  solvency: Solvency
  /** Offers that were dealt with: none is dealt with twice. */
  handled: HandledOffers
}

/** An offer that can be taken. */
export interface Inspected {
  /** What the negotiation is about, with the seller's binding as the chain has it now. */
  negotiated: Negotiated
  /** Fulfilled when it may be answered: an agent that starts again has to know it. */
  noted: Promise<void>
}

/** Looks at others' offers before a strategy does: who signed them, whether they were made before, what they say. */
export class OfferInspector {
  readonly #components: OfferInspectorComponents
  readonly #live = new LiveOffers()

  constructor(components: OfferInspectorComponents) {
    this.#components = components
  }

  /**
   * Inspects an offer of the other side.
   *
   * @param id the agreement's
   * @param own the offer that it answers, undefined when it opens the negotiation
   * @throws SignatureError when the other side did not sign it; RefusedError when it was made before or does not fit
   */
  async inspect(
    conversation: Pick<Subject, 'negotiated' | 'role'>,
    id: Hex,
    offer: Offer,
    own: Answered | undefined,
  ): Promise<Inspected> {
    const { role } = conversation
    const { agreement } = offer
    const { chain, bindings, deals, handled, rules, solvency } = this.#components
    const signer = agreement[otherSide(role)]
    verifyDigest(id, offer.signature, signer)
    const other = partiesOf(conversation.negotiated)[otherSide(role)]
    if (other !== signer) {
      throw new SignatureError('SIGNER_WRONG', 'An offer comes from somebody else than its signer.', {
        field: 'proposal.signature',
        expected: other,
        received: signer,
      })
    }
    const negotiated = await this.#withPresentSeller(conversation.negotiated, agreement)
    const now = await chain.now()
    checkOffer(negotiated, offer, own, now)
    if (role === 'buyer') checkForBuyer(negotiated, agreement)
    if (role === 'seller') {
      const isPaidByOther = agreement.payer !== agreement.buyer
      checkForSeller(negotiated, agreement, await bindings[isPaidByOther ? 'fresh' : 'of'](agreement.buyer))
    }
    if (role === 'seller' && own === undefined) checkDuration(negotiated, agreement, now)
    if (own === undefined) await checkOfferer(this.#components, negotiated)
    // With nothing awaited from here to its entry, two copies that come at once cannot both pass.
    const noted = deals.get(id) === undefined ? handled.add(id, agreement.expiry) : undefined
    if (noted === undefined) {
      throw new RefusedError('OFFER_REPLAYED', 'An offer was made before.', {
        field: 'agreement',
        received: id,
        remedy: 'Use a new nonce for every offer.',
      })
    }
    this.#live.add(agreement[otherSide(role)], agreement.expiry, now, rules.parameters.spam.maxLiveOffers)
    // Only now: of an offer that was accepted, the money may be in escrow when a copy of it comes.
    if (role === 'seller') {
      noted.catch(() => undefined)
      try {
        await solvency.checkPayment(agreement, offer.funding.kind, false)
      } catch (error) {
        await noted
        throw error
      }
    }
    return { negotiated, noted }
  }

  /** What is remembered of a seller's binding may be seconds old: before an offer is refused for it, look again. */
  async #withPresentSeller(negotiated: Negotiated, agreement: Agreement): Promise<Negotiated> {
    const { agentId, owner, epoch } = negotiated.seller
    if (agreement.agentId === agentId && agreement.staker === owner && agreement.sellerEpoch === epoch) {
      return negotiated
    }
    return { ...negotiated, seller: await this.#components.bindings.fresh(agreement.seller) }
  }
}
