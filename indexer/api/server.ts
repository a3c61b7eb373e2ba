import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
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

/** A listening HTTP server. */
export interface HttpServer {
  url: string
  port: number
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
  const server = createServer(timeouts, app)
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
      server.closeAllConnections()
      await closed
    },
  }
}
