import type { GossipSub } from '@libp2p/gossipsub'

/** How long a topic may take to get its first neighbour, in milliseconds: gossipsub looks once a second. */
const TIMEOUT = 1_500

/** How often it is looked, in milliseconds. */
const PAUSE = 20

/**
 * Waits until somebody takes what is published in a topic, if anybody listens there: what is said before a neighbour was
 * taken into the topic's mesh, and before there is a stream to it, goes to nobody, and is not told later.
 */
export async function untilMeshed(pubsub: GossipSub, topic: string): Promise<void> {
  const latest = performance.now() + TIMEOUT
  while (pubsub.getSubscribers(topic).length > 0 && !hasReachable(pubsub, topic)) {
    if (performance.now() > latest) return
    await new Promise((resolve) => setTimeout(resolve, PAUSE))
  }
}

/** A neighbour may tell what it listens to before there is a stream to it. */
function hasReachable(pubsub: GossipSub, topic: string): boolean {
  const { streamsOutbound } = pubsub as GossipSub & { streamsOutbound: ReadonlyMap<string, unknown> }
  return meshPeersOf(pubsub, topic).some((peer) => streamsOutbound.has(peer))
}

/** Neighbours to whom what is said in a topic goes at once. The class has them, and its interface does not say so. */
export function meshPeersOf(pubsub: GossipSub, topic: string): string[] {
  return (pubsub as GossipSub & { getMeshPeers(topic: string): string[] }).getMeshPeers(topic)
}
