/** What gossip came to since the node began. */
export interface GossipCounts {
  /** Messages that this node published. */
  sent: number
  /** Messages that were news, and are passed on. */
  accepted: number
  /** Messages that were late, known, or of agents that are not admitted. */
  ignored: number
  /** Messages that are held against the neighbour that passed them on. */
  rejected: number
}

/** A service of the node, which those who gossip count in. */
export function gossipCounts(): () => GossipCounts {
  return () => ({ sent: 0, accepted: 0, ignored: 0, rejected: 0 })
}
