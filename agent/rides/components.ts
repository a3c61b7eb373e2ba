import type { Hex, Intent } from '../../protocol/types.ts'
import type { IntentDraft } from '../intent-draft.ts'
import type { FareTariff } from '../market/rides/index.ts'
import type { LocalReputation } from '../policy/local-reputation.ts'
import type { AgentDiscovery } from '../protocols/agent-discovery/index.ts'
import type { Auctions } from '../protocols/auctions/index.ts'
import type { IntentDiscovery, ReceivedIntent } from '../protocols/intent-discovery/index.ts'
import type { Negotiation } from '../protocols/negotiation/index.ts'
import { Trip, type Trips } from '../protocols/trips/index.ts'
import type { Way } from './way.ts'

/** What riders' and drivers' agents are made of. */
export interface RideComponents {
  agents: Pick<AgentDiscovery, 'capable'>
  intents: IntentDiscovery
  auctions: Auctions
  negotiation: Negotiation
  trips: Pick<Trips, 'of' | 'live'>
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

/** A ride that both sides have signed, from the intent to the end of the trip. */
export class AgreedRide extends Trip {
  readonly intent: ReceivedIntent

  constructor(trip: ConstructorParameters<typeof Trip>[0], intent: ReceivedIntent) {
    super(trip)
    this.intent = intent
  }
}
