import { zeroAddress } from 'viem'
import { z } from 'zod'
import { type CapabilityClaim, capabilityClaimSchema, capabilityOf, isName } from '../protocol/capability.ts'
import { meshDomain, networkName } from '../protocol/deployment.ts'
import { RefusedError } from '../protocol/errors.ts'
import { callable, membersOf } from '../protocol/input.ts'
import type { Standing } from '../protocol/network-parameters.ts'
import type { Address } from '../protocol/types.ts'
import { Announcer } from './announcer.ts'
import { type ChainClient, connectChain } from './chain/client.ts'
import { Directory } from './chain/directory.ts'
import { Snapshots } from './chain/snapshots.ts'
import { Standings } from './chain/standings.ts'
import { defaultDirectory, unknownStandings } from './chain/without-chain.ts'
import { nextNonce } from './intent-draft.ts'
import { type Membership, type MembershipInit, membershipOf, membershipShape } from './membership.ts'
import { abortable } from './network/abortable.ts'
import { type ConnectionLimits, connectionLimitsSchema } from './network/address-limits.ts'
import { Attendance } from './network/attendance.ts'
import { boundedReport } from './network/bounded-report.ts'
import type { Identity } from './network/identity.ts'
import {
  CAPABILITIES,
  domainOf,
  INTENTS,
  ORDERS,
  quotaOfIntents,
  READINGS,
  RENDEZVOUS,
} from './network/names.ts'
import { createNode, type MeshNode, type PeerDatastore } from './network/node.ts'
import { addressesSchema } from './network/peer-addresses.ts'
import { PeerScores } from './network/peer-scores.ts'
import { openPeerStore } from './network/peer-store.ts'
import { type Reach, reachShape } from './network/reach.ts'
import { LISTEN } from './network/sockets.ts'
import { agentHome } from './platform/home.ts'
import { type OwnAdmissions, ownAdmissionsSchema } from './policy/admission.ts'
import { Deals, latestDeals } from './policy/deals.ts'
import { governanceIntervalOf } from './policy/governance-interval.ts'
import { memoryJournal, openJournal } from './policy/journal.ts'
import { checkPolicy, type Policy, policyOf, policySchema } from './policy/limits.ts'
import { LocalReputation } from './policy/local-reputation.ts'
import { JOURNAL_FILE } from './policy/read-deals.ts'
import { reputationOf } from './policy/reputation.ts'
import { latestSlots, SlotRecords } from './policy/slot-records.ts'
import { latestTrips, TripRecords } from './policy/trip-records.ts'
import { PROTOCOL as AGENT_QUERY } from './protocols/agent-discovery/constants.ts'
import { AgentDiscovery } from './protocols/agent-discovery/index.ts'
import { VERSIONS as AUCTIONS } from './protocols/auctions/constants.ts'
import { BanWatch } from './protocols/ban-watch.ts'
import { CATCH_UP, CatchUp } from './protocols/catch-up.ts'
import { GUEST_SALES_FILE, GUESTS_FILE } from './protocols/guests/index.ts'
import { IntentDiscovery } from './protocols/intent-discovery/index.ts'
import { Knowledge } from './protocols/knowledge/index.ts'
import { VERSIONS as NEGOTIATION } from './protocols/negotiation/constants.ts'
import {
  HANDLED_FILE,
  HandledOffers,
  PAYMENT_METHODS,
  type PaymentMethod,
  stillBinding,
} from './protocols/negotiation/index.ts'
import { NetworkRules, type OwnRules } from './protocols/network-rules.ts'
import { PeerDiscovery } from './protocols/peer-discovery/index.ts'
import { VERSIONS as SERVICES } from './protocols/services/constants.ts'
import { Services } from './protocols/services/index.ts'
import { VERSIONS as TRIPS } from './protocols/trips/constants.ts'
import { assembleTrade, type Trade } from './trade.ts'

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
    onError: callable<(error: unknown) => void>().optional(),
  },
  'an object of options, such as { bootstrapPeers }',
)

function isDomain(text: string): boolean {
  return isName(text) && domainOf(text) === text
}

/** All parts of a connected agent. */
export interface Parts {
  membership: Membership
  node: MeshNode
  /** Whom the node remembers; undefined without a directory. */
  peerStore: PeerDatastore | undefined
  scores: PeerScores
  rules: NetworkRules
  /** Hears of faults that were dealt with. */
  report: (error: unknown) => void
  deals: Deals
  /** What agents without a node buy that it carries, and what they sell. */
  guestDeals: Deals
  guestSales: Deals
  handled: HandledOffers
  slotRecords: SlotRecords
  tripRecords: TripRecords
  reputation: LocalReputation
  catchUp: CatchUp
  intents: IntentDiscovery
  agents: AgentDiscovery
  peers: PeerDiscovery
  services: Services
  knowledge: Knowledge
  /** Undefined without a chain. */
  trade: Trade | undefined
  attendance: Attendance
  banWatch: BanWatch
  announcer: Announcer
}

