import type { PeerId } from '@libp2p/interface'
import type { NetworkId } from '../../../protocol/deployment.ts'
import { intentTopic, rendezvousNamespace } from '../../network/names.ts'
import type { MeshNode } from '../../network/node.ts'
import { JOINING, MAX_CANDIDATES, MAX_NAMESPACES, WANTED } from './constants.ts'

/** Somebody who registered and was not tried yet. */
export interface Candidate {
  peer: PeerId
  /** Its signed peer record, not verified yet. */
  record: Uint8Array
  /** The point that told of it. */
  from: PeerId
}

/** A namespace under which an agent registers, and looks for neighbours. */
export class Interest {
  readonly namespace: string
  readonly #company: () => ReadonlySet<string>
  readonly #candidates = new Map<string, Candidate>()

  /** @param company ids of the neighbours that it has there at present */
  constructor(namespace: string, company: () => ReadonlySet<string>) {
    this.namespace = namespace
    this.#company = company
  }

  /** How many neighbours are missing. */
  get missing(): number {
    return Math.max(0, WANTED - this.#company().size)
  }

  /** Whether neighbours would be missing without this one. */
  needs(peer: string): boolean {
    const company = this.#company()
    return company.size <= WANTED && company.has(peer)
  }

  add(candidate: Candidate): void {
    if (this.#candidates.size < MAX_CANDIDATES) this.#candidates.set(candidate.peer.toString(), candidate)
  }

  /** Draws as many as are missing, by lot, or those that registered first would be everybody's. */
  draw(): Candidate[] {
    if (this.#candidates.size === 0) return []
    const drawn = [...this.#candidates].toSorted(() => Math.random() - 0.5).slice(0, this.missing)
    for (const [key] of drawn) this.#candidates.delete(key)
    return drawn.map(([, candidate]) => candidate)
  }
}

/** Those of an agent: its domains first, whose members are of the network too. */
export function interestsOf(node: MeshNode, network: NetworkId, domains: readonly string[]): Interest[] {
  const { pubsub } = node.services
  const within = (domain: string) => {
    const start = intentTopic(network, domain, '')
    const topics = pubsub.getTopics().filter((topic) => topic.startsWith(start))
    return companyOf(node, listeners(node, topics))
  }
  return [
    ...domains
      .slice(0, MAX_NAMESPACES - 1)
      .map((domain) => new Interest(rendezvousNamespace(network, domain), () => within(domain))),
    new Interest(rendezvousNamespace(network), () => companyOf(node, pubsub.getPeers().map(String))),
  ]
}

/** That of an agent in one topic. @param name that of its namespace, after the network's */
export function interestIn(node: MeshNode, network: NetworkId, name: string, topic: string): Interest {
  return new Interest(rendezvousNamespace(network, name), () => companyOf(node, listeners(node, [topic])))
}

/**
 * Neighbours, with those who may be some. Whoever has just connected says a moment later what it listens
 * to, on a busy machine some seconds: to count it only then would be to dial more and more in the meantime.
 */
function companyOf(node: MeshNode, neighbours: readonly string[]): ReadonlySet<string> {
  const latest = Date.now() - JOINING
  const fresh = node
    .getConnections()
    .filter(({ limits, timeline }) => limits === undefined && timeline.open > latest)
    .map(({ remotePeer }) => remotePeer.toString())
  if (fresh.length === 0) return new Set(neighbours)
  const known = new Set(listeners(node, node.services.pubsub.getTopics()))
  return new Set([...neighbours, ...fresh.filter((peer) => !known.has(peer))])
}

function listeners({ services: { pubsub } }: MeshNode, topics: readonly string[]): string[] {
  return topics.flatMap((topic) => pubsub.getSubscribers(topic).map(String))
}
