import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A warehouse's line to the chain, which can be cut: a TCP proxy on this machine. */
export interface ChainLink {
  /** URL of the chain through this line. */
  readonly url: string
  /** Breaks all connections, and lets no new one through until it is mended. */
  cut(): void
  mend(): void
}

/** @param rpcUrl an http URL, with a port where it is not 80 */
export async function chainLink(rpcUrl: string): Promise<ChainLink> {
  const { hostname, port, pathname } = new URL(rpcUrl)
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer((inbound) => {
    if (isCut) return void inbound.destroy()
    const outbound = connect(Number(port || 80), hostname)
    for (const [socket, other] of [
      [inbound, outbound],
      [outbound, inbound],
    ] as const) {
      sockets.add(socket)
      socket.unref().pipe(other)
      socket.on('error', () => other.destroy()).on('close', () => sockets.delete(socket))
    }
  }).listen(0, '127.0.0.1')
  await once(server.unref(), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`,
    cut() {
      isCut = true
      for (const socket of sockets) socket.destroy()
    },
    mend() {
      isCut = false
    },
  }
}