/** Name, in an agent's folder, of the folder of the peers that it remembers. */
const PEER_STORE = 'peers'
/** Name of the file, in an agent's folder of a network, of what it has seen of others. */
const REPUTATION_FILE = 'reputation.json'
/** Name of the journal, there too, of what it has ordered and done for slots. */
const SLOTS_FILE = 'slots.jsonl'
/** Name of the journal, there too, of what was said about its trips. */
const TRIPS_FILE = 'trips.jsonl'

/**
 * Builds an agent from its parts; nothing is started yet.
 *
 * @throws ChainError when the chain is another one or does not answer; ConfigError when another process uses the
 *   directory, the journal cannot be read, a package is missing, the policy contradicts itself, or the governance
 *   interval is out of its bounds; what `signal` was aborted with
 */
export async function assemble(
  init: MeshNetworkInit,
  identity: Identity,
  signal: AbortSignal,
): Promise<Parts> {
  await using opened = new AsyncDisposableStack()
  const parts = await assembleWith(opened, init, identity, signal)
  signal.throwIfAborted()
  // From here on it is the agent's to close.
  opened.move()
  return parts
}

async function assembleWith(
  opened: AsyncDisposableStack,
  init: MeshNetworkInit,
  identity: Identity,
  signal: AbortSignal,
): Promise<Parts> {
  const directory = directoryOf(init)
  const report = boundedReport(init.onError ?? (() => undefined))
  const membership = await membershipOf(init, signal)
  const { id, deployment, rpcUrl, bootstrapPeers } = membership
  const policy = policyOf(init.policy)
  checkPolicy(policy)
  const interval = governanceIntervalOf(init.governanceInterval)
  // Before the journals: its lock guards them too.
  const peerStore = directory === undefined ? undefined : await openPeerStore(`${directory}/${PEER_STORE}`)
  opened.defer(() => peerStore?.close())
  const chain =
    deployment === undefined || rpcUrl === undefined
      ? undefined
      : await abortable(() => connectChain(rpcUrl, deployment), signal)
  // What was signed in one network means nothing in another, and on a chain that was reset least of all.
  const folder = directory === undefined ? undefined : `${directory}/${networkName(id)}`
  const { guestDeals, guestSales, ...recalled } = await recall(opened, folder)
  const { deals, handled, slotRecords, tripRecords } = recalled
  const path = folder === undefined ? undefined : `${folder}/${REPUTATION_FILE}`
  const reputation = await LocalReputation.open({ path, now: machineTime, report })
  reputation.follow(deals)
  const own = {
    admissions: init.admissions ?? {},
    agent: identity.address,
    reputationOf: (agent: Address, standing: Standing) => reputationOf(reputation.of(agent), standing),
  }
  const rules = rulesFor(init, chain, { interval, report }, own)
  const scores = new PeerScores(() => rules.parameters.spam)
  const node = await createNode({
    ...init,
    identity,
    deployment: id,
    scores,
    hasStake: (agent) => rules.hasStake(agent),
    connectionLimits: init.connectionLimits,
    listen: init.listen ?? LISTEN,
    bootstrapPeers,
    dhtServer: init.dhtServer ?? false,
    mdns: init.mdns ?? false,
    ...(peerStore ? { datastore: peerStore } : {}),
  })
  const domain = meshDomain(id)
  const gossip = { node, identity, scores, rules, deployment: id, domain, now: machineTime, report }
  const catchUp = new CatchUp(gossip)
  const intents = new IntentDiscovery({ ...gossip, catchUp })
  const agents = new AgentDiscovery({
    ...gossip,
    catchUp,
    area: membership.area,
    snapshots: chain && new Snapshots(chain),
    draw: Math.random,
    onLie: ({ record: { value, hash, signature, peerId }, at }) => {
      report(
        new RefusedError('CANARY_FAILED', 'An agent does not do what its record claims.', {
          field: `record ${hash} of ${value.agent}`,
          received: `a wrong answer at ${at}`,
          remedy:
            'Nothing is to be done: it is not believed for a day. Its record is a proof that others can check.',
          cause: { value, signature },
        }),
      )
      reputation.record(value.agent, 'lied')
      if (scores.penalize(peerId.toString(), 'lied')) node.hangUp(peerId).catch(report)
    },
  })
  const points = [...bootstrapPeers, ...(init.relays ?? [])]
  const peers = new PeerDiscovery({ node, identity, deployment: id, scores, rules, points, report })
  const paymentMethod = init.paymentMethod ?? 'balance'
  const common = {
    identity,
    node,
    scores,
    rules,
    deals,
    handled,
    slotRecords,
    tripRecords,
    guestDeals,
    guestSales,
    catchUp,
    peers,
    policy,
    paymentMethod,
    intents,
    report,
  }
  const trade =
    chain &&
    (await abortable(() => assembleTrade({ ...common, chain, deployment: chain.deployment }), signal))
  const services = new Services({ ...gossip, deals, trade, nextNonce })
  const attendance = new Attendance(node)
  const banWatch = new BanWatch({ node, scores, rules, interval, report })
  const knowledge = new Knowledge({ ...gossip, services, agents })
  const capabilities = init.capabilities ?? []
  const besides = () => knowledge.copied()
  const saying = { agent: identity.address, capabilities, besides, now: machineTime, report }
  const announcer = new Announcer({ agents, membership, node, trade }, saying)
  knowledge.onCopies(() => announcer.soon())
  const memory = { peerStore, guestDeals, guestSales, deals, handled, slotRecords, tripRecords, reputation }
  return {
    membership,
    node,
    scores,
    rules,
    report,
    catchUp,
    intents,
    agents,
    peers,
    services,
    knowledge,
    trade,
    attendance,
    banWatch,
    announcer,
    ...memory,
  }
}

