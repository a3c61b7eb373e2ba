import type { IncomingMessage, ServerResponse } from 'node:http'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { isForeign } from '../api/loopback.ts'
import { type HttpServer, listen } from '../api/server.ts'

/** Where metrics are served. */
export interface MetricsPlace {
  /** 127.0.0.1 when absent. */
  host?: string | undefined
  /** 0: any free one. */
  port: number
}

/** One that scrapes, one that looks, and some that do not let go. */
const CONNECTIONS = { all: 32, perAddress: 32 }

/** A registry of one process's own figures: CPU, memory, event loop. Others come to it. */
export function processMetrics(): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return registry
}

/**
 * Serves a registry at `/metrics`, in Prometheus's text format. It has a port of its own, so that what leads the world to an API,
 * which may be a proxy on this machine, does not lead it here.
 *
 * @throws ConfigError `PORT_UNUSABLE`
 */
export function serveMetrics(
  registry: Registry,
  { host = '127.0.0.1', port }: MetricsPlace,
): Promise<HttpServer> {
  return listen((request, response) => void answer(registry, request, response), host, port, CONNECTIONS)
}

async function answer(registry: Registry, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (isForeign(request)) return void response.writeHead(403).end()
  if (request.url?.split('?')[0] !== '/metrics') return void response.writeHead(404).end()
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return void response.writeHead(405, { Allow: 'GET, HEAD' }).end()
  try {
    const text = await registry.metrics()
    response
      .writeHead(200, { 'Content-Type': registry.contentType, 'X-Content-Type-Options': 'nosniff' })
      .end(text)
  } catch {
    response.writeHead(500).end()
  }
}
