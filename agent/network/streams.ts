import type { Connection, PeerId, Stream, StreamMessageEvent } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { dialable } from './dialable.ts'
import type { MeshNode } from './node.ts'

/**
 * Opens a stream to a peer on the best connection that there is: a direct one, else one through a relay, else a new
 * one, whichever side makes it first. libp2p alone would not use a relayed one, and dial again. A peer that cannot be
 * reached counts as away; see `Absences`.
 *
 * @param protocols one, or several of which the first is spoken that the peer has
 * @param options.endpoints multiaddrs without peer id where it listens, of which those are tried that are
 *   `dialable`; without any, what is known of it
 * @throws {Error} whatever libp2p throws, or `signal` was aborted with
 */
export async function openStream(
  node: MeshNode,
  peer: PeerId,
  protocols: string | string[],
  { signal, endpoints = [] }: { signal: AbortSignal; endpoints?: readonly string[] },
): Promise<Stream> {
  const open = node.getConnections(peer).filter(({ status }) => status === 'open')
  const addresses = dialable(endpoints, peer)
  const { absences } = node.services
  // Whoever gave up before it was time says nothing about the peer.
  const isDue = () => !signal.aborted || signal.reason?.name === 'TimeoutError'
  const dial = async () => {
    try {
      return await connect(node, peer, addresses, signal)
    } catch (error) {
      if (isDue()) absences.missed(peer)
      throw error
    }
  }
  const connection = open.find(({ limits }) => limits === undefined) ?? open[0] ?? (await dial())
  try {
    const stream = await connection.newStream(protocols, { signal, runOnLimitedConnection: true })
    absences.reached(peer)
    return stream
  } catch (error) {
    // The process at the other end may be gone: a connection outlives it by some seconds.
    if (signal.aborted && isDue()) absences.missed(peer)
    // A stream that ends while its protocol is agreed on makes libp2p reject with the event that said so.
    throw error instanceof Error
      ? error
      : new Error('The peer ended the stream before it was open', { cause: error })
  }
}

/** Dials a peer, unless it connects by itself meanwhile: it may have moved. */
async function connect(
  node: MeshNode,
  peer: PeerId,
  addresses: Multiaddr[],
  signal: AbortSignal,
): Promise<Connection> {
  const over = new AbortController()
  const { promise: come, resolve } = Promise.withResolvers<Connection>()
  // One that is dialled here is open before the dial has ended, which must not be aborted then.
  const onOpen = ({ detail }: CustomEvent<Connection>) => {
    const { remotePeer, direction, limits } = detail
    if (remotePeer.equals(peer) && direction === 'inbound' && limits === undefined) resolve(detail)
  }
  node.addEventListener('connection:open', onOpen, { signal: over.signal })
  try {
    const dialled = node.dial(addresses.length > 0 ? addresses : peer, {
      signal: AbortSignal.any([signal, over.signal]),
    })
    return await Promise.race([dialled, come])
  } finally {
    over.abort()
  }
}

/**
 * What comes over a stream, until its other side has said all. libp2p's own iterator waits for ever when that was before
 * it was asked: whoever sends a frame and is gone would leave a reader behind each time.
 *
 * @throws whatever the stream was aborted with
 */
export async function* chunksOf(stream: Stream): AsyncGenerator<Uint8Array> {
  const chunks: Uint8Array[] = []
  let isOver = stream.readableEnded || stream.status !== 'open'
  let fault: Error | undefined
  let wake = () => {}
  const ending = new AbortController()
  const { signal } = ending
  const onMessage = ({ data }: StreamMessageEvent) => {
    chunks.push(data.subarray())
    wake()
  }
  const onEnd = (event: Event) => {
    isOver = true
    if ('error' in event && event.error instanceof Error) fault = event.error
    wake()
  }
  stream.addEventListener('end', onEnd, { signal })
  stream.addEventListener('close', onEnd, { signal })
  // Last: what has come already is handed over from here on.
  stream.addEventListener('message', onMessage, { signal })
  try {
    for (;;) {
      for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) yield chunk
      if (fault !== undefined) throw fault
      if (isOver && chunks.length === 0) return
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  } finally {
    ending.abort()
  }
}

/** A connection of a node, as its owner may want to know it. */
export interface PeerConnection {
  peerId: string
  /** Multiaddr over which it goes. */
  address: string
  /** Whether it goes through a relay, which ends it after a while and carries no gossip. */
  isRelayed: boolean
}

/** All open connections. */
export function connectionsOf(node: MeshNode): PeerConnection[] {
  return node.getConnections().map(({ remotePeer, remoteAddr, limits }) => ({
    peerId: remotePeer.toString(),
    address: remoteAddr.toString(),
    isRelayed: limits !== undefined,
  }))
}
