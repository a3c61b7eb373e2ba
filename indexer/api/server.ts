import { once } from 'node:events'
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ConfigError } from '../../protocol/errors.ts'
import { boundConnections } from './connections.ts'

/** Most connections at the same time, live streams included, unless it is said otherwise. */
export const MAX_CONNECTIONS = 512
/** Of these, most of one address, unless it is said otherwise. */
export const PER_ADDRESS = 64
/** Milliseconds that a client has for its headers, and for its whole request. */
const HEADERS_TIMEOUT = 10_000
const REQUEST_TIMEOUT = 15_000
/** How often that is looked at, in milliseconds; by default it is half a minute. */
const CHECKING_INTERVAL = 1_000

/** How long requests that are being answered may take when the server closes, in milliseconds. */
const DRAIN_TIMEOUT = 5_000

/** A listening HTTP server. */
export interface HttpServer {
  url: string
  port: number
  /** Takes no more connections, lets requests that are being answered end within five seconds, and ends all connections. */
  close(): Promise<void>
}

/** How many connections there may be at a time. */
export interface ConnectionLimits {
  all: number
  perAddress: number
}

/**
 * @throws ConfigError `PORT_UNUSABLE` when it cannot listen there.
 */
export async function listen(
  app: RequestListener,
  host: string,
  port: number,
  limits: ConnectionLimits,
): Promise<HttpServer> {
  const timeouts = {
    headersTimeout: HEADERS_TIMEOUT,
    requestTimeout: REQUEST_TIMEOUT,
    connectionsCheckingInterval: CHECKING_INTERVAL,
  }
  const server = createServer(timeouts)
  const drain = watchAnswers(server)
  server.on('request', app)
  server.maxConnections = limits.all
  boundConnections(server, limits.perAddress)
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new ConfigError('PORT_UNUSABLE', 'The API cannot listen at this address.', {
      field: 'port',
      expected: 'a free port',
      received: `${host}:${port}`,
      remedy: 'Choose another port; 0 takes any free one.',
      cause,
    })
  }
  const bound = (server.address() as AddressInfo).port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    port: bound,
    async close() {
      const closed = once(server, 'close')
      server.close()
      await drain()
      // What is left is late, or has asked for nothing: browsers connect before they know what for.
      server.closeAllConnections()
      await closed
    },
  }
}

/** @returns what waits until nothing is being answered any more, or it takes too long, and keeps no connection for a next request */
function watchAnswers(server: Server): () => Promise<void> {
  const open = new Set<ServerResponse>()
  let isDraining = false
  server.on('request', (_request, response) => {
    open.add(response)
    response.once('close', () => open.delete(response))
    response.shouldKeepAlive &&= !isDraining
  })
  return async () => {
    isDraining = true
    const deadline = AbortSignal.timeout(DRAIN_TIMEOUT)
    for (const response of open) response.shouldKeepAlive = false
    while (open.size > 0 && !deadline.aborted) {
      const ends = [...open].map((response) => once(response, 'close', { signal: deadline }))
      await Promise.allSettled(ends)
    }
  }
}
