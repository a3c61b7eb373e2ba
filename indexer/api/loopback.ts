import type { IncomingMessage } from 'node:http'

/** Names and addresses of this machine for itself, with a port or without. */
export const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i

/**
 * Whether what is served on this machine alone is asked for by another name than this machine's: a page that has its own name
 * point here (DNS rebinding) must not read it.
 *
 * @param allowed names besides this machine's own, without ports. Where they are given all requests are held against them: behind
 *   a port that a container passes on, nothing tells where a request came to
 */
export function isForeign({ socket, headers }: IncomingMessage, allowed?: readonly string[]): boolean {
  const { host = '' } = headers
  if (LOOPBACK_HOST.test(host)) return false
  if (allowed !== undefined) return !allowed.includes(host.replace(/:\d+$/, '').toLowerCase())
  const local = socket.localAddress ?? ''
  const isLoopback = local === '::1' || local.startsWith('127.') || local.startsWith('::ffff:127.')
  return isLoopback
}
