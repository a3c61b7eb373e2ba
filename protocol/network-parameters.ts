/** What governance decides for every node: the rules of `MeshDirectory` as an agent reads them; see its interfaces. */

/** What an agent needs for its messages to be carried in a domain. */
export interface Admission {
  /** Free stake of its owner behind it, in minor units of the stake token. */
  readonly minStake: bigint
  /** Reputation score in hundredths of a per cent. */
  readonly minReputation: number
}

/** How much one agent may publish in a topic: a bucket of `burst` messages that refills at `perMinute`. */
export interface Quota {
  readonly perMinute: number
  readonly burst: number
}

/** Limits on what one agent, or one peer, may burden others with. */
export interface SpamRules {
  /** Bytes of a gossip message or a stream frame. */
  readonly maxMessageBytes: number
  /** Seconds from its reception that an intent may live. */
  readonly maxIntentLife: number
  /** Intents of an agent in a domain that live at once. */
  readonly maxLiveIntents: number
  /** Offers of an agent that live at once. */
  readonly maxLiveOffers: number
  /** Invalid messages within a minute after which a peer is muted. */
  readonly invalidTolerance: number
  /** Seconds for which it is muted. */
  readonly muteDuration: number
}

/** How a version stands, in the order of `IVersions.Status`. */
export const VERSION_STATUSES = ['none', 'current', 'deprecated', 'sunset'] as const
export type VersionStatus = (typeof VERSION_STATUSES)[number]

/** A protocol and its major version, as both stand in its identifier. */
export interface ProtocolId {
  readonly name: string
  readonly version: number
}

/** What the directory says about one version of a protocol. */
export interface ProtocolVersion {
  readonly status: VersionStatus
  /** Unix seconds from which nobody speaks it; 0n when no date is set. */
  readonly sunset: bigint
  /** Number of the version that is current, 0 when the directory does not know the protocol. */
  readonly current: number
}

/** All that nodes obey, as the directory said it in one block. The key '' stands for whatever has no entry of its own. */
export interface NetworkParameters {
  readonly spam: SpamRules
  /** By domain: `energy`. */
  readonly admissions: Readonly<Record<string, Admission>>
  /** By topic without version and area: `intents/energy`. */
  readonly quotas: Readonly<Record<string, Quota>>
  /** By name and version: `negotiation/1`. */
  readonly protocols: Readonly<Record<string, ProtocolVersion>>
  /** How the deployment's escrow stands among its versions. */
  readonly escrow: VersionStatus
}

/** What the chain says about the agent that a key speaks for; for a key without one all is zero and false. */
export interface Standing {
  readonly agentId: bigint
  /** Stake that the escrow could lock now, in minor units of the stake token. */
  readonly freeStake: bigint
  /** Reputation from 0n to 10^18, which is 1. */
  readonly score: bigint
  /** How many feedbacks count in it. */
  readonly feedbacks: number
  /** What was paid to the agent in all agreements that were ever rated, the fees included, in units of weight. */
  readonly settledVolume: bigint
  readonly isBanned: boolean
}

/** The admission to a domain: its own, or the default. */
export function admissionOf({ admissions }: NetworkParameters, domain: string): Admission {
  return entryOf(admissions, domain)
}

/** The quota of a topic: its own, or the default. */
export function quotaOf({ quotas }: NetworkParameters, topic: string): Quota {
  return entryOf(quotas, topic)
}

/** Key of a protocol's version in `NetworkParameters.protocols`. */
export function protocolKey({ name, version }: ProtocolId): string {
  return `${name}/${version}`
}

function entryOf<T>(entries: Readonly<Record<string, T>>, key: string): T {
  const entry = (Object.hasOwn(entries, key) ? entries[key] : undefined) ?? entries['']
  if (entry === undefined) throw new Error('network parameters without defaults')
  return entry
}
