import type { PeerId } from '@libp2p/interface'
import type { Deployment } from '../../../protocol/deployment.ts'
import { type Domain, hashDelivery, ZERO_HASH } from '../../../protocol/eip712.ts'
import { ChainError, RefusedError } from '../../../protocol/errors.ts'
import type { Hex, Release, Signed } from '../../../protocol/types.ts'
import type { NegotiationMessage } from '../../../protocol/wire/frames.ts'
import type { ChainClient } from '../../chain/client.ts'
import { isLasting } from '../../chain/revert.ts'
import type { Wallet } from '../../chain/wallet.ts'
import { addressOfPeer, type Identity } from '../../network/identity.ts'
import { RateLimits } from '../../network/rate-limits.ts'
import type { Timer } from '../../platform/timers.ts'
import { type Deal, type DealState, hasEnded, isOpen, promiseOf } from '../../policy/deal.ts'
import type { Deals } from '../../policy/deals.ts'
import type { Policy } from '../../policy/limits.ts'
import { BuyerSide, type DeliveryHandler, type DisputeHandler, type Meter } from './buyer-side.ts'
import { HINTS, MAX_SWEEP, SWEEP_INTERVAL } from './constants.ts'
import { DealChain, type Sent } from './deal-chain.ts'
import { fateOf } from './machine/commitment.ts'
import { otherSide } from './party.ts'
import type { Channel, Channels, Inbound } from './protocol.ts'
import { checkWorth, SellerSide } from './seller-side.ts'
import { tell } from './tell.ts'
import { isDue, refundFrom } from './timing.ts'

export interface SettlementComponents {
  identity: Identity
  deployment: Deployment
  /** EIP-712 domains of the escrow and of what stays off-chain. */
  domains: { escrow: Domain; mesh: Domain }
  chain: ChainClient
  wallet: Wallet
  channels: Channels
  deals: Deals
  policy: Policy
  /** Hears of what failed and will be tried again. */
  report: (error: unknown) => void
}

/**
 * Takes deals from the second signature to their end. The seller sends the transactions of a deal that goes well.
 * Whatever was missed, by a crash or by a lost message, a periodic sweep makes up for by looking at the chain.
 */
export class Settlement {
  readonly #components: SettlementComponents
  readonly #onChain: DealChain
  readonly #seller: SellerSide
  readonly #buyer: BuyerSide
  readonly #busy = new Map<Hex, Promise<unknown>>()
  /** How many due deals the sweep has taken up so far: where it goes on in their row. */
  #turn = 0
  /** Deals that the chain will never open. */
  readonly #refused = new Set<Hex>()
  /** Why the chain did not open a deal, as it was told last: to try again is no news. */
  readonly #told = new Map<Hex, string>()
  /** When each live deal was held against the chain last. */
  readonly #looks = new Map<Hex, bigint>()
  readonly #hints = new RateLimits()
  #stopWatching: (() => void) | undefined
  #sweeper: Timer | undefined

  constructor(components: SettlementComponents) {
    this.#components = components
    this.#onChain = new DealChain(components)
    this.#seller = new SellerSide({ ...components, onChain: this.#onChain })
    this.#buyer = new BuyerSide({ ...components, onChain: this.#onChain })
  }

  /** Sets who decides about deliveries to this agent; without one a delivery of at least the agreed quantity counts. */
  onDelivery(handler: DeliveryHandler): void {
    this.#buyer.onDelivery = handler
  }

  /** Sets who decides whether a refused delivery is contested; without one it is where that changes something. */
  onDispute(handler: DisputeHandler): void {
    this.#buyer.onDispute = handler
  }

  /** Sets by what deliveries are judged that this agent can measure itself; its handler is asked about the others. */
  measureBy(meter: Meter): void {
    this.#buyer.meter = meter
  }

