import { messageOf } from '../../protocol/errors.ts'

/** Why a peer was not reached. */
export interface DialFailure {
  reason: string
  /** Whether it will be the same whenever it is tried again. */
  isFinal: boolean
}

/** What Noise says, and then QUIC, when a connection is to a peer with another key. */
const OTHER_PEER =
  /^Payload identity key (\w+) does not match expected remote identity key|^Dialed peer \w+ but connected to (\w+)/

/**
 * Judges why a dial failed. It is final where a peer with another key answers, and where none of the addresses is one that this
 * node can dial; whoever refuses or does not answer may only not be up yet, and a name that is not known may be later.
 *
 * @param error what libp2p threw, for one address or for several
 */
export function dialFailureOf(error: unknown): DialFailure {
  if (error instanceof AggregateError && error.errors.length > 0) {
    const failures = error.errors.map(dialFailureOf)
    return {
      reason: [...new Set(failures.map(({ reason }) => reason))].join('; '),
      isFinal: failures.every(({ isFinal }) => isFinal),
    }
  }
  const [, overNoise, overQuic] = OTHER_PEER.exec(messageOf(error)) ?? []
  const other = overNoise ?? overQuic
  if (other !== undefined) return { reason: `another peer answers there, ${other}`, isFinal: true }
  const name = error instanceof Error ? error.name : ''
  if (name === 'NoValidAddressesError') return { reason: 'this node dials no such address', isFinal: true }
  if (name === 'TimeoutError') return { reason: 'no answer', isFinal: false }
  // WebSockets fail with an event that says nothing.
  return { reason: error instanceof Error ? error.message : 'no connection', isFinal: false }
}
