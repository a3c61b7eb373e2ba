import { join } from 'node:path'
import { type CapabilityClaim, capabilityOf } from '../protocol/capability.ts'
import { escrowDomain, meshDomain, type NetworkDescriptor } from '../protocol/deployment.ts'
import { RefusedError } from '../protocol/errors.ts'
import type { Standing } from '../protocol/network-parameters.ts'
import type { Address } from '../protocol/types.ts'
import { Account } from './account.ts'
import { Announcer } from './announcer.ts'
import { readFeeBps } from './chain/actions/intent-escrow.ts'
import { Bindings } from './chain/bindings.ts'
import { type ChainClient, connectChain } from './chain/client.ts'
import { Directory } from './chain/directory.ts'
import { Snapshots } from './chain/snapshots.ts'
import { Standings } from './chain/standings.ts'
import { Wallet } from './chain/wallet.ts'
import type { ConnectionLimits } from './network/address-limits.ts'
import { Attendance } from './network/attendance.ts'
import { boundedReport } from './network/bounded-report.ts'
import type { Identity } from './network/identity.ts'
import { listeningAt } from './network/joining.ts'
import { CAPABILITIES, domainOf, INTENTS, quotaOfIntents } from './network/names.ts'
import { createNode, type MeshNode } from './network/node.ts'
import { PeerScores } from './network/peer-scores.ts'
import { openPeerStore, PEER_STORE, type PeerDatastore } from './network/peer-store.ts'
import type { Reach } from './network/reach.ts'
import type { OwnAdmissions } from './policy/admission.ts'
import { Deals, latestDeals } from './policy/deals.ts'
import { governanceIntervalOf } from './policy/governance-interval.ts'
import { memoryJournal, openJournal } from './policy/journal.ts'
import { checkPolicy, defaultPolicy, type Policy } from './policy/limits.ts'
import { LocalReputation } from './policy/local-reputation.ts'
import { JOURNAL_FILE } from './policy/read-deals.ts'
import { reputationOf } from './policy/reputation.ts'
import { PROTOCOL as AGENT_QUERY } from './protocols/agent-discovery/constants.ts'
import { AgentDiscovery } from './protocols/agent-discovery/index.ts'
import { BanWatch } from './protocols/ban-watch.ts'
import { CATCH_UP } from './protocols/intent-discovery/constants.ts'
import { IntentDiscovery } from './protocols/intent-discovery/index.ts'
import { VERSIONS as NEGOTIATION } from './protocols/negotiation/constants.ts'
import {
  Channels,
  HANDLED_FILE,
  HandledOffers,
  type MessageHandler,
  Negotiation,
  type PaymentMethod,
  Settlement,
  stillBinding,
} from './protocols/negotiation/index.ts'
import { NetworkRules, type OwnRules } from './protocols/network-rules.ts'