  start(): void {
    this.#stopWatching = this.#components.deals.onChange((deal) => {
      if (deal.state === 'signed' && deal.role === 'seller') this.#run(deal, () => this.#open(deal))
      if (!hasEnded(deal)) return
      this.#looks.delete(deal.id)
      this.#refused.delete(deal.id)
      this.#told.delete(deal.id)
    })
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_INTERVAL)
    this.#sweep()
  }

  stop(): void {
    this.#stopWatching?.()
    clearInterval(this.#sweeper)
  }

  /**
   * Delivers an opened deal of which this agent is the seller, and settles it when the buyer has released.
   *
   * @param quantity what was delivered, by the seller's meter
   * @param evidence hash of what shows it besides
   * @returns the deal: settled, or delivered when the buyer is silent or refuses, which is reported. The sweep then goes
   *   on with it: it asks again, and at last reports the delivery on chain.
   * @throws RefusedError `DEAL_NOT_OPEN` or `DELIVERY_EMPTY`; what `signal` was aborted with before it was signed
   */
  async deliver(id: Hex, quantity: bigint, signal?: AbortSignal, evidence: Hex = ZERO_HASH): Promise<Deal> {
    await this.#idle(id)
    signal?.throwIfAborted()
    const deal = this.#require(id, (found) => found.role === 'seller' && found.state === 'opened', 'opened')
    checkWorth(deal, quantity)
    const { identity, chain, deals, domains } = this.#components
    const value = { agreement: id, quantity, deliveredAt: await chain.now(), evidence }
    const signature = identity.sign(hashDelivery(domains.mesh, value))
    const delivered = await deals.change(id, { state: 'delivered', delivery: { value, signature } })
    const conclusion = () => this.#tellEnd(this.#seller.conclude(delivered))
    return this.#exclusive(delivered, conclusion).catch((error: unknown) => {
      this.#components.report(error)
      return this.#components.deals.get(id) ?? delivered
    })
  }

  /**
   * Waits until a deal is open, delivers it when this agent sells, and waits for its end.
   *
   * @param quantity what was delivered; by default all that was agreed
   * @throws RefusedError `DEAL_NOT_OPEN` when it is unknown, or came to nothing; what `signal` was aborted with
   */
  async bringToEnd(id: Hex, quantity: bigint | undefined, signal: AbortSignal): Promise<Deal> {
    const { deals } = this.#components
    this.#require(id, () => true, 'open')
    const deal = await deals.until(id, (found) => isOpen(found) || hasEnded(found), signal)
    if (deal.state === 'void') throw notOpen('open', deal)
    if (deal.role === 'seller' && deal.state === 'opened') {
      await this.deliver(id, quantity ?? deal.agreement.quantity, signal)
    }
    return deals.until(id, hasEnded, signal)
  }

  /**
   * Ends a deal as its seller by a release that it has, without asking the buyer again.
   *
   * @throws RefusedError `DEAL_NOT_OPEN`; ChainError when the chain refuses
   */
  async conclude(id: Hex, release: Signed<Release>): Promise<Deal> {
    await this.#idle(id)
    const isDue = ({ role, state }: Deal) =>
      role === 'seller' && (state === 'opened' || state === 'delivered')
    const deal = this.#require(id, isDue, 'opened')
    return this.#exclusive(deal, () => this.#tellEnd(this.#seller.settle(deal, release)))
  }

  /**
   * Takes an own offer back for good, by a transaction: until it expires, silence would not.
   *
   * @throws RefusedError `DEAL_NOT_OPEN` when both have signed already; ChainError when it was opened meanwhile; what
   *   `signal` was aborted with before the transaction was sent
   */
  async revoke(id: Hex, signal?: AbortSignal): Promise<void> {
    await this.#idle(id)
    const deal = this.#require(id, ({ state }) => state === 'offered', 'offered')
    await this.#exclusive(deal, async () => (await this.#onChain.revoke(deal, signal)).deal)
  }

  /**
   * Ends an open deal for what the stage costs: the buyer a part of the payment, the seller of its exposure.
   *
   * @throws RefusedError `DEAL_NOT_OPEN`; ChainError when the chain refuses, as it does a buyer after the delivery; what
   *   `signal` was aborted with before the transaction was sent
   */
  async cancel(id: Hex, signal?: AbortSignal): Promise<Deal> {
    await this.#idle(id)
    const deal = this.#require(id, (found) => isOpen(found) && found.state !== 'disputed', 'open')
    return this.#exclusive(deal, () => this.#tellEnd(this.#onChain.cancel(deal, signal)))
  }

  /** Handles a message about a deal that both have signed. */
  async receive(channel: Channel, inbound: Inbound): Promise<void> {
    const { message } = inbound
    const deal = this.#components.deals.get(subjectOf(message))
    if (deal === undefined || !speaksFor(channel.peer, deal)) {
      this.#components.channels.penalize(channel.peer, 'refused')
      return
    }
    try {
      await this.#answer(channel, inbound, deal)
    } catch (error) {
      if (!(error instanceof ChainError)) throw error
      // That the chain does not answer this side is no reason to end what else is under way with the peer.
      this.#components.report(error)
      if (message.type !== 'delivered') return
      channel.send({ type: 'decline', subject: deal.id, reason: 'failed', detail: error.code }, inbound.id)
    }
  }

  async #answer(channel: Channel, { id, message }: Inbound, deal: Deal): Promise<void> {
    switch (message.type) {
      case 'opened':
      case 'settled':
        // A hint, no proof: what has become of a deal only the chain says, and the sweep asks it in any case.
        if (!this.#hints.take(deal.id, HINTS)) return
        // A look that is under way may have been too early for it.
        await this.#idle(deal.id)
        await this.#exclusive(deal, async () => this.#look(deal, await this.#components.chain.now()))
        return
      case 'delivered': {
        const { delivery: value, signature } = message
        await this.#buyer.answer(channel, id, deal, { value, signature })
        return
      }
      default:
        return
    }
  }

  /** Opens a deal that both signed. */
  async #open(deal: Deal): Promise<Deal> {
    const { buyer, seller } = deal.signatures
    if (buyer === undefined || seller === undefined) return deal
    if (this.#refused.has(deal.id)) return deal
    const sent = await this.#onChain.open(deal, { buyer, seller }).catch((error: unknown) => {
      if (isLasting(error)) this.#refused.add(deal.id)
      const why = String(error)
      if (this.#told.get(deal.id) === why) return undefined
      this.#told.set(deal.id, why)
      throw error
    })
    if (sent === undefined) return deal
    const { deal: opened, transaction } = sent
    await tell(this.#components, opened, { type: 'opened', agreementId: deal.id, transaction })
    return opened
  }

  #look(deal: Deal, now: bigint): Promise<Deal> {
    this.#looks.set(deal.id, now)
    return this.#onChain.reconcile(deal)
  }

  /**
   * Takes up what is due, side by side: a counterparty that is silent delays its own deal alone. What fails is tried
   * again at the next pass.
   */
  async #sweep(): Promise<void> {
    const { chain, channels, deals, report } = this.#components
    try {
      await channels.refresh()
      const now = await chain.now()
      const due = deals
        .live()
        .filter((deal) => !this.#busy.has(deal.id) && isDue(deal, now, this.#looks.get(deal.id)))
      const room = Math.max(MAX_SWEEP - this.#busy.size, 0)
      // In turn, or the first in the row would keep the others out for ever.
      const from = due.length === 0 ? 0 : this.#turn % due.length
      const taken = [...due.slice(from), ...due.slice(0, from)].slice(0, room)
      this.#turn += taken.length
      for (const deal of taken) this.#run(deal, () => this.#advance(deal, now))
    } catch (error) {
      report(error)
    }
  }

  async #advance(deal: Deal, now: bigint): Promise<Deal> {
    const { deals } = this.#components
    const current = await this.#look(deal, now)
    if (hasEnded(current)) return current
    if (current.state === 'offered' || current.state === 'signed') {
      const { role, state, agreement } = current
      const fate = fateOf({ role, state, expiry: agreement.expiry }, 'none', now)
      if (fate === 'void') return deals.change(deal.id, { state: 'void' })
      return fate === 'open' ? this.#open(current) : current
    }
    const sent = await this.#step(current, now)
    return sent === undefined ? current : this.#tellEnd(sent)
  }

  /** The next step of a deal with money in escrow; undefined when there is none yet. */
  async #step(deal: Deal, now: bigint): Promise<Sent | undefined> {
    if (deal.state === 'disputed') return this.#onChain.resolve(deal, now)
    if (deal.role === 'buyer' && deal.state === 'reported') return this.#buyer.advance(deal, now)
    // Who has the buyer's signature is paid by it, also after the deadline.
    const isPromised = deal.role === 'seller' && promiseOf(deal) !== undefined
    if (now >= refundFrom(deal) && deal.state !== 'reported' && !isPromised) {
      return this.#onChain.refund(deal)
    }
    return deal.role === 'seller' && deal.state !== 'opened' ? this.#seller.advance(deal, now) : undefined
  }

  /** Tells the other side when a transaction has ended a deal. */
  async #tellEnd(sent: Sent | Promise<Sent>): Promise<Deal> {
    const { deal, transaction } = await sent
    if (hasEnded(deal))
      await tell(this.#components, deal, { type: 'settled', agreementId: deal.id, transaction })
    return deal
  }

  #require(id: Hex, test: (deal: Deal) => boolean, expected: DealState | 'open'): Deal {
    const deal = this.#components.deals.get(id)
    if (deal !== undefined && test(deal)) return deal
    throw notOpen(expected, deal)
  }

  #run(deal: Deal, action: () => Promise<Deal>): void {
    this.#exclusive(deal, action).catch(this.#components.report)
  }

  /** One action per deal at a time; a second one finds the first's result. */
  async #exclusive(deal: Deal, action: () => Promise<Deal>): Promise<Deal> {
    if (this.#busy.has(deal.id)) return this.#components.deals.get(deal.id) ?? deal
    const running = action()
    this.#busy.set(deal.id, running)
    try {
      return await running
    } finally {
      this.#busy.delete(deal.id)
    }
  }

  /** Waits until nothing is under way for a deal, so that what somebody asks for is done and not passed over. */
  async #idle(id: Hex): Promise<void> {
    for (let running = this.#busy.get(id); running !== undefined; running = this.#busy.get(id)) {
      await running.catch(() => undefined)
    }
  }
}

