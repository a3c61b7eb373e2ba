import type { GossipSub, MeshPeer } from '@libp2p/gossipsub'

/** How long a topic may take to get its first neighbour, in milliseconds: gossipsub looks once a second. */
const TIMEOUT = 1_500

/**
 * Waits until somebody takes what is published in a topic, if anybody listens there: what is said before a neighbour was
 * taken into the topic's mesh goes to nobody, and is not told later.
 */
export async function untilMeshed(pubsub: GossipSub, topic: string): Promise<void> {
  if (pubsub.getSubscribers(topic).length === 0 || meshPeersOf(pubsub, topic).length > 0) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const onGraft = ({ detail }: CustomEvent<MeshPeer>) => {
    if (detail.topic === topic) resolve()
  }
  const timer = setTimeout(resolve, TIMEOUT)
  pubsub.addEventListener('gossipsub:graft', onGraft)
  await promise
  clearTimeout(timer)
  pubsub.removeEventListener('gossipsub:graft', onGraft)
}

/** Neighbours to whom what is said in a topic goes at once. The class has them, and its interface does not say so. */
export function meshPeersOf(pubsub: GossipSub, topic: string): string[] {
  return (pubsub as GossipSub & { getMeshPeers(topic: string): string[] }).getMeshPeers(topic)
}
