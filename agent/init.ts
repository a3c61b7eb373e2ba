import { z } from 'zod'
import { type CapabilityClaim, capabilityClaimSchema, capabilityOf, isName } from '../protocol/capability.ts'
import { callable, membersOf } from '../protocol/input.ts'
import { type MembershipInit, membershipShape } from './membership.ts'
import { type ConnectionLimits, connectionLimitsSchema } from './network/address-limits.ts'
import { domainOf } from './network/names.ts'
import { addressesSchema } from './network/peer-addresses.ts'
import { type Reach, reachShape } from './network/reach.ts'
import { agentHome } from './platform/home.ts'
import { type OwnAdmissions, ownAdmissionsSchema } from './policy/admission.ts'
import { type Policy, policySchema } from './policy/limits.ts'
import { PAYMENT_METHODS, type PaymentMethod } from './protocols/negotiation/index.ts'

export interface MeshNetworkInit extends MembershipInit, Reach {
  /**
   * Folder of the key, of what was signed and of the peers that are remembered; for one process at a time. By default
   * `MESH_HOME`, else `~/.mesh-agent`; in a browser it names databases of the page's origin. With `false` nothing is
   * kept: a fresh key is used, and ends with the process.
   */
  directory?: string | false
  /** What this agent does, e.g. `['energy.supply']`; with attributes where there is more to say. */
  capabilities?: CapabilityClaim[]
  /** Domains whose intents it listens to. */
  domains?: string[]
  /** Multiaddrs to listen at, e.g. `/ip4/0.0.0.0/tcp/4002/ws`; by default QUIC and TCP on loopback, free ports; in a browser none. */
  listen?: string[]
  /** Serves DHT records; for a few stable agents. */
  dhtServer?: boolean
  /** Looks for agents on the local network by multicast. */
  mdns?: boolean
  /** How many connections others may make from one address; loopback is not limited. */
  connectionLimits?: Partial<ConnectionLimits>
  /** What the owner asks of others for their messages to be taken and carried, on top of what governance does; by domain. */
  admissions?: OwnAdmissions
  policy?: Partial<Policy>
  paymentMethod?: PaymentMethod
  /**
   * How often the node asks the chain what governance decided, in milliseconds; by default 10_000, from 100 to 600_000.
   * Users of a paid RPC raise it, and obey as much later: parameters after one interval, bans and stakes after up to six.
   */
  governanceInterval?: number
  /** Most bytes of content that it keeps, in its folder where it has one; by default 1 GiB. */
  maxContentBytes?: number
  /** Hears of faults that were dealt with, for the log. */
  onError?: (error: unknown) => void
}

export const meshNetworkInitSchema = membersOf<MeshNetworkInit>(
  {
    ...membershipShape,
    ...reachShape,
    directory: z.union([z.string().min(1), z.literal(false, 'false')]).optional(),
    capabilities: z.array(capabilityClaimSchema).optional(),
    domains: z
      .array(z.string().refine(isDomain, 'a domain, which is what is before the dot of a capability: energy'))
      .optional(),
    listen: addressesSchema.optional(),
    dhtServer: z.boolean().optional(),
    mdns: z.boolean().optional(),
    connectionLimits: connectionLimitsSchema.optional(),
    admissions: ownAdmissionsSchema.optional(),
    policy: policySchema.optional(),
    paymentMethod: z.enum(PAYMENT_METHODS).optional(),
    governanceInterval: z.number().optional(),
    maxContentBytes: z.int().positive().optional(),
    onError: callable<(error: unknown) => void>().optional(),
  },
  'an object of options, such as { bootstrapPeers }',
)

function isDomain(text: string): boolean {
  return isName(text) && domainOf(text) === text
}

/** Where an agent keeps what it must not lose; undefined when it keeps nothing. */
export function directoryOf({ directory = agentHome() }: MeshNetworkInit): string | undefined {
  return directory === false ? undefined : directory
}

/** Domains whose intents an agent listens to: those it was told, and those of what it does. */
export function domainsOf({ domains = [], capabilities = [] }: MeshNetworkInit): string[] {
  return [...new Set([...domains, ...capabilities.map((claim) => domainOf(capabilityOf(claim).name))])]
}
