import type { Deployment } from '../../../protocol/deployment.ts'
import { type Domain, hashDelivery, hashRelease } from '../../../protocol/eip712.ts'
import { RefusedError } from '../../../protocol/errors.ts'
import { CLOCK_SKEW } from '../../../protocol/limits.ts'
import { verifyDigest } from '../../../protocol/signature.ts'
import type { Delivery, Hex, Signed } from '../../../protocol/types.ts'
import type { NegotiationMessage } from '../../../protocol/wire/frames.ts'
import * as escrow from '../../chain/actions/intent-escrow.ts'
import type { ChainClient } from '../../chain/client.ts'
import type { Call, Wallet } from '../../chain/wallet.ts'
import { addressOfPeer, type Identity } from '../../network/identity.ts'
import { type Deal, hasEnded, isOpen } from '../../policy/deal.ts'
import type { Deals } from '../../policy/deals.ts'
import type { Channel, Inbound } from './channel.ts'
import type { Channels } from './channels.ts'
import { MAX_SWEEP, SWEEP_INTERVAL } from './constants.ts'
import { counterparty, otherSide } from './party.ts'

/** Decides whether a delivery fulfils a deal: the buyer's own meter, as it were. */
export type DeliveryHandler = (deal: Deal, delivery: Delivery) => boolean

export interface SettlementComponents {
  identity: Identity
  deployment: Deployment
  /** EIP-712 domains of the escrow and of what stays off-chain. */
  domains: { escrow: Domain; mesh: Domain }
  chain: ChainClient
  wallet: Wallet
  channels: Channels
  deals: Deals
  /** Hears of what failed and will be tried again. */
  report: (error: unknown) => void
}

/**
 * Takes deals from the second signature to their end. The seller sends the transactions. Whatever was missed, by a
 * crash or by a lost message, a periodic sweep makes up for by looking at the chain.
 */
export class Settlement {
  readonly #components: SettlementComponents
  readonly #busy = new Set<Hex>()
  /** How many due deals the sweep has taken up so far: where it goes on in their row. */
  #turn = 0
  #onDelivery: DeliveryHandler = (deal, delivery) => delivery.quantity >= deal.agreement.quantity
  #stopWatching: (() => void) | undefined
  #sweeper: NodeJS.Timeout | undefined

  constructor(components: SettlementComponents) {
    this.#components = components
  }

  /** Sets who decides about deliveries to this agent; without one a delivery of at least the agreed quantity counts. */
  onDelivery(handler: DeliveryHandler): void {
    this.#onDelivery = handler
  }

