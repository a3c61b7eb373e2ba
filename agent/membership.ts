import { z } from 'zod'
import {
  CHAINLESS,
  type Deployment,
  type NetworkDescriptor,
  type NetworkId,
  parseDeployment,
} from '../protocol/deployment.ts'
import { ConfigError } from '../protocol/errors.ts'
import type { Shape } from '../protocol/input.ts'
import { isArea } from './network/areas.ts'
import { askDescriptor } from './network/descriptor.ts'
import { parsePeerAddresses } from './network/peer-addresses.ts'

/** What an agent is told of a network. */
type Told = Pick<NetworkDescriptor, 'deployment'> & Partial<NetworkDescriptor>

/** How an agent says which network it joins. */
export interface MembershipInit {
  /**
   * Which market to join: what a running one serves at `/v1/network`, of which `deployment` alone must be said; or a
   * deployment itself, as `npm run deploy` writes it. Without it, bootstrap peers are asked.
   */
  network?: Told | Deployment
  /** Multiaddrs with peer ids to start from, besides those of `network`. */
  bootstrapPeers?: string[]
  /** URL of a node of the network's chain, if not that of `network`. Without a chain an agent finds others, and trades nothing. */
  rpcUrl?: string
  /** H3 cell in which the agent is, or works; '' for everywhere. By default the network's. */
  area?: string
  /** Kilometres around its area from which it hears intents; by default 0, for its own neighbourhood. */
  radius?: number
}

/** Of what comes from elsewhere, and may say more than this version knows, the contracts are checked later. */
const networkSchema = z.custom<Told | Deployment>(
  (value) => typeof value === 'object' && value !== null && ('deployment' in value || 'contracts' in value),
  'a network descriptor (`data` of what `/v1/network` answers), or a deployment',
)

export const membershipShape: Shape<MembershipInit> = {
  network: networkSchema.optional(),
  bootstrapPeers: z.array(z.string()).optional(),
  rpcUrl: z.string().optional(),
  area: z.string().optional(),
  radius: z.number().min(0).optional(),
}

/** Which network an agent is in. */
export interface Membership {
  id: NetworkId
  /** Undefined for an agent that knows of no contracts. */
  deployment: Deployment | undefined
  /** Undefined for an agent that has no chain to ask. */
  rpcUrl: string | undefined
  bootstrapPeers: string[]
  area: string
  radius: number
}

/** How long bootstrap peers may take to say which network they are in, in milliseconds. */
const ASK_TIMEOUT = 15_000

/**
 * Settles which network an agent joins: the one that it was told; else the one that its bootstrap peers say they are in;
 * else that of all agents which know of no chain.
 *
 * @throws ConfigError `NETWORK_MISSING` when nothing says where to begin, `NETWORK_UNKNOWN` when there is a chain and
 *   nobody knows of contracts on it, `AREA_INVALID`, or that of `parseDeployment`; what `signal` was aborted with
 */
export async function membershipOf(init: MembershipInit, signal: AbortSignal): Promise<Membership> {
  const { radius = 0 } = init
  const network = init.network && toldBy(init.network)
  const bootstrapPeers = [...new Set([...(init.bootstrapPeers ?? []), ...(network?.bootstrapPeers ?? [])])]
  if (network === undefined && bootstrapPeers.length === 0) throw missing()
  const asking = AbortSignal.any([signal, AbortSignal.timeout(ASK_TIMEOUT)])
  const told = network ?? (await askDescriptor(bootstrapPeers, asking))
  signal.throwIfAborted()
  const rpcUrl = init.rpcUrl ?? network?.rpcUrl
  if (told === undefined && rpcUrl !== undefined) throw unknown(bootstrapPeers)
  const deployment = told === undefined ? undefined : parseDeployment(told.deployment)
  const area = init.area ?? told?.area ?? ''
  checkArea(area)
  return { id: deployment ?? CHAINLESS, deployment, rpcUrl, bootstrapPeers, area, radius }
}

/**
 * Checks what an agent says of where it begins, and where it is.
 *
 * @throws ConfigError `AREA_INVALID` or `MULTIADDR_INVALID`
 */
export function checkMembership({ area = '', bootstrapPeers = [] }: MembershipInit): void {
  checkArea(area)
  parsePeerAddresses('bootstrapPeers', bootstrapPeers)
}

function toldBy(network: Told | Deployment): Told {
  return 'deployment' in network ? network : { deployment: network }
}

function checkArea(area: string): void {
  if (isArea(area)) return
  throw new ConfigError('AREA_INVALID', 'An area is no H3 cell.', {
    field: 'area',
    expected: "an H3 cell in lower case, such as 871f8d099ffffff, or '' for everywhere",
    received: area,
    remedy: 'Use `latLngToCell(latitude, longitude, 7)` of h3-js.',
  })
}

function missing(): ConfigError {
  return new ConfigError('NETWORK_MISSING', 'Nothing says which network to join.', {
    field: 'bootstrapPeers',
    expected: 'a multiaddr with a peer id, or a network descriptor in `network`',
    received: 'none',
    remedy:
      'Take one of `endpoints` of an agent that runs, what `mesh relay` prints, or `/v1/network` of a market.',
  })
}

function unknown(bootstrapPeers: readonly string[]): ConfigError {
  return new ConfigError('NETWORK_UNKNOWN', 'No bootstrap peer says where the contracts are.', {
    field: 'bootstrapPeers',
    expected: `an agent of a market, that answers within ${ASK_TIMEOUT} ms`,
    received: bootstrapPeers.join(', '),
    remedy: 'Give the descriptor of the network, which a market serves at `/v1/network`.',
  })
}
