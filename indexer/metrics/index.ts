import type { Activity } from '../../agent/index.ts'
import { MeshError } from '../../protocol/errors.ts'
import type { ApiContext } from '../api/context.ts'
import type { HttpServer } from '../api/server.ts'
import { measureHttp } from './http-metrics.ts'
import { type Measured, measureIndex } from './index-metrics.ts'
import { measureMesh } from './mesh-metrics.ts'
import { type MetricsPlace, processMetrics, serveMetrics } from './metrics-server.ts'

export { lookedUp } from './looked-up.ts'
export { processMetrics, serveMetrics } from './metrics-server.ts'

/**
 * Serves the metrics of an index, its API and the mesh node behind it; each index has a registry of its own.
 *
 * @throws ConfigError `PORT_UNUSABLE`
 */
export function startMetrics(place: MetricsPlace, measured: Measured): Promise<HttpServer> {
  const { context } = measured
  const registry = processMetrics()
  measureIndex(registry, measured)
  measureHttp(registry, context.traffic)
  measureMesh(registry, () => activityOf(context))
  return serveMetrics(registry, place)
}

/** Undefined too when the node has left the mesh. */
function activityOf({ gateway }: ApiContext): Activity | undefined {
  try {
    return gateway?.activity
  } catch (error) {
    if (error instanceof MeshError) return undefined
    throw error
  }
}
