import type { PeerId, Stream } from '@libp2p/interface'
import { type LengthPrefixedStream, lpStream } from '@libp2p/utils'
import { MeshError, RefusedError } from '../../protocol/errors.ts'
import type { MeshNode } from '../network/node.ts'
import { misbehaviourOf, type PeerScores } from '../network/peer-scores.ts'
import type { NetworkRules } from './network-rules.ts'

/** How long closing a stream may take, in milliseconds. */
const CLOSE_TIMEOUT = 5_000

/**
 * Runs a short exchange of frames over a stream of its own, and closes it. What breaks the exchange aborts the stream, and
 * what the peer is to blame for is held against it.
 *
 * @throws whatever `exchange` throws
 */
export async function exchangeFrames<T>(
  { node, scores, rules }: { node: MeshNode; scores: PeerScores; rules: NetworkRules },
  stream: Stream,
  peer: PeerId,
  exchange: (frames: LengthPrefixedStream) => Promise<T>,
): Promise<T> {
  const maxDataLength = rules.parameters.spam.maxMessageBytes
  try {
    const result = await exchange(lpStream(stream, { maxDataLength }))
    await stream.close({ signal: AbortSignal.timeout(CLOSE_TIMEOUT) })
    return result
  } catch (error) {
    stream.abort(error instanceof Error ? error : new Error(String(error)))
    if (error instanceof MeshError) {
      const misbehaviour = error instanceof RefusedError ? 'refused' : misbehaviourOf(error)
      if (scores.penalize(peer.toString(), misbehaviour)) await node.hangUp(peer)
    }
    throw error
  }
}
