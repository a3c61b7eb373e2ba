import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Stands between an index and its chain, to be cut, turned to another chain, or held at the worst moment. */
export interface Relay {
  readonly url: string
  /** URL of the chain. */
  target: string
  down: boolean
  /** Runs before a request goes on to the chain; what it throws refuses the request. */
  before: (calls: RpcCall[]) => Promise<void>
  stop(): void
}

export interface RpcCall {
  method: string
  params: unknown[]
}

export async function startRelay(target: string): Promise<Relay> {
  const server = createServer(async (request, response) => {
    if (relay.down) return request.socket.destroy()
    let body = ''
    for await (const chunk of request) body += chunk
    try {
      await relay.before([JSON.parse(body)].flat())
    } catch {
      response.writeHead(500).end()
      return
    }
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(relay.target, { method: 'POST', headers, body })
    response.setHeader('content-type', 'application/json').end(await answer.text())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const relay: Relay = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target,
    down: false,
    before: async () => {},
    stop() {
      server.close()
      server.closeAllConnections()
    },
  }
  return relay
}
