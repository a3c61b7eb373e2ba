import type { PeerId, Stream } from '@libp2p/interface'
import { MeshError, WireError } from '../../protocol/errors.ts'
import type { ProtocolId } from '../../protocol/network-parameters.ts'
import type { MeshNode } from '../network/node.ts'
import { misbehaviourOf, type PeerScores } from '../network/peer-scores.ts'
import type { NetworkRules } from './network-rules.ts'

export interface AdmitStreamComponents {
  node: MeshNode
  scores: PeerScores
  rules: Pick<NetworkRules, 'checkProtocol'>
  /** Hears of each stream that was refused. */
  report: (error: unknown) => void
}

/**
 * Decides whether a stream that a peer opened is served: its protocol must not be past its sunset, and the peer must have
 * enough left of its quota. One that is not is reset; who asks too often pays for it.
 *
 * @param charge takes what opening a stream costs, and throws when it is too much; see `RequestLimits.take`
 * @returns whether to go on
 */
export function admitStream(
  { node, scores, rules, report }: AdmitStreamComponents,
  protocol: ProtocolId,
  { peer, stream }: { peer: PeerId; stream: Stream },
  charge: () => void,
): boolean {
  try {
    rules.checkProtocol(protocol)
    charge()
    return true
  } catch (error) {
    if (!(error instanceof MeshError)) throw error
    report(error)
    stream.abort(error)
    const isGuilty = error instanceof WireError
    if (isGuilty && scores.penalize(peer.toString(), misbehaviourOf(error))) node.hangUp(peer).catch(report)
    return false
  }
}
