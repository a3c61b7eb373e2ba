import type { PeerId } from '@libp2p/interface'
import type { Domain } from '../../../protocol/eip712.ts'
import { hashIntent } from '../../../protocol/eip712.ts'
import { RefusedError } from '../../../protocol/errors.ts'
import type { Hex, Intent } from '../../../protocol/types.ts'
import { encodeIntent } from '../../../protocol/wire/bodies.ts'
import { encodeSigned } from '../../../protocol/wire/gossip.ts'
import type { Voucher } from '../../../protocol/wire/services.ts'
import type { ChainClient } from '../../chain/client.ts'
import type { Identity } from '../../network/identity.ts'
import { background, type Timer } from '../../platform/timers.ts'
import type { Deal } from '../../policy/deal.ts'
import type { Deals } from '../../policy/deals.ts'
import type { Negotiation, OfferHandler, Settlement } from '../negotiation/index.ts'
import {
  CLOSING_MARGIN,
  LOOK_INTERVAL,
  MAX_TABS_PER_ASKER,
  PROVIDER_IDLE,
  QUOTE_LIFE,
  TAB_POLICY,
} from './constants.ts'
import type { MessageOf } from './protocol.ts'
import type { Service } from './provider.ts'
import { ProviderTab } from './provider-tab.ts'
import { TabRecord } from './tab-record.ts'

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
  #looking: Timer | undefined

  constructor(components: ProviderTabsComponents) {
    this.#components = components
  }

  /** Takes up the tabs of an earlier process, and closes from now on those that are not used any more. */
  start(): void {
    for (const deal of this.#components.deals.live()) {
      if (deal.role === 'seller' && deal.tab !== undefined) this.#open(deal, deal.tab.credit)
    }
    this.#looking = background(setInterval(() => this.#look(), LOOK_INTERVAL))
  }

  /** Writes down what was answered; the next `start` goes on with it. */
  async stop(): Promise<void> {
    clearInterval(this.#looking)
    await Promise.all([...this.#tabs.values()].map(({ record }) => record.save()))
  }

  /**
   * A binding quote: an intent to sell so many requests, of which one is a lot.
   *
   * The delivery interval is over when it is made. So the buyer cannot cancel what it may have had answers for; and as
   * the quote asks for no penalty, the provider can, without loss, when nothing was asked.
   */
  async quote({ capability, price, credit }: Service, requests: bigint): Promise<MessageOf<'quote'>> {
    const { identity, domains, chain, negotiation, nextNonce } = this.#components
    const now = await chain.now()
    const value: Intent = {
      agent: identity.address,
      side: 'sell',
      capability,
      area: '',
      quantity: requests,
      price,
      lot: 1n,
      start: now - 2n,
      end: now - 1n,
      expiry: now + QUOTE_LIFE,
      nonce: nextNonce(),
      endpoints: [],
    }
    const hash = hashIntent(domains.mesh, value)
    const signature = identity.sign(hash)
    const intent = { value, hash, signature, peerId: identity.peerId }
    if (price > 0n) negotiation.quote(intent, TAB_POLICY, this.#decide(credit))
    return { type: 'quote', intent: encodeSigned(encodeIntent(value), signature), credit }
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
    if (deal?.state !== 'opened') throw unusable('TAB_CLOSED', deal)
    return tab
  }

  /** Closes a tab whose buyer has no more questions. */
  async close(id: Hex, voucher: Voucher | undefined, peer: PeerId): Promise<void> {
    const tab = this.#tabs.get(id)
    if (tab?.deal.peer !== peer.toString()) return
    tab.take(voucher)
    await this.#conclude(tab)
  }

  /** Accepts what was quoted, and nothing else. */
  #decide(credit: number): OfferHandler {
    return ({ intent, offer, from, outcome }) => {
      const { agreement } = offer
      const isQuoted = agreement.price === intent.value.price && agreement.penaltyBps === 0n
      if (!isQuoted) return { type: 'decline', reason: 'price' }
      // Opening costs a transaction, and an asker that never asks costs another.
      const open = [...this.#tabs.values()].filter(({ deal }) => deal.agreement.buyer === from)
      if (open.length >= MAX_TABS_PER_ASKER) return { type: 'decline', reason: 'busy' }
      outcome
        .then((result) => {
          if (result.type === 'agreed') this.#open(result.deal, credit)
        })
        .catch(() => undefined)
      return { type: 'accept' }
    }
  }

  #open(deal: Deal, credit: number): void {
    const { deals, domains, report } = this.#components
    const record = new TabRecord({ deals, report }, deal.id, credit)
    this.#tabs.set(deal.id, new ProviderTab(deal, record, domains.escrow))
    record.save()
  }

  async #look(): Promise<void> {
    const { chain, deals, report } = this.#components
    try {
      const now = await chain.now()
      for (const [id, tab] of this.#tabs) {
        const deal = deals.get(id)
        if (deal?.state === 'signed') continue
        const isOver = deal?.state !== 'opened'
        const isIdle = performance.now() - tab.usedAt > PROVIDER_IDLE
        const isDue = now >= tab.deal.agreement.deadline - CLOSING_MARGIN
        if (isOver) this.#tabs.delete(id)
        else if (isIdle || isDue) this.#conclude(tab).catch(report)
      }
    } catch (error) {
      report(error)
    }
  }

  /**
   * Ends a tab. What is unpaid is asked for, and reported on chain like any delivery where there is no voucher at all;
   * else the voucher pays for the rest.
   */
  async #conclude(tab: ProviderTab): Promise<void> {
    const { settlement } = this.#components
    const { id } = tab.deal
    if (!this.#tabs.delete(id)) return
    await tab.record.save()
    const { answers } = tab.record.tab
    if (tab.owed > 0n) {
      const deal = await settlement.deliver(id, answers)
      if (deal.state === 'settled' || tab.voucher === undefined) return
    }
    if (tab.voucher !== undefined) await settlement.conclude(id, tab.voucher)
    else await settlement.cancel(id)
  }
}

function unusable(code: string, deal: Deal | undefined): RefusedError {
  return new RefusedError(code, 'An agreement pays for no more questions.', {
    field: 'question.agreementId',
    expected: 'an open agreement about this service with whoever asks',
    received: deal?.state,
  })
}
