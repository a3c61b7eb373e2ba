import { multiaddr } from '@multiformats/multiaddr'
import { isValidCell } from 'h3-js'
import { CLOCK_SKEW, MAX_CAPABILITY_LIFE } from '../../../protocol/limits.ts'
import type { CapabilityRecord } from '../../../protocol/types.ts'
import { isArea } from '../../network/areas.ts'
import type { Verdict } from '../gossip-topic.ts'

/**
 * Decides about a record by what it says alone.
 *
 * @param now Unix seconds
 */
export function checkRecord(record: CapabilityRecord, now: bigint): Verdict {
  const { area, capabilities, endpoints, expiry, issuedAt } = record
  const cells = capabilities.flatMap(({ attributes }) =>
    attributes.flatMap((attribute) => (attribute.type === 'area' ? attribute.cells : [])),
  )
  if (capabilities.length === 0 || !isArea(area) || !cells.every(isValidCell)) return 'reject'
  if (!endpoints.every(isEndpoint)) return 'reject'
  // Clocks differ: what is out of bounds here was within them where it came from.
  if (expiry < now || expiry > now + BigInt(MAX_CAPABILITY_LIFE + CLOCK_SKEW)) return 'ignore'
  // A record from the future could never be replaced.
  return issuedAt > now + BigInt(CLOCK_SKEW) ? 'ignore' : 'accept'
}

/** Whether a text is a multiaddr that does not name whose it is: that follows from the signature. */
function isEndpoint(text: string): boolean {
  try {
    return multiaddr(text).getComponents().at(-1)?.name !== 'p2p'
  } catch {
    return false
  }
}
