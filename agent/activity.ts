import type { Parts } from './assemble.ts'
import type { GossipCounts } from './network/gossip-counts.ts'
import { isOpen } from './policy/deal.ts'

/** What an agent has to do with others at a moment, for whoever looks after it. */
export interface Activity {
  /** Peers that it is connected to. */
  peers: number
  connections: { direct: number; relayed: number }
  /** Streams that are open on these connections. */
  streams: number
  gossip: Readonly<GossipCounts>
  /** Others' intents that can still be answered. */
  intents: number
  /** Of agents without a node that it carries: intents that can be answered, offers that can be taken, deals that are open. */
  guests: { intents: number; offers: number; deals: number }
}

/** What is going on in a connected agent. */
export function activityOf({ node, intents, trade, guestDeals }: Parts): Activity {
  const connections = node.getConnections()
  const relayed = connections.filter(({ limits }) => limits !== undefined).length
  return {
    peers: node.getPeers().length,
    connections: { direct: connections.length - relayed, relayed },
    streams: connections.reduce((sum, { streams }) => sum + streams.length, 0),
    gossip: { ...node.services.gossip },
    intents: intents.open().length,
    guests: {
      ...(trade?.guests.held ?? { intents: 0, offers: 0 }),
      deals: [...guestDeals.all()].filter(isOpen).length,
    },
  }
}
