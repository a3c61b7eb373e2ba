import type { ProtocolId } from '../../../protocol/network-parameters.ts'
import type { NegotiationMessage } from '../../../protocol/wire/frames.ts'
import type { Tariff } from '../../network/request-limits.ts'

/** Name and major version of the protocol; see `protocolName`. */
export const PROTOCOL = { name: 'negotiation', version: 1 } as const
/** Major versions that this software speaks, the newest first: two agents speak the newest that both have. */
export const VERSIONS: readonly ProtocolId[] = [PROTOCOL]

/** How long an own handler may take to decide, in milliseconds: the other side waits no longer for its answer. */
export const DECISION_TIMEOUT = 6_000
/** How often deals are held against the chain, in milliseconds. */
export const SWEEP_INTERVAL = 1_000
/** Most conversations at a time; further offers are declined as `busy`. */
export const MAX_SESSIONS = 1_000
/** Most own intents that were told to one peer alone; the oldest make room. */
export const MAX_QUOTES = 1_000
/** Most offers of others that are remembered. */
export const MAX_HANDLED = 10_000
/** Most offers that are remembered as taken back before they came. */
export const MAX_FORESTALLED = 1_000
/** How often a peer's word that a deal was opened or has ended makes this agent look at the chain, per deal. */
export const HINTS = { perMinute: 12, burst: 4 }
/** Most deals that one look at what is due takes up at a time. */
export const MAX_SWEEP = 64

/**
 * What the messages of one peer cost: in proportion to the signatures that they have verified and the questions to the
 * chain that they cause. A peer may offer as often at once as the network lets offers live, and a hundred times a second
 * in the long run.
 */
export const TARIFF: Tariff<'stream' | NegotiationMessage['type']> = {
  protocol: 'negotiation',
  quota: { perMinute: 30_000, burst: 5_000 },
  costs: {
    stream: 10,
    proposal: 5,
    acceptance: 5,
    // It is written down, whatever it names.
    withdrawal: 50,
    delivered: 5,
    released: 5,
    opened: 2,
    settled: 2,
    decline: 1,
    held: 1,
  },
}
