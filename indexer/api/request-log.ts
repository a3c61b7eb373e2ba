import type { Logger } from 'pino'
import type { Answered, Traffic } from './traffic.ts'

/** From so many seconds on a request is told of without being asked. */
const SLOW = 1

/**
 * Logs requests: all at `debug`, slow ones at `info`, what failed here at `warn`. Neither path, query, headers nor body is told: a
 * route names what was asked for, and the others may hold secrets.
 */
export function logRequests({ events }: Traffic, logger: Logger): void {
  events.on('answered', ({ seconds, isStream, ...request }) => {
    const told = { ...request, ms: Math.round(seconds * 1000) }
    logger[levelOf({ seconds, isStream, ...request })](told, 'a request was answered')
  })
}

function levelOf({ status, seconds, isStream, route }: Answered): 'debug' | 'info' | 'warn' {
  // That an index is not ready is said to whoever asks for it, again and again.
  if (status >= 500 && !(status === 503 && route === '/ready')) return 'warn'
  return seconds >= SLOW && !isStream ? 'info' : 'debug'
}
