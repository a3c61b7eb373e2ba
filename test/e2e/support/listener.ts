import type { Identity } from '../../../agent/network/identity.ts'
import type { MeshNode } from '../../../agent/network/node.ts'
import { PeerScores } from '../../../agent/network/peer-scores.ts'
import { CatchUp } from '../../../agent/protocols/catch-up.ts'
import { IntentDiscovery, type ReceivedIntent } from '../../../agent/protocols/intent-discovery/index.ts'
import { meshDomain } from '../../../protocol/deployment.ts'
import type { Intent } from '../../../protocol/types.ts'
import { newIdentity } from '../../agent/support/intents.ts'
import { newNode } from '../../agent/support/nodes.ts'
import { deployment } from './deployment.ts'
import { parameters, rules } from './rules.ts'

/** Somebody who hears and publishes intents over real libp2p, and needs no chain. */
export interface Listener {
  readonly identity: Identity
  readonly node: MeshNode
  readonly scores: PeerScores
  readonly intents: IntentDiscovery
  /** The first thing that was held against others, or went wrong. */
  readonly report: Promise<unknown>
  /** Publishes a wish for energy in an area. @param radius see `IntentDiscovery.publish` */
  publish(area: string, changes?: Partial<Intent>, radius?: number): Promise<ReceivedIntent>
  /** Waits until an intent was heard. */
  hears(intent: ReceivedIntent): Promise<void>
  connect(other: Listener): Promise<void>
  stop(): Promise<void>
}

const now = () => BigInt(Math.floor(Date.now() / 1000))
let nonce = 0n

export async function startListener(area: string, radius = 0): Promise<Listener> {
  const identity = newIdentity()
  const scores = new PeerScores(() => parameters.spam)
  const node = await newNode({ identity, scores })
  const { promise, resolve: report } = Promise.withResolvers<unknown>()
  const components = { node, identity, scores, rules, report, deployment, now }
  const catchUp = new CatchUp(components)
  const intents = new IntentDiscovery({ ...components, catchUp, domain: meshDomain(deployment) })
  await catchUp.start()
  intents.start()
  await node.start()
  intents.join('energy', area, radius)
  return {
    identity,
    node,
    scores,
    intents,
    report: promise,
    publish(place, changes = {}, radius = 0) {
      nonce += 1n
      const intent: Intent = {
        agent: identity.address,
        side: 'buy',
        capability: 'energy.supply',
        area: place,
        quantity: 1000n,
        price: 146_000n,
        lot: 1000n,
        start: now(),
        end: now() + 900n,
        expiry: now() + 60n,
        nonce,
        endpoints: [],
        attributes: [],
        ...changes,
      }
      return intents.publish(intent, { radius })
    },
    hears(intent) {
      if (intents.open().some(({ hash }) => hash === intent.hash)) return Promise.resolve()
      return new Promise((resolve) => {
        const stop = intents.subscribe(({ hash }) => {
          if (hash !== intent.hash) return
          stop()
          resolve()
        })
      })
    },
    async connect(other) {
      await node.dial(other.node.getMultiaddrs(), { signal: AbortSignal.timeout(5_000) })
    },
    async stop() {
      intents.stop()
      await catchUp.stop()
      await node.stop()
    },
  }
}
