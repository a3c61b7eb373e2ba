import { identityFromKey } from '../../../agent/network/identity.ts'
import { createNode, type MeshNode, type NodeInit } from '../../../agent/network/node.ts'
import { PeerScores } from '../../../agent/network/peer-scores.ts'
import { deployment } from '../../e2e/support/deployment.ts'
import { parameters } from '../../e2e/support/rules.ts'

/** Makes nodes and stops all of them after the suite. Call it inside a `describe`. */
export function temporaryNodes(): (init?: Partial<NodeInit>) => Promise<MeshNode> {
  const nodes: MeshNode[] = []
  after(() => Promise.all(nodes.map((node) => node.stop())))
  return async (init) => {
    const node = await newNode(init)
    nodes.push(node)
    await node.start()
    return node
  }
}

/** Waits until a node knows of so many peers that listen to a topic. */
export async function untilHeard(
  { services: { pubsub } }: MeshNode,
  topic: string,
  count = 1,
): Promise<void> {
  while (pubsub.getSubscribers(topic).length < count) {
    await new Promise((resolve) => pubsub.addEventListener('subscription-change', resolve, { once: true }))
  }
}

/** A node of a fresh key on loopback; it is not started. */
export function newNode(init: Partial<NodeInit> = {}): Promise<MeshNode> {
  return createNode({
    identity: identityFromKey(crypto.getRandomValues(new Uint8Array(32))),
    deployment,
    scores: new PeerScores(() => parameters.spam),
    hasStake: () => false,
    listen: ['/ip4/127.0.0.1/udp/0/quic-v1'],
    bootstrapPeers: [],
    dhtServer: false,
    mdns: false,
    ...init,
  })
}
