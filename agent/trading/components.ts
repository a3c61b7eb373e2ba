import type { Address, Hex, Intent } from '../../protocol/types.ts'
import type { IntentDraft } from '../intent-draft.ts'
import type { Deals } from '../policy/deals.ts'
import type { AgentDiscovery } from '../protocols/agent-discovery/index.ts'
import type { IntentDiscovery, ReceivedIntent } from '../protocols/intent-discovery/index.ts'
import type { Negotiation } from '../protocols/negotiation/index.ts'
import type { Tactic } from '../strategy/index.ts'
import type { Commitments } from './commitments.ts'
import type { TradeWish } from './wish.ts'

/** What a wish is traded by. */
export interface TradingComponents {
  /** This agent. */
  agent: Address
  agents: Pick<AgentDiscovery, 'recordOf' | 'discover'>
  deals: Pick<Deals, 'all' | 'get' | 'until' | 'onChange'>
  intents: Pick<IntentDiscovery, 'subscribe' | 'open' | 'publish'>
  negotiation: Pick<Negotiation, 'offer' | 'onOfferTo' | 'checkPayable'>
  /** Opens the stream to an intent's maker, which an offer then uses. */
  reach: (intent: ReceivedIntent) => Promise<unknown>
  /** An own intent, and the digest that it will have when it is signed. */
  prepare: (draft: IntentDraft) => { intent: Intent; hash: Hex }
  /** Unix seconds. */
  now: () => bigint
  report: (error: unknown) => void
}

/** What both sides of a trade have in common. */
export interface TradeParts {
  components: TradingComponents
  wish: TradeWish
  tactic: Tactic
  commitments: Commitments
  /** Aborted when it is traded no more. */
  signal: AbortSignal
}
