import type { PeerId } from '@libp2p/interface'
import type { MeshNode } from './node.ts'

/** What one more measurement counts. Source: the smoothed round-trip time of RFC 6298, section 2.3. */
const GAIN = 1 / 8
/** Most peers that are remembered; those that were measured longest ago are forgotten first. */
const MOST = 1_000

/** How long peers take to answer, as measured by questions, and by libp2p's pings. */
export class RoundTrips {
  readonly #node: Pick<MeshNode, 'getConnections'>
  readonly #times = new Map<string, number>()

  constructor(node: Pick<MeshNode, 'getConnections'>) {
    this.#node = node
  }

  /** Remembers how long an answer took, in milliseconds. */
  record(peer: PeerId, time: number): void {
    const key = peer.toString()
    const earlier = this.#times.get(key) ?? time
    this.#times.delete(key)
    this.#times.set(key, earlier + GAIN * (time - earlier))
    const [oldest] = this.#times.keys()
    if (this.#times.size > MOST && oldest !== undefined) this.#times.delete(oldest)
  }

  /** Milliseconds that a peer takes to answer, undefined when that was not measured. */
  of(peer: PeerId): number | undefined {
    const pings = this.#node.getConnections(peer).flatMap(({ rtt }) => rtt ?? [])
    return this.#times.get(peer.toString()) ?? (pings.length > 0 ? Math.min(...pings) : undefined)
  }
}
