import { Counter, Histogram, type Registry } from 'prom-client'
import type { Traffic } from '../api/traffic.ts'
import { lookedUp } from './looked-up.ts'

/** Bounds in seconds: an answer from memory takes a millisecond, a reader waits for ten seconds at most. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

/** What the API answers: by route, never by path, so that no client can make series. */
export function measureHttp(registry: Registry, traffic: Traffic): void {
  const registers = [registry]
  const requests = new Counter({
    name: 'mesh_http_requests_total',
    help: 'Requests that are over. 429 is one too often; 499 one whose client went before it was answered',
    labelNames: ['route', 'method', 'status'],
    registers,
  })
  const durations = new Histogram({
    name: 'mesh_http_request_duration_seconds',
    help: 'From a request to the last byte of its answer; live streams are not counted',
    labelNames: ['route'],
    buckets: BUCKETS,
    registers,
  })
  traffic.events.on('answered', ({ route, method, status, seconds, isStream }) => {
    requests.inc({ route, method, status })
    if (!isStream) durations.observe({ route }, seconds)
  })
  lookedUp(
    registry,
    'mesh_http_requests_in_flight',
    'Requests that are being answered',
    () => traffic.requests,
  )
  lookedUp(registry, 'mesh_http_streams', 'Clients of live streams', () => traffic.streams)
}
