import { join } from 'node:path'
import { type CapabilityClaim, capabilityOf } from '../protocol/capability.ts'
import { escrowDomain, meshDomain, type NetworkDescriptor } from '../protocol/deployment.ts'
import { RefusedError } from '../protocol/errors.ts'
import { Account } from './account.ts'
import { readFeeBps } from './chain/actions/intent-escrow.ts'
import { Bindings } from './chain/bindings.ts'
import { type ChainClient, connectChain } from './chain/client.ts'
import { Directory } from './chain/directory.ts'
import { Snapshots } from './chain/snapshots.ts'
import { Standings } from './chain/standings.ts'
import { Wallet } from './chain/wallet.ts'
import { Attendance } from './network/attendance.ts'
import type { Identity } from './network/identity.ts'
import { CAPABILITIES, domainOf, INTENTS, quotaOfIntents } from './network/names.ts'
import { createNode, type MeshNode } from './network/node.ts'
import { PeerScores } from './network/peer-scores.ts'
import { openPeerStore, PEER_STORE, type PeerDatastore } from './network/peer-store.ts'
import type { Reach } from './network/reach.ts'
import { Deals } from './policy/deals.ts'
import { governanceIntervalOf } from './policy/governance-interval.ts'
import { memoryJournal, openJournal } from './policy/journal.ts'
import { checkPolicy, defaultPolicy, type Policy } from './policy/limits.ts'
import { JOURNAL_FILE } from './policy/read-deals.ts'
import { PROTOCOL as AGENT_QUERY } from './protocols/agent-discovery/constants.ts'
import { AgentDiscovery } from './protocols/agent-discovery/index.ts'
import { BanWatch } from './protocols/ban-watch.ts'
import { CATCH_UP } from './protocols/intent-discovery/constants.ts'
import { IntentDiscovery } from './protocols/intent-discovery/index.ts'
import { PROTOCOL as NEGOTIATION } from './protocols/negotiation/constants.ts'
import { Channels, Negotiation, type PaymentMethod, Settlement } from './protocols/negotiation/index.ts'
import { NetworkRules } from './protocols/network-rules.ts'

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
  intents: IntentDiscovery
  agents: AgentDiscovery
  channels: Channels
  negotiation: Negotiation
  settlement: Settlement
  attendance: Attendance
  banWatch: BanWatch
}

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
  const { network, directory, onError: report = () => undefined } = init
  const { deployment } = network
  const policy = { ...defaultPolicy, ...init.policy }
  checkPolicy(policy)
  const interval = governanceIntervalOf(init.governanceInterval)
  const chain = await connectChain(network.rpcUrl, deployment)
  const wallet = new Wallet({ ...chain, ...identity, chainId: deployment.chainId })
  const { journal, entries } =
    directory === undefined
      ? { journal: memoryJournal(), entries: [] }
      : await openJournal(join(directory, JOURNAL_FILE))
  const deals = new Deals(journal, entries)
  const rules = rulesFor(init, chain, interval)
  const scores = new PeerScores(() => rules.parameters.spam)
  const node = await createNode({
    ...init,
    identity,
    deployment,
    scores,
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
      if (scores.penalize(peerId.toString(), 'lied')) node.hangUp(peerId).catch(report)
    },
  })
  const channels: Channels = new Channels({ node, scores, rules, deployment, report }, (channel, inbound) =>
    inbound.message.type === 'proposal'
      ? negotiation.receive(channel, inbound, inbound.message.offer)
      : settlement.receive(channel, inbound),
  )
  const trading = { identity, deployment, chain, wallet, channels, deals, report }
  const negotiation = new Negotiation({
    ...trading,
    rules,
    bindings: new Bindings(chain),
    domain: domains.escrow,
    policy,
    paymentMethod: init.paymentMethod ?? 'balance',
    feeBps: await readFeeBps(chain.client, deployment.contracts.intentEscrow),
    ownIntent: (hash) => intents.own(hash),
  })
  const settlement = new Settlement({ ...trading, domains, policy })
  const account = new Account({ identity, wallet, chain, deployment })
  const attendance = new Attendance(node)
  const banWatch = new BanWatch({ node, scores, rules, interval, report })
  const protocols = { intents, agents, channels, negotiation, settlement }
  return { node, peerStore, account, rules, deals, ...protocols, attendance, banWatch }
}

function rulesFor(init: MeshNetworkInit, chain: ChainClient, interval: number): NetworkRules {
  const { onError: report = () => undefined } = init
  const domains = domainsOf(init)
  const keys = {
    domains,
    topics: [CAPABILITIES.name, ...domains.map(quotaOfIntents)],
    protocols: [AGENT_QUERY, CAPABILITIES, CATCH_UP, INTENTS, NEGOTIATION],
  }
  return new NetworkRules({
    directory: new Directory({ chain, report, interval }, keys),
    standings: new Standings({ chain, report, interval }),
    escrow: chain.deployment.contracts.intentEscrow,
    now: machineTime,
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
