/** Some listeners of a gossip benchmark in a process of their own; the parent tells it what to do. */
import { setTimeout as sleep } from 'node:timers/promises'
import { multiaddr } from '@multiformats/multiaddr'
import { defaultDirectory, unknownStandings } from '../../agent/chain/without-chain.ts'
import { meshPeersOf } from '../../agent/network/mesh-peers.ts'
import { CAPABILITIES, INTENTS, intentTopic } from '../../agent/network/names.ts'
import { PeerScores } from '../../agent/network/peer-scores.ts'
import { CATCH_UP } from '../../agent/protocols/intent-discovery/constants.ts'
import { IntentDiscovery } from '../../agent/protocols/intent-discovery/index.ts'
import { NetworkRules } from '../../agent/protocols/network-rules.ts'
import { meshDomain } from '../../protocol/deployment.ts'
import { deployment, LISTEN, newIdentity, startNode } from './nodes.ts'

const AREA = '871f8d099ffffff'
const TOPIC = intentTopic(deployment, 'energy', AREA)
const seconds = () => BigInt(Math.floor(Date.now() / 1000))
/** Microseconds on a clock that all processes of a machine share. */
const microseconds = () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000))

export type Order =
  | { type: 'start'; count: number }
  | { type: 'dial'; targets: string[][] }
  | { type: 'publish'; count: number; pause: number }
  | { type: 'report' }
export type Report =
  | { type: 'started'; addresses: string[] }
  | { type: 'meshed' }
  | { type: 'published' }
  | { type: 'report'; latencies: number[]; cpu: number }

const listeners: Awaited<ReturnType<typeof startListener>>[] = []
const latencies: number[] = []
let cpu = process.cpuUsage()

async function startListener() {
  const identity = newIdentity()
  const node = await startNode([LISTEN.QUIC], false, identity)
  const rules = new NetworkRules({
    directory: defaultDirectory([CAPABILITIES, CATCH_UP, INTENTS]),
    standings: unknownStandings,
    escrow: deployment.contracts.intentEscrow,
    now: seconds,
  })
  const scores = new PeerScores(() => rules.parameters.spam)
  const intents = new IntentDiscovery({
    ...{ node, identity, scores, rules, deployment, now: seconds },
    domain: meshDomain(deployment),
    report: () => {},
  })
  await intents.start()
  intents.join('energy', AREA)
  intents.subscribe(({ value }) => void latencies.push(Number(microseconds() - value.nonce) / 1000))
  return { identity, node, intents }
}

const say = (report: Report) => void process.send?.(report)

const orders: { [T in Order['type']]: (order: Extract<Order, { type: T }>) => Promise<void> } = {
  async start({ count }) {
    for (let index = 0; index < count; index++) listeners.push(await startListener())
    say({ type: 'started', addresses: listeners.map(({ node }) => String(node.getMultiaddrs()[0])) })
  },
  async dial({ targets }) {
    for (const [index, addresses] of targets.entries()) {
      const node = listeners[index]?.node
      await Promise.all(addresses.map((address) => node?.dial(multiaddr(address))))
    }
    while (!listeners.every(({ node }) => meshPeersOf(node.services.pubsub, TOPIC).length >= 3))
      await sleep(20)
    say({ type: 'meshed' })
  },
  async publish({ count, pause }) {
    latencies.length = 0
    cpu = process.cpuUsage()
    for (let index = 0; index < count; index++) {
      const { identity, intents } = listeners[index % listeners.length] as (typeof listeners)[number]
      await intents.publish({
        agent: identity.address,
        side: 'buy',
        capability: 'energy.supply',
        area: AREA,
        quantity: 1000n,
        price: 146_000n,
        lot: 1000n,
        start: BigInt(index),
        end: BigInt(index + 1),
        expiry: seconds() + 60n,
        nonce: microseconds(),
        endpoints: [],
      })
      await sleep(pause)
    }
    say({ type: 'published' })
  },
  async report() {
    const { user, system } = process.cpuUsage(cpu)
    say({ type: 'report', latencies, cpu: (user + system) / 1000 })
  },
}

process.on('disconnect', () => process.exit(0))
process.on('message', (order: Order) => orders[order.type](order as never))
