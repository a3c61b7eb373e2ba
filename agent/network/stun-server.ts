import { createSocket, type RemoteInfo, type SocketType } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import { multiaddr } from '@multiformats/multiaddr'
import { RateLimits } from './rate-limits.ts'
import { decodeBindingRequest, encodeBindingResponse } from './stun-message.ts'

/** Answers per address of a client: a handshake takes a few, and answers must not be aimed at others. */
const QUOTA = { perMinute: 120, burst: 30 }

/** A running STUN server. */
export interface StunServer {
  readonly port: number
  stop(): Promise<void>
}

/**
 * Starts a server that tells whoever asks by UDP the address that it was asked from (RFC 8489).
 *
 * @param at.host address to listen at; with IPv6 only, unless it is `::`
 * @param at.port 0 for any free one
 * @throws the system's error when it cannot listen there
 */
export async function startStunServer({ host, port }: { host: string; port: number }): Promise<StunServer> {
  const type: SocketType = isIPv6(host) ? 'udp6' : 'udp4'
  const socket = createSocket(type)
  const limits = new RateLimits()
  socket.on('message', (bytes: Uint8Array, from: RemoteInfo) => {
    const request = decodeBindingRequest(bytes)
    if (request === undefined || !limits.take(from.address, QUOTA)) return
    const answer = encodeBindingResponse(request, { address: bytesOf(from), port: from.port })
    socket.send(answer, from.port, from.address, () => undefined)
  })
  socket.bind(port, host)
  await once(socket, 'listening')
  // What cannot be sent is as good as lost, which UDP allows.
  socket.on('error', () => undefined)
  return {
    port: socket.address().port,
    async stop() {
      const closed = once(socket, 'close')
      socket.close()
      await closed
    },
  }
}

/** Bytes of an address, which multiaddrs keep behind the code of its protocol. */
function bytesOf({ address, family }: RemoteInfo): Uint8Array {
  const [plain = address] = address.split('%')
  const mapped = /^::ffff:([\d.]+)$/.exec(plain)?.[1]
  if (mapped !== undefined || family === 'IPv4') return multiaddr(`/ip4/${mapped ?? plain}`).bytes.slice(1)
  return multiaddr(`/ip6/${plain}`).bytes.slice(1)
}
