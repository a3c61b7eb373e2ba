import { zeroAddress } from 'viem'
import type { Deployment } from '../../../protocol/deployment.ts'
import { MAX_ARBITRATION } from '../../../protocol/limits.ts'
import { type Hex, paymentOf, quantityFor, type Release, type Signed } from '../../../protocol/types.ts'
import { rulingOf } from '../../chain/actions/arbitrator.ts'
import * as escrow from '../../chain/actions/intent-escrow.ts'
import type { Call } from '../../chain/call.ts'
import type { ChainClient } from '../../chain/client.ts'
import type { Wallet } from '../../chain/wallet.ts'
import { type Deal, hasEnded, isOpen, type Outcome, outcomeOf } from '../../policy/deal.ts'
import type { Deals } from '../../policy/deals.ts'
import { endedBy } from './machine/commitment.ts'

/** A deal after a transaction, and the transaction. */
export interface Sent {
  deal: Deal
  transaction: Hex
}

/** Deals on chain: sends what each step needs and brings the journal into line with what the escrow says. */
export class DealChain {
  readonly #components: { chain: ChainClient; wallet: Wallet; deployment: Deployment; deals: Deals }

  constructor(components: { chain: ChainClient; wallet: Wallet; deployment: Deployment; deals: Deals }) {
    this.#components = components
  }

  /** Opens a deal that both signed. */
  async open(deal: Deal, signatures: { buyer: Hex; seller: Hex }): Promise<Sent> {
    const call = escrow.open(this.#escrow, deal.agreement, signatures, deal.funding)
    return this.#send(deal, call, { change: { state: 'opened' } })
  }

  /** Settles a deal as its seller, by the buyer's release. */
  async settle(deal: Deal, { value, signature }: Signed<Release>): Promise<Sent> {
    const call = escrow.settle(this.#escrow, deal.agreement, value, signature)
    const change = { state: 'settled', outcome: outcomeOf(deal, value.quantity) } as const
    return this.#send(deal, call, { change })
  }

  /** Reports a delivery as its seller, or in the name of one that signed the report. */
  report(deal: Deal, report: { quantity: bigint; evidence: Hex }): Promise<Sent> {
    const { agreement, conditions, reportSignature } = deal
    return this.#send(deal, escrow.deliver(this.#escrow, agreement, conditions, report, reportSignature))
  }

  /** Has a seller paid whose buyer let its window pass. */
  claim(deal: Deal): Promise<Sent> {
    return this.#send(deal, escrow.claim(this.#escrow, deal.agreement, deal.conditions))
  }

  /** Contests what was reported, as the buyer. */
  dispute(deal: Deal): Promise<Sent> {
    return this.#send(deal, escrow.dispute(this.#escrow, deal.agreement, deal.conditions))
  }

  /** Gives the payer back what was not delivered. */
  refund(deal: Deal): Promise<Sent> {
    return this.#send(deal, escrow.refund(this.#escrow, deal.agreement))
  }

  /** Ends an open deal at what the stage costs. @param signal keeps back what was not sent yet */
  cancel(deal: Deal, signal?: AbortSignal): Promise<Sent> {
    const call = escrow.cancel(this.#escrow, deal.agreement, deal.conditions)
    return this.#send(deal, call, { signal })
  }

  /** Makes an own signature worthless before the deal is opened. @param signal keeps back what was not sent yet */
  revoke(deal: Deal, signal?: AbortSignal): Promise<Sent> {
    return this.#send(deal, escrow.revoke(this.#escrow, deal.agreement), { signal })
  }

  /** Ends a dispute when the arbitrator has ruled, or is silent for good; undefined when it may still rule. */
  async resolve(deal: Deal, now: bigint): Promise<Sent | undefined> {
    const { client } = this.#components.chain
    const { arbitrator } = deal.conditions
    const ruling =
      arbitrator === zeroAddress
        ? 'pending'
        : // An arbitrator that fails to answer has not ruled.
          await rulingOf(client, arbitrator, this.#escrow, deal.id).catch(() => 'pending' as const)
    const { disputedAt } = await escrow.recordOf(client, this.#escrow, deal.id)
    const isOver = ruling === 'ruled' || ruling === 'silent' || now > disputedAt + BigInt(MAX_ARBITRATION)
    if (!isOver) return undefined
    return this.#send(deal, escrow.resolve(this.#escrow, deal.agreement, deal.conditions))
  }

  /** Brings a deal into line with the chain. @param gasUsed by a transaction of ours that is not counted yet */
  async reconcile(deal: Deal, gasUsed = 0n): Promise<Deal> {
    const { chain, deals } = this.#components
    const record = await escrow.recordOf(chain.client, this.#escrow, deal.id)
    const current = deals.get(deal.id) ?? deal
    if (hasEnded(current)) return current
    const change = changeFrom(current, record)
    if (change === undefined && gasUsed === 0n) return current
    return deals.change(deal.id, { ...change, gasUsed: current.gasUsed + gasUsed })
  }

  /**
   * Sends a transaction. Where the chain refuses, somebody else may have done the same before.
   *
   * @param options.change what has become of the deal then; without it the chain is asked
   */
  async #send(
    deal: Deal,
    call: Call,
    { change, signal }: { change?: Partial<Omit<Deal, 'id'>>; signal?: AbortSignal | undefined } = {},
  ): Promise<Sent> {
    const { wallet, deals } = this.#components
    try {
      const { gasUsed, transactionHash: transaction } = await wallet.send(call, signal)
      const changed =
        change === undefined
          ? await this.reconcile(deal, gasUsed)
          : await deals.change(deal.id, { ...change, gasUsed: deal.gasUsed + gasUsed })
      return { deal: changed, transaction }
    } catch (error) {
      await this.reconcile(deal)
      throw error
    }
  }

  get #escrow() {
    return this.#components.deployment.contracts.intentEscrow
  }
}

/** What the chain knows of a deal that its journal does not. */
function changeFrom(deal: Deal, record: escrow.AgreementRecord): Partial<Omit<Deal, 'id'>> | undefined {
  const report = { quantity: record.claimed, deliveredAt: record.deliveredAt }
  switch (record.status) {
    case 'none':
    case 'revoked':
    case 'open': {
      const state = isOpen(deal) ? undefined : endedBy(record.status)
      return state && { state }
    }
    case 'delivered':
      return deal.state === 'reported' || deal.state === 'released'
        ? undefined
        : { state: 'reported', report }
    case 'disputed':
      return deal.state === 'disputed' ? undefined : { state: 'disputed', report }
    case 'cancelled':
      return { state: 'cancelled', outcome: { quantity: 0n, paid: record.paid } }
    case 'settled':
      return { state: 'settled', outcome: settledOutcome(deal, record) }
    default: {
      const { paid } = record
      return { state: record.status, outcome: { quantity: quantityFor(deal.agreement, paid), paid } }
    }
  }
}

/** The escrow tells what was paid; for how much, the journal or the report says. */
function settledOutcome(deal: Deal, { paid, claimed }: escrow.AgreementRecord): Outcome {
  const { agreement, release } = deal
  const candidates = [release?.value.quantity, agreement.quantity, claimed]
  const quantity = candidates.find(
    (known) => known !== undefined && paymentOf({ ...agreement, quantity: known }) === paid,
  )
  return { quantity: quantity ?? quantityFor(agreement, paid), paid }
}
