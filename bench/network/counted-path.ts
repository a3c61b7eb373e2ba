import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'

/** Bytes of an IPv4 and a UDP header (RFC 791, RFC 768). */
const HEADERS = 28
/** Most bytes that wait to be read: a burst is counted, and not lost. */
const BUFFER = 4 << 20

/** A way to a QUIC address on loopback: every datagram that goes through it, either way, is counted. */
export class CountedPath {
  /** Multiaddr to be dialled instead. */
  readonly address: string
  /** Since the last `reset`, with the headers of IP and UDP. */
  bytes = 0
  datagrams = 0
  readonly #front: Socket
  readonly #target: number
  /** One per client, by its port. */
  readonly #backs = new Map<number, Socket>()

  private constructor(front: Socket, address: string) {
    this.#front = front
    this.#target = Number(/\/udp\/(\d+)\//.exec(address)?.[1])
    this.address = address.replace(/\/udp\/\d+\//, `/udp/${front.address().port}/`)
    front.on('message', (bytes, { port }) =>
      this.#backOf(port).send(this.#count(bytes), this.#target, '127.0.0.1'),
    )
  }

  /** @param address multiaddr of a node that listens on 127.0.0.1 by QUIC */
  static async to(address: string): Promise<CountedPath> {
    return new CountedPath(await openSocket(), address)
  }

  /** Counts from here. */
  reset(): void {
    this.bytes = 0
    this.datagrams = 0
  }

  close(): void {
    for (const socket of [this.#front, ...this.#backs.values()]) socket.close()
  }

  #backOf(client: number): Socket {
    const known = this.#backs.get(client)
    if (known !== undefined) return known
    const back = createSocket({ type: 'udp4', recvBufferSize: BUFFER })
    back.on('message', (bytes) => this.#front.send(this.#count(bytes), client, '127.0.0.1'))
    this.#backs.set(client, back)
    return back
  }

  #count(bytes: Uint8Array): Uint8Array {
    this.bytes += bytes.length + HEADERS
    this.datagrams += 1
    return bytes
  }
}

async function openSocket(): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: BUFFER }).bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return socket
}
