import type { PeerId } from '@libp2p/interface'
import { addressOfPeer } from '../network/identity.ts'
import type { MeshNode } from '../network/node.ts'
import type { PeerScores } from '../network/peer-scores.ts'
import type { NetworkRules } from './network-rules.ts'

/** How often connected peers are looked over, in milliseconds. */
const INTERVAL = 10_000
/** How long a banned peer is kept away before the chain is asked again, in milliseconds. */
const MUTE = 6 * INTERVAL

export interface BanWatchComponents {
  node: MeshNode
  scores: PeerScores
  rules: NetworkRules
  /** Hears of each peer that was disconnected. */
  report: (error: unknown) => void
}

/** Ends the connections of agents that the network has banned, and keeps them away. */
export class BanWatch {
  readonly #components: BanWatchComponents
  readonly #stopping = new AbortController()
  #timer: NodeJS.Timeout | undefined

  constructor(components: BanWatchComponents) {
    this.#components = components
  }

  start(): void {
    const { node, report } = this.#components
    const { signal } = this.#stopping
    node.addEventListener('peer:connect', ({ detail }) => this.#look(detail).catch(report), {
      signal,
    })
    this.#timer = setInterval(() => {
      for (const peer of node.getPeers()) this.#look(peer).catch(report)
    }, INTERVAL).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#stopping.abort()
  }

  async #look(peer: PeerId): Promise<void> {
    const { node, scores, rules, report } = this.#components
    // A peer with a key of another kind is no agent: it only carries.
    if (peer.type !== 'secp256k1') return
    const ban = await rules.banOf(addressOfPeer(peer))
    if (ban === undefined) return
    report(ban)
    scores.mute(peer.toString(), MUTE)
    await node.hangUp(peer)
  }
}
