import { clearingDomain, clearingHouseOf, type Deployment } from '../../../protocol/deployment.ts'
import { ConfigError, RefusedError } from '../../../protocol/errors.ts'
import type { Hex } from '../../../protocol/types.ts'
import type { SlotsAsk } from '../../../protocol/wire/catch-up.ts'
import { rulesOf } from '../../chain/actions/clearing-house.ts'
import type { ChainClient } from '../../chain/client.ts'
import type { Wallet } from '../../chain/wallet.ts'
import { marketTopic, ORDERS } from '../../network/names.ts'
import type { Policy } from '../../policy/limits.ts'
import type { SlotRecords } from '../../policy/slot-records.ts'
import type { CatchUp } from '../catch-up.ts'
import type { GossipComponents } from '../gossip-topic.ts'
import { MAX_MARKETS } from './constants.ts'
import type { SlotMarketInit } from './inputs.ts'
import { SlotMarket } from './slot-market.ts'

export interface SlotsComponents {
  gossip: GossipComponents
  catchUp: CatchUp
  chain: ChainClient
  deployment: Deployment
  wallet: Wallet
  records: SlotRecords
  policy: Policy
  /** Has neighbours looked for that listen to a topic; those who do register under a name. */
  seek: (name: string, topic: string) => void
  report: (error: unknown) => void
}

/** The energy markets that an agent takes part in. */
export class Slots {
  readonly #components: SlotsComponents
  readonly #markets = new Map<Hex, SlotMarket>()

  constructor(components: SlotsComponents) {
    this.#components = components
    const cacheOf = (ask: SlotsAsk) => this.#markets.get(ask.market)?.cacheOf(ask)
    for (const type of ['orders', 'readings'] as const) components.catchUp.about(type, cacheOf)
  }

  /**
   * Takes part in a market; in one that it takes part in already, as it does.
   *
   * @param market its id
   * @throws RefusedError `MARKET_UNKNOWN`; ConfigError `TOO_MANY_MARKETS` or `CLEARING_HOUSE_MISSING`; ChainError when the
   *   chain does not answer; what `signal` was aborted with
   */
  async enter(market: Hex, init: SlotMarketInit, signal: AbortSignal): Promise<SlotMarket> {
    const { deployment, chain } = this.#components
    const house = clearingHouseOf(deployment)
    const [rules, now] = await Promise.all([rulesOf(chain.client, house, market), chain.now()])
    signal.throwIfAborted()
    const known = this.#markets.get(market)
    if (known !== undefined) return known
    if (rules === undefined) throw unknown(market)
    if (this.#markets.size >= MAX_MARKETS) throw tooMany()
    const domain = clearingDomain(deployment)
    const { treasury: ledger } = deployment.contracts
    const entered = new SlotMarket({ ...this.#components, house, ledger, market, rules, domain }, init)
    this.#markets.set(market, entered)
    entered.start(now)
    this.#components.seek(`orders/${market}`, marketTopic(deployment, ORDERS, market))
    return entered
  }

  /** Leaves all markets. @param reason what those who wait reject with */
  stop(reason: unknown): void {
    for (const market of this.#markets.values()) market.stop(reason)
  }
}

function unknown(market: Hex): RefusedError {
  return new RefusedError('MARKET_UNKNOWN', 'There is no such energy market.', {
    field: 'market',
    expected: 'the id of a market of this deployment',
    received: market,
    remedy: 'Take the id that the clearing house logged when the market was created.',
  })
}

function tooMany(): ConfigError {
  return new ConfigError('TOO_MANY_MARKETS', 'An agent takes part in too many markets.', {
    expected: `at most ${MAX_MARKETS}`,
    remedy: 'Take part in the others by another agent.',
  })
}
