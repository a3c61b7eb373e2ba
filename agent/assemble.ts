import { zeroAddress } from 'viem'
import { meshDomain, networkName } from '../protocol/deployment.ts'
import { RefusedError } from '../protocol/errors.ts'
import type { Standing } from '../protocol/network-parameters.ts'
import type { Address } from '../protocol/types.ts'
import { Announcer } from './announcer.ts'
import { type ChainClient, connectChain } from './chain/client.ts'
import { Directory } from './chain/directory.ts'
import { Snapshots } from './chain/snapshots.ts'
import { Standings } from './chain/standings.ts'
import { defaultDirectory, unknownStandings } from './chain/without-chain.ts'
import { directoryOf, domainsOf, type MeshNetworkInit } from './init.ts'
import { nextNonce } from './intent-draft.ts'
import { machineTime } from './machine-time.ts'
import { type Membership, membershipOf } from './membership.ts'
import { abortable } from './network/abortable.ts'
import { Attendance } from './network/attendance.ts'
import { boundedReport } from './network/bounded-report.ts'
import type { Identity } from './network/identity.ts'
import { CAPABILITIES, INTENTS, ORDERS, quotaOfIntents, READINGS, RENDEZVOUS } from './network/names.ts'
import { createNode, type MeshNode, type PeerDatastore } from './network/node.ts'
import { PeerScores } from './network/peer-scores.ts'
import { openPeerStore } from './network/peer-store.ts'
import { LISTEN } from './network/sockets.ts'
import { governanceIntervalOf } from './policy/governance-interval.ts'
import { checkPolicy, policyOf } from './policy/limits.ts'
import { LocalReputation } from './policy/local-reputation.ts'
import { reputationOf } from './policy/reputation.ts'
import { PROTOCOL as AGENT_QUERY } from './protocols/agent-discovery/constants.ts'
import { AgentDiscovery } from './protocols/agent-discovery/index.ts'
import { VERSIONS as AUCTIONS } from './protocols/auctions/constants.ts'
import { BanWatch } from './protocols/ban-watch.ts'
import { CATCH_UP, CatchUp } from './protocols/catch-up.ts'
import { VERSIONS as CONTENT, Content, openContentStore } from './protocols/content/index.ts'
import { IntentDiscovery } from './protocols/intent-discovery/index.ts'
import { Knowledge } from './protocols/knowledge/index.ts'
import { Learning } from './protocols/learning/index.ts'
import { VERSIONS as NEGOTIATION } from './protocols/negotiation/constants.ts'
import { NetworkRules, type OwnRules } from './protocols/network-rules.ts'
import { PeerDiscovery } from './protocols/peer-discovery/index.ts'
import { VERSIONS as SERVICES } from './protocols/services/constants.ts'
import { Services } from './protocols/services/index.ts'
import { VERSIONS as TRIPS } from './protocols/trips/constants.ts'
import { type Memory, recall } from './recall.ts'
import { assembleTrade, type Trade } from './trade.ts'

/** All parts of a connected agent. */
export interface Parts extends Memory {
  membership: Membership
  node: MeshNode
  /** Whom the node remembers; undefined without a directory. */
  peerStore: PeerDatastore | undefined
  scores: PeerScores
  rules: NetworkRules
  /** Hears of faults that were dealt with. */
  report: (error: unknown) => void
  reputation: LocalReputation
  catchUp: CatchUp
  intents: IntentDiscovery
  agents: AgentDiscovery
  peers: PeerDiscovery
  services: Services
  content: Content
  knowledge: Knowledge
  /** Undefined without a chain. */
  trade: Trade | undefined
  learning: Learning | undefined
  attendance: Attendance
  banWatch: BanWatch
  announcer: Announcer
}

/** Name, in an agent's folder, of the folder of the peers that it remembers. */
const PEER_STORE = 'peers'
/** Name of the file, in an agent's folder of a network, of what it has seen of others. */
const REPUTATION_FILE = 'reputation.json'
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
  const memory = await recall(opened, folder)
  const { deals } = memory
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
    ...memory,
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
  const store = await openContentStore(directory, init.maxContentBytes)
  const content = new Content({ ...gossip, deals, store, recordOf: (agent) => agents.recordOf(agent) })
  const learning =
    trade &&
    new Learning({ ...trade, agent: identity.address, content, records: memory.learningRecords, report })
  const attendance = new Attendance(node)
  const banWatch = new BanWatch({ node, scores, rules, interval, report })
  const knowledge = new Knowledge({ ...gossip, services, agents })
  const capabilities = init.capabilities ?? []
  const besides = () => knowledge.copied()
  const saying = { agent: identity.address, capabilities, besides, now: machineTime, report }
  const announcer = new Announcer({ agents, membership, node, trade }, saying)
  knowledge.onCopies(() => announcer.soon())
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
    content,
    knowledge,
    trade,
    learning,
    attendance,
    banWatch,
    announcer,
    ...memory,
    peerStore,
    reputation,
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
    ...CONTENT,
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