  start(): void {
    this.#stopWatching = this.#components.deals.onChange((deal) => {
      if (deal.state === 'signed' && deal.role === 'seller') this.#run(deal, () => this.#open(deal))
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
   * @throws RefusedError when the deal is not open or the buyer refuses; TimeoutError when it does not answer.
   *   The sweep goes on with it until the deadline.
   */
  async deliver(id: Hex, quantity: bigint): Promise<Deal> {
    const { identity, deals, chain, domains } = this.#components
    const deal = deals.get(id)
    if (deal?.role !== 'seller' || deal.state !== 'opened') {
      throw new RefusedError('DEAL_NOT_OPEN', 'A deal cannot be delivered.', {
        field: 'state',
        expected: 'opened, as seller',
        received: deal === undefined ? 'unknown' : `${deal.state}, as ${deal.role}`,
      })
    }
    const value: Delivery = { agreement: id, quantity, deliveredAt: await chain.now() }
    const signature = identity.sign(hashDelivery(domains.mesh, value))
    const delivered = await deals.change(id, { state: 'delivered', delivery: { value, signature } })
    return this.#exclusive(delivered, () => this.#conclude(delivered))
  }

  /**
   * Takes an own offer back for good, by a transaction: until it expires, silence would not.
   *
   * @throws RefusedError `DEAL_NOT_OPEN` when both have signed already; ChainError when it was opened meanwhile.
   */
  async cancel(id: Hex): Promise<void> {
    const { deals, deployment } = this.#components
    const deal = deals.get(id)
    if (deal?.state !== 'offered') {
      throw new RefusedError('DEAL_NOT_OPEN', 'There is no offer to take back.', {
        field: 'state',
        expected: 'offered',
        received: deal?.state ?? 'unknown',
      })
    }
    await this.#exclusive(deal, async () => {
      const { gasUsed } = await this.#send(
        deal,
        escrow.cancel(deployment.contracts.intentEscrow, deal.agreement),
      )
      return deals.change(id, { state: 'void', gasUsed })
    })
  }

  /** Handles a message about a deal that both have signed. */
  async receive(channel: Channel, inbound: Inbound): Promise<void> {
    const { message } = inbound
    const deal = this.#components.deals.get(subjectOf(message))
    // By address, not by signature: a deal that the chain alone told of may lack the other side's.
    if (deal === undefined || addressOfPeer(channel.peer) !== deal.agreement[otherSide(deal.role)]) {
      this.#components.channels.penalize(channel.peer, 'refused')
      return
    }
    switch (message.type) {
      case 'opened':
      case 'settled':
        // A hint, no proof: what has become of a deal only the chain says.
        await this.#exclusive(deal, () => this.#reconcile(deal))
        return
      case 'delivered':
        await this.#release(channel, inbound.id, deal, {
          value: message.delivery,
          signature: message.signature,
        })
        return
      default:
        return
    }
  }

  /** Opens a deal that both signed. */
  async #open(deal: Deal): Promise<Deal> {
    const { deployment, deals } = this.#components
    const { buyer, seller } = deal.signatures
    if (buyer === undefined || seller === undefined) return deal
    const call = escrow.open(
      deployment.contracts.intentEscrow,
      deal.agreement,
      { buyer, seller },
      deal.funding,
    )
    const { gasUsed, transactionHash } = await this.#send(deal, call)
    const opened = await deals.change(deal.id, { state: 'opened', gasUsed })
    await this.#tell(opened, { type: 'opened', agreementId: deal.id, transaction: transactionHash })
    return opened
  }

  /** Asks the buyer for its release, unless it is there already, and settles with it. */
  async #conclude(deal: Deal): Promise<Deal> {
    const { deployment, deals, domains } = this.#components
    if (deal.delivery === undefined) return deal
    const evidence = hashDelivery(domains.mesh, deal.delivery.value)
    let { release } = deal
    if (release === undefined) {
      release = await this.#askRelease(deal, deal.delivery, evidence)
      await deals.change(deal.id, { state: 'released', release })
    }
    const call = escrow.settle(deployment.contracts.intentEscrow, deal.agreement, evidence, release)
    const { gasUsed, transactionHash } = await this.#send(deal, call)
    const settled = await deals.change(deal.id, { state: 'settled', gasUsed: deal.gasUsed + gasUsed })
    await this.#tell(settled, { type: 'settled', agreementId: deal.id, transaction: transactionHash })
    return settled
  }

  async #askRelease(deal: Deal, { value, signature }: Signed<Delivery>, evidence: Hex): Promise<Hex> {
    const { channels, domains } = this.#components
    const peer = counterparty(deal)
    if (peer === undefined) throw new RefusedError('DEAL_NOT_OPEN', 'Nobody has agreed to a deal.')
    const channel = await channels.to(peer, deal.endpoints)
    const { message } = await channel.request({ type: 'delivered', delivery: value, signature })
    if (message.type !== 'released' || message.evidence !== evidence) {
      throw new RefusedError('DELIVERY_REFUSED', 'The buyer does not release the payment.', {
        field: 'delivery',
        expected: 'released',
        received: message.type === 'decline' ? `${message.reason} ${message.detail}` : message.type,
      })
    }
    verifyDigest(
      hashRelease(domains.escrow, { agreement: deal.id, evidence }),
      message.signature,
      deal.agreement.buyer,
    )
    return message.signature
  }

  /** The buyer's answer to a delivery. */
  async #release(channel: Channel, replyTo: bigint, deal: Deal, delivery: Signed<Delivery>): Promise<void> {
    const { identity, deals, domains } = this.#components
    const decline = (detail: string) =>
      channel.send({ type: 'decline', subject: deal.id, reason: 'invalid', detail }, replyTo)
    const evidence = hashDelivery(domains.mesh, delivery.value)
    verifyDigest(evidence, delivery.signature, deal.agreement.seller)
    const current = deal.state === 'signed' || deal.state === 'offered' ? await this.#reconcile(deal) : deal
    if (deal.role !== 'buyer' || !isOpen(current)) {
      decline(`the deal is ${current.state}`)
      return
    }
    // Once released, the same evidence gets the same answer and no other evidence gets any.
    const isNew = current.state !== 'released'
    const isSame =
      !isNew &&
      current.delivery !== undefined &&
      hashDelivery(domains.mesh, current.delivery.value) === evidence
    if (!isSame && (!isNew || !this.#onDelivery(current, delivery.value))) {
      decline('the delivery does not fulfil the deal')
      return
    }
    const signature = identity.sign(hashRelease(domains.escrow, { agreement: deal.id, evidence }))
    if (isNew) await deals.change(deal.id, { state: 'released', delivery, release: signature })
    channel.send({ type: 'released', agreementId: deal.id, evidence, signature }, replyTo)
  }

  /** Brings a deal into line with the chain. */
  async #reconcile(deal: Deal): Promise<Deal> {
    const { chain, deployment, deals } = this.#components
    const status = await escrow.statusOf(chain.client, deployment.contracts.intentEscrow, deal.id)
    const current = deals.get(deal.id) ?? deal
    if (hasEnded(current)) return current
    if (status === 'settled' || status === 'refunded') return deals.change(deal.id, { state: status })
    if (status === 'cancelled') return deals.change(deal.id, { state: 'void' })
    if (status === 'open' && !isOpen(current)) return deals.change(deal.id, { state: 'opened' })
    return current
  }

  /**
   * Takes up what is due, side by side: a counterparty that is silent delays its own deal alone. What fails is tried
   * again at the next pass.
   */
  async #sweep(): Promise<void> {
    const { chain, deals, report } = this.#components
    try {
      const now = await chain.now()
      const due = deals.live().filter((deal) => !this.#busy.has(deal.id) && isDue(deal, now))
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
    const { deployment, deals } = this.#components
    const current = await this.#reconcile(deal)
    if (hasEnded(current)) return current
    if (!isOpen(current)) {
      if (isPast(current.agreement.expiry, now)) return deals.change(deal.id, { state: 'void' })
      return current.state === 'signed' && current.role === 'seller' ? this.#open(current) : current
    }
    if (now > current.agreement.deadline) {
      const { gasUsed } = await this.#send(
        deal,
        escrow.refund(deployment.contracts.intentEscrow, deal.agreement),
      )
      return deals.change(deal.id, { state: 'refunded', gasUsed: current.gasUsed + gasUsed })
    }
    return current.role === 'seller' && current.state !== 'opened' ? this.#conclude(current) : current
  }

  /** Sends a transaction; where the chain refuses, somebody else may have done the same before. */
  async #send(deal: Deal, call: Call) {
    try {
      return await this.#components.wallet.send(call)
    } catch (error) {
      await this.#reconcile(deal)
      throw error
    }
  }

  /** Tells the other side what it could also see on chain; that it cannot be reached harms nobody. */
  async #tell(deal: Deal, message: NegotiationMessage): Promise<void> {
    const peer = counterparty(deal)
    if (peer === undefined) return
    try {
      const channel = await this.#components.channels.to(peer, deal.endpoints)
      channel.send(message)
    } catch (error) {
      this.#components.report(error)
    }
  }

  #run(deal: Deal, action: () => Promise<Deal>): void {
    this.#exclusive(deal, action).catch(this.#components.report)
  }

  /** One action per deal at a time; a second one finds the first's result. */
  async #exclusive(deal: Deal, action: () => Promise<Deal>): Promise<Deal> {
    if (this.#busy.has(deal.id)) return this.#components.deals.get(deal.id) ?? deal
    this.#busy.add(deal.id)
    try {
      return await action()
    } finally {
      this.#busy.delete(deal.id)
    }
  }
}

/** Whether a deal needs a look: an unanswered offer when it expires, an open one at its deadline, ours to finish at once. */
function isDue(deal: Deal, now: bigint): boolean {
  if (deal.state === 'offered') return isPast(deal.agreement.expiry, now)
  if (deal.state === 'signed') return deal.role === 'seller' || isPast(deal.agreement.expiry, now)
  if (deal.role === 'seller' && deal.state !== 'opened') return true
  return now > deal.agreement.deadline
}

/** Whether even the next block cannot be in time any more. */
function isPast(expiry: bigint, now: bigint): boolean {
  return now > expiry + BigInt(CLOCK_SKEW)
}

function subjectOf(message: NegotiationMessage): Hex {
  if (message.type === 'delivered') return message.delivery.agreement
  if (message.type === 'opened' || message.type === 'settled') return message.agreementId
  throw new RefusedError('MESSAGE_UNEXPECTED', 'A message came out of turn.', { received: message.type })
}
