import type { PeerId } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { z } from 'zod'
import { ConfigError } from '../../protocol/errors.ts'

/**
 * Reads multiaddrs that name a peer, as settings have them.
 *
 * @param field path of the setting, for the error
 * @throws ConfigError `MULTIADDR_INVALID`
 * @example parsePeerAddresses('relays', ['/ip4/1.2.3.4/tcp/4001/p2p/12D3KooW…'])
 */
export function parsePeerAddresses(field: string, addresses: readonly string[]): Multiaddr[] {
  return addresses.map((address, index) => {
    try {
      const parsed = multiaddr(address)
      peerIn(parsed)
      return parsed
    } catch (cause) {
      throw new ConfigError('MULTIADDR_INVALID', 'An address of a peer cannot be used.', {
        field: `${field}[${index}]`,
        expected: 'a multiaddr with a peer id, e.g. /dns4/relay.example.org/tcp/4001/p2p/12D3KooW...',
        received: address,
        remedy: 'Take it from where the peer prints it.',
        cause,
      })
    }
  })
}

/** Addresses to listen at, or to announce. */
export const addressesSchema = z.array(
  z.custom<string>(isMultiaddr, 'a multiaddr, such as /ip4/0.0.0.0/tcp/4002/ws'),
)

function isMultiaddr(text: unknown): boolean {
  try {
    return typeof text === 'string' && multiaddr(text).getComponents().length > 0
  } catch {
    return false
  }
}

/** The peer that an address leads to. @throws when it names none */
export function peerIn(address: Multiaddr): PeerId {
  const id = address.getComponents().findLast(({ name }) => name === 'p2p')?.value
  if (id === undefined) throw new Error('no peer id')
  return peerIdFromString(id)
}
