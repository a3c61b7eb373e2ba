import type { Identity } from '../../../agent/network/identity.ts'
import type { MeshNode } from '../../../agent/network/node.ts'
import { PeerScores } from '../../../agent/network/peer-scores.ts'
import {
  AgentDiscovery,
  type Lie,
  type ReceivedCapability,
} from '../../../agent/protocols/agent-discovery/index.ts'
import { CatchUp } from '../../../agent/protocols/catch-up.ts'
import { type CapabilityClaim, capabilityOf } from '../../../protocol/capability.ts'
import { meshDomain } from '../../../protocol/deployment.ts'
import type { CapabilityRecord } from '../../../protocol/types.ts'
import { newIdentity } from '../../agent/support/intents.ts'
import { newNode } from '../../agent/support/nodes.ts'
import { deployment } from './deployment.ts'
import { parameters, rules } from './rules.ts'

/** An agent that spreads and finds capabilities over real libp2p, and needs no chain. */
export interface Finder {
  readonly identity: Identity
  readonly node: MeshNode
  readonly scores: PeerScores
  readonly agents: AgentDiscovery
  readonly reports: unknown[]
  readonly lies: Lie[]
  /** Its record as it would sign it now. */
  record(capabilities: CapabilityClaim[], changes?: Partial<CapabilityRecord>): CapabilityRecord
  publish(capabilities: CapabilityClaim[], changes?: Partial<CapabilityRecord>): Promise<ReceivedCapability>
  /** Waits until a record was heard. */
  hears(record: ReceivedCapability): Promise<void>
  /** Dials, and waits until either knows that the other takes part in gossip. */
  connect(other: Finder): Promise<void>
  stop(): Promise<void>
}

export const HOME = '871f8d099ffffff'
const now = () => BigInt(Math.floor(Date.now() / 1000))

/** @param init.draw lots, by default always one half */
async function startFinder(
  init: { domains?: string[]; area?: string; dhtServer?: boolean; draw?: () => number } = {},
): Promise<Finder> {
  const { domains = [], area = HOME, dhtServer = false, draw = () => 0.5 } = init
  const identity = newIdentity()
  const scores = new PeerScores(() => parameters.spam)
  const node = await newNode({ identity, scores, dhtServer })
  const reports: unknown[] = []
  const lies: Lie[] = []
  const report = (error: unknown) => void reports.push(error)
  const catchUp = new CatchUp({ node, scores, rules, deployment, report })
  const agents = new AgentDiscovery({
    ...{ node, identity, scores, rules, deployment, area, now, draw, catchUp, report },
    domain: meshDomain(deployment),
    onLie: (lie) => void lies.push(lie),
  })
  await catchUp.start()
  await agents.start()
  await node.start()
  agents.attend()
  for (const domain of domains) agents.join(domain, area)
  const heard = new Set<string>()
  agents.subscribe(({ hash }) => void heard.add(hash))
  const finder: Finder = {
    ...{ identity, node, scores, agents, reports, lies },
    record: (capabilities, changes = {}) => ({
      agent: identity.address,
      agentId: 0n,
      capabilities: capabilities.map(capabilityOf),
      area,
      endpoints: ['/ip4/127.0.0.1/udp/4001/quic-v1'],
      issuedAt: now(),
      expiry: now() + 60n,
      ...changes,
    }),
    publish: (capabilities, changes) => agents.publish(finder.record(capabilities, changes)),
    async hears({ hash }) {
      if (heard.has(hash)) return
      await new Promise<void>((resolve) => {
        const stop = agents.subscribe((received) => {
          if (received.hash !== hash) return
          stop()
          resolve()
        })
      })
    },
    async connect(other) {
      await node.dial(other.node.getMultiaddrs(), { signal: AbortSignal.timeout(5_000) })
      await Promise.all([untilGossips(node, other.node), untilGossips(other.node, node)])
    },
    async stop() {
      await agents.stop()
      await catchUp.stop()
      await node.stop()
    },
  }
  const untilGossips = async (one: MeshNode, other: MeshNode) => {
    const { pubsub: gossip } = one.services
    const knows = () =>
      gossip
        .getTopics()
        .some((topic) => gossip.getSubscribers(topic).some((peer) => peer.equals(other.peerId)))
    while (!knows()) {
      await new Promise((resolve) => gossip.addEventListener('subscription-change', resolve, { once: true }))
    }
  }
  return finder
}

/** Starts finders that are stopped after each test. Call it inside a `describe`. */
export function finders(): typeof startFinder {
  const started: Finder[] = []
  afterEach(() => Promise.all(started.splice(0).map((finder) => finder.stop())))
  return async (init) => {
    const finder = await startFinder(init)
    started.push(finder)
    return finder
  }
}
