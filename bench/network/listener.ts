import { defaultDirectory, unknownStandings } from '../../agent/chain/without-chain.ts'
import { CAPABILITIES, INTENTS, intentTopic } from '../../agent/network/names.ts'
import { PeerScores } from '../../agent/network/peer-scores.ts'
import { CATCH_UP, CatchUp } from '../../agent/protocols/catch-up.ts'
import { IntentDiscovery } from '../../agent/protocols/intent-discovery/index.ts'
import { NetworkRules } from '../../agent/protocols/network-rules.ts'
import { meshDomain } from '../../protocol/deployment.ts'
import type { Intent } from '../../protocol/types.ts'
import { deployment, LISTEN, newIdentity, startNode } from './nodes.ts'

const AREA = '871f8d099ffffff'
/** Topic of all listeners. */
export const TOPIC = intentTopic(deployment, 'energy', AREA)
const seconds = () => BigInt(Math.floor(Date.now() / 1000))

export type Listener = Awaited<ReturnType<typeof startListener>>

/** A node that hears the intents of one domain and area, and verifies each. */
export async function startListener() {
  const identity = newIdentity()
  const node = await startNode([LISTEN.QUIC], { identity })
  const rules = new NetworkRules({
    directory: defaultDirectory([CAPABILITIES, CATCH_UP, INTENTS]),
    standings: unknownStandings,
    escrow: deployment.contracts.intentEscrow,
    now: seconds,
  })
  const scores = new PeerScores(() => rules.parameters.spam)
  const components = { node, identity, scores, rules, deployment, now: seconds, report: () => {} }
  const catchUp = new CatchUp(components)
  const intents = new IntentDiscovery({ ...components, catchUp, domain: meshDomain(deployment) })
  await catchUp.start()
  intents.start()
  intents.join('energy', AREA)
  return { identity, node, intents }
}

/** Has a listener publish an intent. @param index another one each time, or it takes the place of the earlier one */
export function publish({ identity, intents }: Listener, index: number, nonce: Intent['nonce']) {
  return intents.publish({
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
    nonce,
    endpoints: [],
    attributes: [],
  })
}
