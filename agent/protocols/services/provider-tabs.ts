import type { PeerId } from '@libp2p/interface'
import type { Domain } from '../../../protocol/eip712.ts'
import { RefusedError } from '../../../protocol/errors.ts'
import type { Address, Hex } from '../../../protocol/types.ts'
import type { Voucher } from '../../../protocol/wire/services.ts'
import type { ChainClient } from '../../chain/client.ts'
import type { Identity } from '../../network/identity.ts'
import { background, type Timer } from '../../platform/timers.ts'
import type { Deal } from '../../policy/deal.ts'
import type { Deals } from '../../policy/deals.ts'
import type { ReceivedIntent } from '../intent-discovery/index.ts'
import type { Negotiation, OfferHandler, Settlement } from '../negotiation/index.ts'
import { CLOSING_MARGIN, LOOK_INTERVAL, MAX_TABS_PER_ASKER, PROVIDER_IDLE, TAB_POLICY } from './constants.ts'
import { ProviderTab } from './provider-tab.ts'
import { signQuote } from './quotes.ts'
import type { Service } from './service.ts'
import { isTab, TabRecord } from './tab-record.ts'

export interface ProviderTabsComponents {
  identity: Identity
  domains: { escrow: Domain; mesh: Domain }
  chain: ChainClient
  deals: Deals
  negotiation: Negotiation
  settlement: Settlement
  /** Nonces of intents. */
  nextNonce: () => bigint
  report: (error: unknown) => void
}

/** The agreements by which a provider's askers pay: quotes, the tabs under them, and their end. */
export class ProviderTabs {
  readonly #components: ProviderTabsComponents
  readonly #tabs = new Map<Hex, ProviderTab>()
  /** Those that are being ended. */
  readonly #closing = new Set<Hex>()
  /** Askers whose offers are accepted and not written down yet, each as often as it has such offers. */
  readonly #accepting = new Set<{ buyer: Address }>()
  #looking: Timer | undefined

  constructor(components: ProviderTabsComponents) {
    this.#components = components
  }

  /** Takes up the tabs of an earlier process, and closes from now on those that are not used any more. */
  start(): void {
    for (const deal of this.#components.deals.live()) {
      if (deal.role === 'seller') this.#open(deal)
    }
    this.#looking = background(setInterval(() => this.#look(), LOOK_INTERVAL))
  }

  /** Writes down what was answered; the next `start` goes on with it. */
  async stop(): Promise<void> {
    clearInterval(this.#looking)
    await Promise.all([...this.#tabs.values()].map(({ record }) => record.save()))
  }

  /**
   * A quote that binds. It asks for no penalty, so that a provider of whom nothing was asked can cancel without loss.
   *
   * @throws ChainError when the chain does not answer
   */
  async quote(service: Service, requests: bigint): Promise<ReceivedIntent> {
    const { chain, domains, negotiation } = this.#components
    const components = { ...this.#components, domain: domains.mesh }
    const intent = signQuote(components, service, requests, await chain.now())
    const tab = { answers: 0n, credit: service.credit }
    negotiation.quote({ intent, policy: TAB_POLICY, tab, onOffer: this.#decide })
    return intent
  }

  /**
   * The tab of an agreement, for its buyer.
   *
   * @throws RefusedError `TAB_UNKNOWN` or `TAB_CLOSED`
   */
  of(id: Hex, capability: string, peer: PeerId): ProviderTab {
    const tab = this.#tabs.get(id)
    const deal = this.#components.deals.get(id)
    const isTheirs = tab?.deal.peer === peer.toString() && tab.deal.terms.capability === capability
    if (tab === undefined || !isTheirs) throw unusable('TAB_UNKNOWN', deal)
    if (deal?.state !== 'opened' || this.#closing.has(id)) throw unusable('TAB_CLOSED', deal)
    return tab
  }

  /**
   * Closes a tab whose buyer has no more questions. One of which nothing came stays until it is idle: opening and closing
   * are the provider's transactions, and whoever asks for nothing shall not cost it one after the other.
   */
  async close(id: Hex, voucher: Voucher | undefined, peer: PeerId): Promise<void> {
    const tab = this.#tabs.get(id)
    if (tab?.deal.peer !== peer.toString()) return
    tab.take(voucher)
    if (tab.record.tab.answers > 0n) await this.#conclude(tab)
  }

  /** Accepts what was quoted, and nothing else. */
  readonly #decide: OfferHandler = ({ intent, offer, from, outcome }) => {
    const { agreement } = offer
    const isQuoted = agreement.price === intent.value.price && agreement.penaltyBps === 0n
    if (!isQuoted) return { type: 'decline', reason: 'price' }
    // Opening costs a transaction, and an asker that never asks costs another.
    if (this.#liveOf(from) >= MAX_TABS_PER_ASKER) return { type: 'decline', reason: 'busy' }
    const accepting = { buyer: from }
    this.#accepting.add(accepting)
    outcome
      .then((result) => {
        if (result.type === 'agreed') this.#open(result.deal)
      })
      .catch(() => undefined)
      .finally(() => this.#accepting.delete(accepting))
    return { type: 'accept' }
  }

  /** How many agreements of an asker have not ended, those that will be there in a moment included. */
  #liveOf(asker: Address): number {
    const isTheirs = (deal: Deal) =>
      deal.role === 'seller' && deal.tab !== undefined && deal.agreement.buyer === asker
    const accepting = [...this.#accepting].filter(({ buyer }) => buyer === asker)
    return this.#components.deals.live().filter(isTheirs).length + accepting.length
  }

  #open(deal: Deal): void {
    const { deals, domains, report } = this.#components
    if (!isTab(deal)) return
    const record = new TabRecord({ deals, report }, deal)
    this.#tabs.set(deal.id, new ProviderTab(deal, record, domains.escrow))
  }

  async #look(): Promise<void> {
    const { chain, deals, report } = this.#components
    try {
      const now = await chain.now()
      for (const [id, tab] of this.#tabs) {
        const deal = deals.get(id)
        if (deal?.state === 'signed') continue
        const isOver = deal?.state !== 'opened'
        const isDue = now >= tab.deal.agreement.deadline - CLOSING_MARGIN
        if (isOver) this.#tabs.delete(id)
        else if (tab.isIdleFor(PROVIDER_IDLE) || isDue) this.#conclude(tab).catch(report)
      }
    } catch (error) {
      report(error)
    }
  }

  /**
   * Ends a tab. What is unpaid is asked for, and reported on chain like any delivery where there is no voucher at all;
   * else the voucher pays for the rest. What fails is tried again when it is looked for the next time.
   */
  async #conclude(tab: ProviderTab): Promise<void> {
    const { settlement } = this.#components
    const { id } = tab.deal
    if (this.#closing.has(id)) return
    this.#closing.add(id)
    try {
      await tab.record.save()
      if (tab.owed > 0n) await settlement.deliver(id, tab.record.tab.answers)
      else if (tab.voucher !== undefined) await settlement.conclude(id, tab.voucher)
      else await settlement.cancel(id)
    } finally {
      this.#closing.delete(id)
    }
  }
}

function unusable(code: string, deal: Deal | undefined): RefusedError {
  return new RefusedError(code, 'An agreement pays for no more questions.', {
    field: 'question.agreementId',
    expected: 'an open agreement about this service with whoever asks',
    received: deal?.state,
    remedy: 'Begin a new agreement, which `request` does by itself.',
  })
}
