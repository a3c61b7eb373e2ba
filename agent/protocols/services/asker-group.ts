import { isLoopback } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Address } from '../../../protocol/types.ts'
import { groupOf } from '../../network/ip-ranges.ts'

/**
 * As whose an asker's questions count, so that nobody has all of a free service by many keys, which cost nothing. Stake and
 * addresses do: a key that has stake counts for itself; others as the IPv4 address, the IPv6 /64 or the relay that they come
 * from, but those of this machine.
 *
 * @param remote where the asker is connected from, undefined when it has gone
 */
export function groupOfAsker(from: Address, isStaked: boolean, remote: Multiaddr | undefined): string {
  if (isStaked) return from
  if (remote === undefined) return 'gone'
  const { group, range } = groupOf(remote)
  return range !== undefined && isLoopback(remote) ? from : group
}
