import type { Libp2p, PeerId } from '@libp2p/interface'
import { type LengthPrefixedStream, lpStream } from '@libp2p/utils'
import {
  type DiscoverAnswer,
  decodeDiscoverAnswer,
  decodeRegisterAnswer,
  encodeRequest,
  MAX_ANSWER_BYTES,
  RENDEZVOUS_PROTOCOL,
  type RegisterAnswer,
  type RendezvousRequest,
} from '../../../protocol/wire/rendezvous.ts'

type Question = Extract<RendezvousRequest, { type: 'discover' }>
type Registration = Extract<RendezvousRequest, { type: 'register' }>
type Node = Pick<Libp2p, 'dialProtocol'>

/**
 * Registers at a point.
 *
 * @throws WireError for an answer that is none; whatever ended the stream, or `signal` was aborted with
 */
export async function registerAt(
  node: Node,
  point: PeerId,
  registration: Omit<Registration, 'type'>,
  signal: AbortSignal,
): Promise<RegisterAnswer> {
  const request = encodeRequest({ type: 'register', ...registration })
  return within(node, point, signal, async (frames) => {
    await frames.write(request, { signal })
    return decodeRegisterAnswer((await frames.read({ signal })).subarray())
  })
}

/** Takes a registration back; a point does not answer. @throws as `registerAt` */
export async function unregisterAt(
  node: Node,
  point: PeerId,
  namespace: string,
  signal: AbortSignal,
): Promise<void> {
  const request = encodeRequest({ type: 'unregister', namespace })
  await within(node, point, signal, (frames) => frames.write(request, { signal }))
}

/** Asks who registered at a point. @throws as `registerAt` */
export async function discoverAt(
  node: Node,
  point: PeerId,
  question: Omit<Question, 'type'>,
  signal: AbortSignal,
): Promise<DiscoverAnswer> {
  const request = encodeRequest({ type: 'discover', ...question })
  return within(node, point, signal, async (frames) => {
    await frames.write(request, { signal })
    return decodeDiscoverAnswer((await frames.read({ signal })).subarray())
  })
}

/** One exchange on a stream of its own: some implementations answer once. */
async function within<T>(
  node: Node,
  point: PeerId,
  signal: AbortSignal,
  exchange: (frames: LengthPrefixedStream) => Promise<T>,
): Promise<T> {
  const stream = await node.dialProtocol(point, RENDEZVOUS_PROTOCOL, { signal })
  try {
    const result = await exchange(lpStream(stream, { maxDataLength: MAX_ANSWER_BYTES }))
    await stream.close({ signal })
    return result
  } catch (error) {
    stream.abort(error instanceof Error ? error : new Error(String(error)))
    throw error
  }
}