/**
 * Whether a peer may speak about a deal: the other side, or its carrier, whose word counts no more than what that side signed.
 * By address, not by signature: a deal that the chain alone told of may lack the other side's.
 */
function speaksFor(peer: PeerId, deal: Deal): boolean {
  return peer.toString() === deal.peer || addressOfPeer(peer) === deal.agreement[otherSide(deal.role)]
}

function notOpen(expected: string, deal: Deal | undefined): RefusedError {
  return new RefusedError('DEAL_NOT_OPEN', 'A deal does not allow this.', {
    field: 'state',
    expected,
    received: deal === undefined ? 'unknown' : `${deal.state}, as ${deal.role}`,
    remedy:
      deal === undefined
        ? 'Take the id of one of `deals()`.'
        : 'Wait for its state with `untilDeal`, or leave it to the other side.',
  })
}

function subjectOf(message: NegotiationMessage): Hex {
  if (message.type === 'delivered') return message.delivery.agreement
  if (message.type === 'opened' || message.type === 'settled') return message.agreementId
  throw new RefusedError('MESSAGE_UNEXPECTED', 'A message came out of turn.', {
    field: 'message.type',
    expected: 'delivered, opened or settled',
    received: message.type,
    remedy: 'Nothing is to be done: the peer is at fault.',
  })
}
