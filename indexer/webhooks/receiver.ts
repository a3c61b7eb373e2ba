import { Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import { RefusedError } from '../../protocol/errors.ts'
import { isLoopback, isPublic } from './public-addresses.ts'

/** Longest URL, in characters. */
const MAX_URL = 1_024
/** Ports below these are other services' than web servers'. */
const FIRST_FREE_PORT = 1_024
const HTTPS_PORT = 443
/** Milliseconds that a name server has, and how often it is asked. */
const RESOLVE_TIMEOUT = 2_000
const RESOLVE_TRIES = 2

/** Finds the addresses of a name. */
export type Resolve = (name: string) => Promise<readonly string[]>

/** Where receivers of webhooks may be. */
export interface Reach {
  /** Whether they may be on this machine, without TLS too. */
  local: boolean
  resolve: Resolve
}

/**
 * Reads where somebody wants to be told of events.
 *
 * @throws RefusedError `RECEIVER_REFUSED` unless it is an HTTPS URL with a name or a public address
 */
export function parseReceiver(text: string, { local }: Pick<Reach, 'local'>): URL {
  const url = URL.canParse(text) && text.length <= MAX_URL ? new URL(text) : undefined
  if (url === undefined) throw refused(`an absolute URL of at most ${MAX_URL} characters`, text)
  const host = hostOf(url)
  const isLocal = local && isOwn(host)
  if (url.protocol !== 'https:' && !(isLocal && url.protocol === 'http:')) throw refused('an https URL', text)
  if (url.username !== '' || url.password !== '' || url.hash !== '') {
    throw refused('a URL without user, password and fragment', text)
  }
  const port = url.port === '' ? HTTPS_PORT : Number(url.port)
  if (!isLocal && port !== HTTPS_PORT && port < FIRST_FREE_PORT) {
    throw refused(`port ${HTTPS_PORT}, or one from ${FIRST_FREE_PORT} on`, text)
  }
  if (isIP(host) !== 0 && !isLocal && !isPublic(host)) throw refused('a public address', host)
  return url
}

/**
 * The addresses of a receiver, each of which may be connected to. It is asked for each connection, because what a name stands
 * for can change in between: who owns the name could have it point to this network.
 *
 * @throws RefusedError `RECEIVER_REFUSED` when one of them is not public; what the resolver throws
 */
export async function addressesOf(host: string, { local, resolve }: Reach): Promise<readonly string[]> {
  const addresses = isIP(host) !== 0 ? [host] : local && isOwn(host) ? ['127.0.0.1'] : await resolve(host)
  const wrong = addresses.find(
    (address) => !isPublic(address) && !(local && isOwn(host) && isLoopback(address)),
  )
  if (wrong !== undefined) throw refused('a name of public addresses', host)
  if (addresses.length === 0) throw refused('a name that has an address', host)
  return addresses
}

/** Host of a URL; an IPv6 address without its brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '')
}

/** Asks name servers, and not the system: its resolver's threads are few, and others need them. */
export const resolvePublicly: Resolve = async (name) => {
  const resolver = new Resolver({ timeout: RESOLVE_TIMEOUT, tries: RESOLVE_TRIES })
  const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
}

function isOwn(host: string): boolean {
  return host === 'localhost' || isLoopback(host)
}

function refused(expected: string, received: string): RefusedError {
  return new RefusedError('RECEIVER_REFUSED', 'No events are sent there.', {
    field: 'url',
    expected,
    received,
    remedy: 'Give the https URL of a server on the public internet.',
  })
}
