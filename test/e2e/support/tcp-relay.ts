import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Stands between two agents, so that a test can lose what one has sent before the other has it. */
export interface TcpRelay {
  /** Multiaddr, without peer id, that leads to the agent behind it. */
  readonly endpoint: string
  /** Breaks every connection at once, and nobody has noticed yet; new ones are let through. */
  cut(): void
  stop(): void
}

/** @param endpoints multiaddrs of the agent, of which one has to be TCP over IPv4 */
export async function tcpRelay(endpoints: readonly string[]): Promise<TcpRelay> {
  const [, host = '', port = ''] =
    endpoints.map((endpoint) => /^\/ip4\/([\d.]+)\/tcp\/(\d+)/.exec(endpoint)).find(Boolean) ?? []
  const sockets = new Set<Socket>()
  const server = createServer((inbound) => {
    const outbound = connect(Number(port), host)
    for (const [socket, other] of [
      [inbound, outbound],
      [outbound, inbound],
    ] as const) {
      sockets.add(socket)
      socket.pipe(other)
      socket.on('error', () => other.destroy())
      socket.on('close', () => sockets.delete(socket))
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    endpoint: `/ip4/127.0.0.1/tcp/${(server.address() as AddressInfo).port}`,
    cut,
    stop() {
      server.close()
      cut()
    },
  }
}