export interface MeshNetworkInit extends Reach {
  /** Which market to join; a running one serves it at `/v1/network`. */
  network: NetworkDescriptor
  /**
   * Folder of the key, the journal and the peers that are remembered; for one process at a time. Without one, a fresh
   * key is used and nothing survives the process.
   */
  directory?: string
  /** What this agent does, e.g. `['energy.supply']`; with attributes where there is more to say. */
  capabilities?: CapabilityClaim[]
  /** Domains whose intents it listens to. */
  domains?: string[]
  /** Multiaddrs to listen at, e.g. `/ip4/0.0.0.0/tcp/4002/ws`; by default QUIC and TCP on loopback, free ports. */
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

/** All parts of a connected agent. */
export interface Parts {
  node: MeshNode
  /** Whom the node remembers; undefined without a directory. */
  peerStore: PeerDatastore | undefined
  account: Account
  rules: NetworkRules
  deals: Deals
  handled: HandledOffers
  reputation: LocalReputation
  intents: IntentDiscovery
  agents: AgentDiscovery
  announcer: Announcer
  channels: Channels
  negotiation: Negotiation
  settlement: Settlement
  attendance: Attendance
  banWatch: BanWatch
}

/** Name of the file, in an agent's folder, of what it has seen of others. */
const REPUTATION_FILE = 'reputation.json'
const LISTEN = ['/ip4/127.0.0.1/udp/0/quic-v1', '/ip4/127.0.0.1/tcp/0']

/**
 * Builds an agent from its parts; nothing is started yet.
 *
 * @throws ChainError when the chain is another one or does not answer; ConfigError when another process uses the
 *   directory, the journal cannot be read, a package is missing, the policy contradicts itself, or the governance
 *   interval is out of its bounds.
 */
export async function assemble(init: MeshNetworkInit, identity: Identity): Promise<Parts> {
  const { directory } = init
  // First of all: its lock guards the journal too.
  const peerStore = directory === undefined ? undefined : await openPeerStore(join(directory, PEER_STORE))
  try {
    return await assembleWith(peerStore, init, identity)
  } catch (error) {
    await peerStore?.close()
    throw error
  }
}

async function assembleWith(
  peerStore: PeerDatastore | undefined,
  init: MeshNetworkInit,
  identity: Identity,
): Promise<Parts> {
  const { network, directory } = init
  const report = boundedReport(init.onError ?? (() => undefined))
  const { deployment } = network
  const policy = { ...defaultPolicy, ...init.policy }
  checkPolicy(policy)
  const interval = governanceIntervalOf(init.governanceInterval)
  const chain = await connectChain(network.rpcUrl, deployment)
  const wallet = new Wallet({ ...chain, ...identity, chainId: deployment.chainId })
  const { deals, handled } = await recall(directory)
  const path = directory === undefined ? undefined : join(directory, REPUTATION_FILE)
  const reputation = await LocalReputation.open({ path, now: machineTime, report })
  reputation.follow(deals)
  const own = {
    admissions: init.admissions ?? {},
    agent: identity.address,
    reputationOf: (agent: Address, standing: Standing) => reputationOf(reputation.of(agent), standing),
  }
  const rules = rulesFor(init, { chain, interval, report }, own)
  const scores = new PeerScores(() => rules.parameters.spam)
  const node = await createNode({
    ...init,
    identity,
    deployment,
    scores,
    hasStake: (agent) => rules.hasStake(agent),
    connectionLimits: init.connectionLimits,
    listen: init.listen ?? LISTEN,
    bootstrapPeers: network.bootstrapPeers,
    dhtServer: init.dhtServer ?? false,
    mdns: init.mdns ?? false,
    ...(peerStore ? { datastore: peerStore } : {}),
  })
  const domains = { escrow: escrowDomain(deployment), mesh: meshDomain(deployment) }
  const gossip = { node, identity, scores, rules, deployment, domain: domains.mesh, now: machineTime, report }
  const intents = new IntentDiscovery(gossip)
  const agents = new AgentDiscovery({
    ...gossip,
    area: network.area,
    snapshots: new Snapshots(chain),
    draw: Math.random,
    onLie: ({ record: { value, hash, signature, peerId }, at }) => {
      report(
        new RefusedError('CANARY_FAILED', 'An agent does not do what its record claims.', {
          field: `record ${hash} of ${value.agent}`,
          received: `a wrong answer at ${at}`,
          cause: { value, signature },
        }),
      )
      reputation.record(value.agent, 'lied')
      if (scores.penalize(peerId.toString(), 'lied')) node.hangUp(peerId).catch(report)
    },
  })
  const channels: Channels = new Channels(
    { node, scores, rules, deployment, deals, report },
    (channel, inbound) => hear(channel, inbound),
  )
  const hear: MessageHandler = (channel, inbound) => {
    const { message } = inbound
    if (message.type === 'proposal') return negotiation.receive(channel, inbound, message)
    if (message.type === 'withdrawal') return negotiation.onWithdrawal(channel, inbound, message.agreementId)
    return settlement.receive(channel, inbound)
  }
  const trading = { identity, deployment, chain, wallet, channels, deals, report }
  const negotiation = new Negotiation({
    ...trading,
    rules,
    handled,
    bindings: new Bindings(chain),
    domain: domains.escrow,
    policy,
    paymentMethod: init.paymentMethod ?? 'balance',
    feeBps: await readFeeBps(chain.client, deployment.contracts.intentEscrow),
    ownIntent: (hash) => intents.own(hash),
    endpoints: () => listeningAt(node),
  })
  const settlement = new Settlement({ ...trading, domains, policy })
  const account = new Account({ identity, wallet, chain, deployment })
  const announcer = new Announcer({
    ...{ agents, account, node, report, area: network.area, now: machineTime },
    address: identity.address,
    capabilities: init.capabilities ?? [],
  })
  const attendance = new Attendance(node)
  const banWatch = new BanWatch({ node, scores, rules, interval, report })
  const protocols = { intents, agents, announcer, channels, negotiation, settlement }
  return { node, peerStore, account, rules, deals, handled, reputation, ...protocols, attendance, banWatch }
}

/** What the agent has signed and answered, as its folder has it. */
async function recall(directory: string | undefined): Promise<{ deals: Deals; handled: HandledOffers }> {
  if (directory === undefined) {
    return { deals: new Deals(memoryJournal()), handled: new HandledOffers(memoryJournal()) }
  }
  const past = await openJournal(join(directory, JOURNAL_FILE), latestDeals)
  const answered = await openJournal(join(directory, HANDLED_FILE), (entries) =>
    stillBinding(entries, machineTime()),
  )
  return {
    deals: new Deals(past.journal, past.entries),
    handled: new HandledOffers(answered.journal, answered.entries),
  }
}

function rulesFor(
  init: MeshNetworkInit,
  components: { chain: ChainClient; interval: number; report: (error: unknown) => void },
  own: OwnRules,
): NetworkRules {
  const domains = domainsOf(init)
  const keys = {
    domains,
    topics: [CAPABILITIES.name, ...domains.map(quotaOfIntents)],
    protocols: [AGENT_QUERY, CAPABILITIES, CATCH_UP, INTENTS, ...NEGOTIATION],
  }
  return new NetworkRules({
    directory: new Directory(components, keys),
    standings: new Standings(components),
    escrow: components.chain.deployment.contracts.intentEscrow,
    now: machineTime,
    own,
  })
}

/** Domains whose intents an agent listens to: those it was told, and those of what it does. */
export function domainsOf({ domains = [], capabilities = [] }: MeshNetworkInit): string[] {
  return [...new Set([...domains, ...capabilities.map((claim) => domainOf(capabilityOf(claim).name))])]
}

/** Unix seconds of this machine. */
export function machineTime(): bigint {
  return BigInt(Math.floor(Date.now() / 1000))
}
