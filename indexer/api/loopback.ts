import type { IncomingMessage } from 'node:http'

/** Names and addresses of this machine for itself, with a port or without. */
export const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i

/**
 * Whether what is served on this machine alone is asked for by another name than this machine's: a page that has its own name
 * point here (DNS rebinding) must not read it.
 */
export function isForeign({ socket, headers }: IncomingMessage): boolean {
  const local = socket.localAddress ?? ''
  const isLoopback = local === '::1' || local.startsWith('127.') || local.startsWith('::ffff:127.')
  return isLoopback && !LOOPBACK_HOST.test(headers.host ?? '')
}
