import type { Account, Activity, GuestOffer, Guests, IntentDraft, MeshNetwork } from '../agent/index.ts'
import type { Address, CapabilityRecord, Hex, Intent, Signed } from '../protocol/types.ts'

/** An intent as a mesh node hands it over: its signature is verified, `hash` is the digest that was signed. */
export type ReceivedIntent = Signed<Intent> & { hash: Hex }

/** A capability record as a mesh node hands it over, likewise verified. */
export type ReceivedCapability = Signed<CapabilityRecord> & { hash: Hex }

/** An offer to somebody who trades through the API, likewise verified. */
export type HeldOffer = Pick<GuestOffer, 'id' | 'intent' | 'offer'>

/** How it asks the services of agents. */
export type Asking = Pick<MeshNetwork, 'recordOf' | 'priceOf' | 'request'>

/** The mesh node behind the API: what it hears and the chain does not know. Each call returns how to unsubscribe. */
export interface Gateway extends Partial<Asking> {
  subscribeToIntents(fn: (intent: ReceivedIntent) => void): () => void
  subscribeToCapabilities(fn: (record: ReceivedCapability) => void): () => void
  /** What it heard before. */
  openIntents(): ReceivedIntent[]
  records(): ReceivedCapability[]
  /** What it has to do with others at present; absent: it is not told. */
  readonly activity?: Activity
  /** Whom it trades for over the API, who have a key and no node; absent: for nobody. */
  readonly guests?: Pick<
    Guests,
    | 'publish'
    | 'onOffer'
    | 'offered'
    | 'authorizationFor'
    | 'permitFor'
    | 'accept'
    | 'delivered'
    | 'release'
    | 'withdraw'
    | 'deal'
    | 'transactions'
    | 'sales'
  >
  /** The intent that one of those signs. */
  guestIntent?(agent: Address, draft: IntentDraft): Intent
  /** The node's own key. */
  readonly address?: Address
  /** What of the chain that key does: it takes the payments that clients sign, and pays their gas; absent: none are taken. */
  readonly account?: Pick<Account, 'submit'>
}
