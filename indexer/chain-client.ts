import { createPublicClient, fallback, http, type PublicClient } from 'viem'

/** How long one call may take, in milliseconds. */
const CALL_TIMEOUT = 5_000

/**
 * Reads of the chain that the index does not follow: what a client signed, and what it can pay.
 *
 * @param urls RPC endpoints, best first
 */
export function chainClient(urls: readonly string[]): PublicClient {
  const transports = urls.map((url) => http(url, { timeout: CALL_TIMEOUT, retryCount: 1 }))
  return createPublicClient({ transport: fallback(transports), cacheTime: 0 })
}
