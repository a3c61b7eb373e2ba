import type { PeerId } from '@libp2p/interface'
import { type Domain, hashDelivery, hashRelease } from '../../../protocol/eip712.ts'
import { RefusedError } from '../../../protocol/errors.ts'
import { verifyDigest } from '../../../protocol/signature.ts'
import type { Delivery, Evidence, Release, Signed } from '../../../protocol/types.ts'
import { type Deal, outcomeOf, promiseOf } from '../../policy/deal.ts'
import type { Deals } from '../../policy/deals.ts'
import type { Policy } from '../../policy/limits.ts'
import type { DealChain, Sent } from './deal-chain.ts'
import { peerOf } from './party.ts'
import type { Channel } from './protocol.ts'
import { isLastChance, reportFrom, windowEnd } from './timing.ts'

interface SellerComponents {
  domains: { escrow: Domain; mesh: Domain }
  channels: { to(peer: PeerId, endpoints: readonly string[]): Promise<Pick<Channel, 'request'>> }
  deals: Deals
  policy: Policy
  onChain: DealChain
}

/**
 * A seller's way to its money: it asks the buyer for a release and settles with it, one transaction. When the buyer does
 * not answer, or refuses, it reports the delivery on chain, and when the buyer's window has passed it claims.
 */
export class SellerSide {
  readonly #components: SellerComponents

  constructor(components: SellerComponents) {
    this.#components = components
  }

  /**
   * Asks the buyer for its release, unless it is there already, and settles with it; without an answer, with what the
   * buyer promised before.
   *
   * @throws RefusedError `DELIVERY_REFUSED`; TimeoutError or RefusedError when the buyer does not answer
   */
  async conclude(deal: Deal): Promise<Sent> {
    return this.settle(deal, await this.#releaseOf(deal))
  }

  /** The next step of an open deal that was delivered. @throws as `conclude`, while the buyer has time to answer */
  async advance(deal: Deal, now: bigint): Promise<Sent> {
    const { onChain, policy } = this.#components
    if (deal.state === 'reported' && now > windowEnd(deal)) return onChain.claim(deal)
    if (deal.release !== undefined) return this.settle(deal, deal.release)
    const isReported = deal.state === 'reported'
    if (!isReported && isLastChance(deal, now)) {
      const promised = promiseOf(deal)
      return promised === undefined ? this.#report(deal) : this.settle(deal, promised)
    }
    let release: Signed<Release>
    try {
      release = await this.#releaseOf(deal)
    } catch (error) {
      const isTooLate = now > deal.agreement.deadline
      if (isReported || isTooLate || now < reportFrom(deal, policy.reportMargin)) throw error
      return this.#report(deal)
    }
    return this.settle(deal, release)
  }

  #report(deal: Deal): Promise<Sent> {
    const { onChain, domains } = this.#components
    return onChain.report(deal, reportFor(domains.mesh, deal, deliveryOf(deal).value))
  }

  /** Settles by a release of the buyer's. */
  async settle(deal: Deal, release: Signed<Release>): Promise<Sent> {
    const { deals, onChain } = this.#components
    const isNew = deal.release === undefined
    const released = isNew ? await deals.change(deal.id, { state: 'released', release }) : deal
    return onChain.settle(released, release)
  }

  async #releaseOf(deal: Deal): Promise<Signed<Release>> {
    if (deal.release !== undefined) return deal.release
    return this.#askRelease(deal).catch((error: unknown) => {
      const promised = promiseOf(deal)
      if (promised === undefined) throw error
      return promised
    })
  }

  async #askRelease(deal: Deal): Promise<Signed<Release>> {
    const { channels, domains } = this.#components
    const { value, signature } = deliveryOf(deal)
    const channel = await channels.to(peerOf(deal), deal.endpoints)
    const { message } = await channel.request({ type: 'delivered', delivery: value, signature })
    const expected = this.#expectedRelease(deal)
    if (message.type !== 'released' || !isSame(message.release, expected)) {
      throw new RefusedError('DELIVERY_REFUSED', 'The buyer does not release the payment.', {
        field: 'delivery',
        expected: 'released',
        received: message.type === 'decline' ? `${message.reason} ${message.detail}` : message.type,
        remedy:
          'Nothing is to be done: shortly before the deadline the delivery is reported on chain, and paid unless the buyer contests it.',
      })
    }
    verifyDigest(hashRelease(domains.escrow, expected), message.signature, deal.agreement.buyer)
    return { value: expected, signature: message.signature }
  }

  #expectedRelease(deal: Deal): Release {
    return releaseFor(this.#components.domains.mesh, deal, deliveryOf(deal).value)
  }
}

/** Checks that a delivery is worth something. @throws RefusedError `DELIVERY_EMPTY` */
export function checkWorth(deal: Deal, quantity: bigint): void {
  if (outcomeOf(deal, quantity).paid > 0n) return
  throw new RefusedError('DELIVERY_EMPTY', 'So little is worth nothing at the agreed price.', {
    field: 'quantity',
    received: quantity,
    remedy: 'Cancel the deal when nothing can be delivered.',
  })
}

/** What a seller reports on chain of what it delivered. */
export function reportFor(domain: Domain, deal: Deal, delivery: Delivery): Evidence {
  const { agreement, quantity, evidence } = releaseFor(domain, deal, delivery)
  return { agreement, quantity, evidence }
}

/** What a buyer signs that accepts a delivery, and nothing more comes. */
export function releaseFor(domain: Domain, deal: Deal, delivery: Delivery): Release {
  const { quantity } = outcomeOf(deal, delivery.quantity)
  return { agreement: deal.id, quantity, last: true, evidence: hashDelivery(domain, delivery) }
}

function isSame(a: Release, b: Release): boolean {
  return (
    a.agreement === b.agreement && a.quantity === b.quantity && a.last === b.last && a.evidence === b.evidence
  )
}

function deliveryOf({ delivery, state }: Deal): Signed<Delivery> {
  if (delivery !== undefined) return delivery
  throw new RefusedError('DEAL_NOT_DELIVERED', 'A deal was not delivered.', {
    field: 'state',
    received: state,
    remedy: 'Deliver while the deal is open: `untilDeal` waits for that.',
  })
}
