import type { PeerId } from '@libp2p/interface'
import { addressOfPeer } from '../network/identity.ts'
import type { MeshNode } from '../network/node.ts'
import type { PeerScores } from '../network/peer-scores.ts'
import { background, type Timer } from '../platform/timers.ts'
import type { NetworkRules } from './network-rules.ts'

/** How long a banned peer is kept away before the chain is asked again, in intervals. */
const MUTE = 6

export interface BanWatchComponents {
  node: MeshNode
  scores: PeerScores
  rules: NetworkRules
  /** How often connected peers are looked over, in milliseconds. */
  interval: number
  /** Hears of each peer that was disconnected. */
  report: (error: unknown) => void
}

/** Ends the connections of agents that the network has banned, and keeps them away. */
export class BanWatch {
  readonly #components: BanWatchComponents
  readonly #stopping = new AbortController()
  #timer: Timer | undefined

  constructor(components: BanWatchComponents) {
    this.#components = components
  }

  start(): void {
    const { node, interval, report } = this.#components
    const { signal } = this.#stopping
    node.addEventListener('peer:connect', ({ detail }) => this.#look(detail).catch(report), {
      signal,
    })
    this.#timer = background(
      setInterval(() => {
        for (const peer of node.getPeers()) this.#look(peer).catch(report)
      }, interval),
    )
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#stopping.abort()
  }

  async #look(peer: PeerId): Promise<void> {
    const { node, scores, rules, interval, report } = this.#components
    // A peer with a key of another kind is no agent: it only carries.
    if (peer.type !== 'secp256k1') return
    const ban = await rules.banOf(addressOfPeer(peer))
    if (ban === undefined) return
    report(ban)
    scores.mute(peer.toString(), MUTE * interval)
    await node.hangUp(peer)
  }
}
