import { once } from 'node:events'
import { join } from 'node:path'
import { loadKey, type Relay, startRelay } from '../../agent/index.ts'
import type { HttpServer, MetricsPlace } from '../../indexer/index.ts'
import { type MetricsOptions, metricsPlace } from '../metrics.ts'
import { interruptible } from '../signals.ts'
import { STATE_ROOT } from '../state-root.ts'

export interface RelayOptions extends MetricsOptions {
  host: string
  port: number
  stunPort: number
  publicHost?: string
  maxReservations: number
  json?: boolean
}

/** Runs a relay until a signal comes. @returns 128 + its number */
export async function relay({ json, metricsPort, metricsHost, ...init }: RelayOptions): Promise<number> {
  using interruption = interruptible()
  await using resources = new AsyncDisposableStack()
  const key = await loadKey(join(STATE_ROOT, 'relay', 'key'))
  const running = await startRelay({ ...init, key })
  resources.defer(() => running.stop())
  const place = metricsPlace({ metricsHost, ...(metricsPort === undefined ? {} : { metricsPort }) })
  const metrics = place && (await measure(running, place))
  resources.defer(() => metrics?.close())
  const metricsUrls = metrics === undefined ? [] : [`${metrics.url}/metrics`]
  const { peerId, multiaddrs, stunServers } = running
  if (json) {
    console.log(
      JSON.stringify({ peerId: peerId.toString(), multiaddrs, stunServers, metricsUrl: metricsUrls[0] }),
    )
  } else {
    const rows = [
      ...multiaddrs.map(row('relay')),
      ...stunServers.map(row('stun')),
      ...metricsUrls.map(row('metrics')),
    ]
    console.log(rows.join('\n'))
  }
  if (!interruption.signal.aborted) await once(interruption.signal, 'abort')
  return interruption.exitCode ?? 0
}

/** Loads what measures on use: a relay need not have it. */
async function measure(running: Relay, place: MetricsPlace): Promise<HttpServer> {
  const { processMetrics, serveMetrics, lookedUp } = await import('../../indexer/metrics/index.ts')
  const registry = processMetrics()
  lookedUp(registry, 'mesh_relay_reservations', 'Peers that have a reservation', () => running.reservations)
  lookedUp(
    registry,
    'mesh_relay_registrations',
    'What is registered at the rendezvous point',
    () => running.registrations,
  )
  return serveMetrics(registry, place)
}

function row(kind: string): (address: string) => string {
  return (address) => `${kind.padEnd(6)} ${address}`
}
