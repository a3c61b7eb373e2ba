import { getResolution } from 'h3-js'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { sha256 } from 'multiformats/hashes/sha2'
import type { NetworkId } from '../../../protocol/deployment.ts'
import type { CapabilityRecord } from '../../../protocol/types.ts'
import { cellsAround, cellsOf, EVERYWHERE, isArea } from '../../network/areas.ts'
import { CAPABILITIES, capabilityTopic, domainOf, protocolName } from '../../network/names.ts'
import { centerOf, distanceBetween } from '../../query/geography.ts'
import type { Query } from '../../query/query.ts'

/**
 * Interest groups: all agents that listen to one domain in one cell. Their names are those of their topics, and under the
 * widest two of its groups of each domain an agent is provided in the DHT.
 */

/** For each domain of a record, the topics of its groups, that of everywhere first and that of its narrowest cell last. */
export function routesOf(deployment: NetworkId, { capabilities, area }: CapabilityRecord): string[][] {
  if (!isArea(area)) return []
  const domains = new Set(capabilities.map(({ name }) => domainOf(name)))
  return [...domains].map((domain) => cellsOf(area).map((cell) => capabilityTopic(deployment, domain, cell)))
}

/**
 * Topics of the groups that a query goes to, the best first: those of the narrowest cells, and of these the nearest.
 *
 * @param area of who asks: H3 cell, or '' for everywhere
 */
export function groupsOf(deployment: NetworkId, { capabilities, within }: Query, area: string): string[] {
  const [name = ''] = capabilities
  const center = centerOf(within?.of ?? area)
  const cells = cellsAround(within?.of ?? area, within?.km)
  const near = cells
    .map((cell, order) => ({ cell, order, distance: distanceBetween(center, centerOf(cell)) ?? 0 }))
    // Cells come from the coarsest level to the finest, and of a level in any order.
    .sort((a, b) => levelOf(b.cell) - levelOf(a.cell) || a.distance - b.distance || a.order - b.order)
  return near.map(({ cell }) => capabilityTopic(deployment, domainOf(name), cell))
}

/** Names under which a record is provided in the DHT: each capability's, and the widest two groups' of each domain. */
export function providedNames(deployment: NetworkId, record: CapabilityRecord): string[] {
  const names = record.capabilities.map(({ name }) => capabilityName(deployment, name))
  return [...new Set([...names, ...routesOf(deployment, record).flatMap((topics) => topics.slice(0, 2))])]
}

/** Names under which the DHT is asked who may answer a query: the nearest region's group, then whoever has the capability. */
export function soughtNames(deployment: NetworkId, query: Query, area: string): string[] {
  const [name = ''] = query.capabilities
  const [, region = EVERYWHERE] = cellsOf(query.within?.of ?? area)
  const group = capabilityTopic(deployment, domainOf(name), region)
  const named = query.capabilities.map((capability) => capabilityName(deployment, capability))
  return query.within === undefined ? named : [group, ...named]
}

/** Content id under which a name is provided. */
export async function cidOf(name: string): Promise<CID> {
  return CID.createV1(raw.code, await sha256.digest(new TextEncoder().encode(name)))
}

function capabilityName(deployment: NetworkId, name: string): string {
  const { version } = CAPABILITIES
  return protocolName(deployment, { name: `capability/${name}`, version })
}

/** How narrow a cell is: its resolution, -1 for everywhere. */
function levelOf(cell: string): number {
  return cell === EVERYWHERE ? -1 : getResolution(cell)
}
