import type { Address, Hex, Intent } from '../../protocol/types.ts'
import type { IntentDraft } from '../intent-draft.ts'
import type { FareTariff } from '../market/rides/index.ts'
import type { Deal } from '../policy/deal.ts'
import type { LocalReputation } from '../policy/local-reputation.ts'
import type { AgentDiscovery } from '../protocols/agent-discovery/index.ts'
import type { Auctions } from '../protocols/auctions/index.ts'
import type { IntentDiscovery, ReceivedIntent } from '../protocols/intent-discovery/index.ts'
import type { Negotiation } from '../protocols/negotiation/index.ts'
import type { Way } from './way.ts'

/** What riders' and drivers' agents are made of. */
export interface RideComponents {
  agents: Pick<AgentDiscovery, 'capable'>
  intents: IntentDiscovery
  auctions: Auctions
  negotiation: Negotiation
  reputation: Pick<LocalReputation, 'record'>
  /** An own intent, and the digest that it will have when it is signed. */
  prepare: (draft: IntentDraft) => { intent: Intent; hash: Hex }
  tariff: FareTariff
  way: Way
  period: number
  /** Unix milliseconds. */
  now: () => number
  report: (error: unknown) => void
}

/** A ride that both sides have signed: from here on it is a trip. */
export interface AgreedRide {
  role: 'rider' | 'driver'
  /** The other side. */
  with: Address
  intent: ReceivedIntent
  deal: Deal
}