/** Where an agent keeps what it must not lose; undefined when it keeps nothing. */
export function directoryOf({ directory = agentHome() }: MeshNetworkInit): string | undefined {
  return directory === false ? undefined : directory
}

/** What the agent has signed and answered, as its folder of the network has it. */
async function recall(
  opened: AsyncDisposableStack,
  folder: string | undefined,
): Promise<{
  deals: Deals
  guestDeals: Deals
  guestSales: Deals
  handled: HandledOffers
  slotRecords: SlotRecords
  tripRecords: TripRecords
}> {
  const open = async (file: string, needed: (entries: unknown[]) => unknown[]) => {
    if (folder === undefined) return { journal: memoryJournal(), entries: [] }
    const held = await openJournal(`${folder}/${file}`, needed)
    opened.defer(() => held.journal.close())
    return held
  }
  const past = await open(JOURNAL_FILE, latestDeals)
  const answered = await open(HANDLED_FILE, (entries) => stillBinding(entries, machineTime()))
  const slots = await open(SLOTS_FILE, latestSlots)
  const trips = await open(TRIPS_FILE, latestTrips)
  const guests = await open(GUESTS_FILE, latestDeals)
  const guestSales = await open(GUEST_SALES_FILE, latestDeals)
  return {
    guestDeals: new Deals(guests.journal, guests.entries),
    guestSales: new Deals(guestSales.journal, guestSales.entries),
    deals: new Deals(past.journal, past.entries),
    handled: new HandledOffers(answered.journal, answered.entries),
    slotRecords: new SlotRecords(slots.journal, slots.entries),
    tripRecords: new TripRecords(trips.journal, trips.entries),
  }
}

function rulesFor(
  init: MeshNetworkInit,
  chain: ChainClient | undefined,
  asking: { interval: number; report: (error: unknown) => void },
  own: OwnRules,
): NetworkRules {
  const domains = domainsOf(init)
  const topics = [CAPABILITIES.name, ORDERS.name, READINGS.name, ...domains.map(quotaOfIntents)]
  const protocols = [
    AGENT_QUERY,
    ...AUCTIONS,
    CAPABILITIES,
    CATCH_UP,
    INTENTS,
    ORDERS,
    READINGS,
    RENDEZVOUS,
    ...NEGOTIATION,
    ...SERVICES,
    ...TRIPS,
  ]
  const sources =
    chain === undefined
      ? { directory: defaultDirectory(protocols), standings: unknownStandings }
      : {
          directory: new Directory({ chain, ...asking }, { domains, topics, protocols }),
          standings: new Standings({ chain, ...asking }),
        }
  const escrow = chain?.deployment.contracts.intentEscrow ?? zeroAddress
  return new NetworkRules({ ...sources, escrow, now: machineTime, own })
}

/** Domains whose intents an agent listens to: those it was told, and those of what it does. */
export function domainsOf({ domains = [], capabilities = [] }: MeshNetworkInit): string[] {
  return [...new Set([...domains, ...capabilities.map((claim) => domainOf(capabilityOf(claim).name))])]
}

/** Unix seconds of this machine. */
export function machineTime(): bigint {
  return BigInt(Math.floor(Date.now() / 1000))
}
