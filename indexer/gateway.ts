import type { CapabilityRecord, Hex, Intent, Signed } from '../protocol/types.ts'

/** An intent as a mesh node hands it over: its signature is verified, `hash` is the digest that was signed. */
export type ReceivedIntent = Signed<Intent> & { hash: Hex }

/** A capability record as a mesh node hands it over, likewise verified. */
export type ReceivedCapability = Signed<CapabilityRecord> & { hash: Hex }

/** The mesh node behind the API: what it hears and the chain does not know. Each call returns how to unsubscribe. */
export interface Gateway {
  subscribeToIntents(fn: (intent: ReceivedIntent) => void): () => void
  subscribeToCapabilities(fn: (record: ReceivedCapability) => void): () => void
}
