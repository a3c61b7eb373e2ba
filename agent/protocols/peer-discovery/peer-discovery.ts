import type { Logger, PeerId } from '@libp2p/interface'
import type { NetworkId } from '../../../protocol/deployment.ts'
import { MeshError, RefusedError } from '../../../protocol/errors.ts'
import { RENDEZVOUS_PROTOCOL } from '../../../protocol/wire/rendezvous.ts'
import { addressOfPeer, type Identity } from '../../network/identity.ts'
import { listeningAt } from '../../network/joining.ts'
import { RENDEZVOUS, rendezvousNamespace } from '../../network/names.ts'
import type { MeshNode } from '../../network/node.ts'
import { misbehaviourOf, type PeerScores } from '../../network/peer-scores.ts'
import { openToldRecord, sealPeerRecord } from '../../network/rendezvous/peer-record.ts'
import { RendezvousPoint } from '../../network/rendezvous/point.ts'
import { background, type Timer } from '../../platform/timers.ts'
import { admitStream } from '../admit-stream.ts'
import type { NetworkRules } from '../network-rules.ts'
import {
  INTERVAL,
  MAX_MET,
  MAX_NAMESPACES,
  MAX_OTHER_POINTS,
  MAX_POINTS_MET,
  RECORD_PAUSE,
  REGISTRATIONS,
  TIMEOUT,
} from './constants.ts'

import { type Candidate, type Interest, interestIn, interestsOf } from './interest.ts'
import { type Errand, KnownPoint } from './known-point.ts'
import { Strangers } from './strangers.ts'

export interface PeerDiscoveryComponents {
  node: MeshNode
  identity: Identity
  deployment: NetworkId
  scores: PeerScores
  rules: Pick<NetworkRules, 'checkProtocol' | 'hasStake'>
  /** Multiaddrs with peer ids of peers at which it registers before others: bootstrap peers and relays. */
  points: readonly string[]
  /** Hears what peers are punished for. */
  report: (error: unknown) => void
  /** Monotonic milliseconds. */
  clock?: () => number
}

/**
 * Finds neighbours at rendezvous points: registers where this agent listens, and while it has few neighbours asks who
 * else did, and dials some of them. Every agent is a point for its neighbours, which is all of peer exchange.
 */
export class PeerDiscovery {
  readonly #components: PeerDiscoveryComponents
  readonly #log: Logger
  readonly #point: RendezvousPoint
  readonly #named: ReadonlySet<string>
  /** Connected peers that speak the protocol, those that came first at the front. */
  readonly #known = new Map<string, KnownPoint>()
  readonly #clock: () => number
  readonly #strangers: Strangers
  readonly #stopping = new AbortController()
  #interests: Interest[] = []
  #record: { endpoints: string; sealed: Promise<Uint8Array>; at: number } | undefined
  #topology: string | undefined
  #timer: Timer | undefined
  #isDialling = false

  constructor(components: PeerDiscoveryComponents) {
    const { node, deployment, points, clock = () => performance.now() } = components
    this.#components = components
    this.#clock = clock
    const isNeeded = (peer: string) =>
      this.#named.has(peer) || this.#interests.some((interest) => interest.needs(peer))
    this.#strangers = new Strangers(node, isNeeded, clock)
    this.#log = node.logger.forComponent('mesh:peer-discovery')
    this.#named = new Set(points.map((address) => address.split('/p2p/').at(-1) ?? ''))
    const own = rendezvousNamespace(deployment)
    this.#point = new RendezvousPoint(node, {
      gate: {
        admit: (peer, stream, charge) => admitStream(components, RENDEZVOUS, { peer, stream }, charge),
        blame: (peer, error) => this.#blame(peer, error),
        hasStake: (peer) => peer.type === 'secp256k1' && components.rules.hasStake(addressOfPeer(peer)),
      },
      limits: REGISTRATIONS,
      accepts: (namespace) => namespace === own || namespace.startsWith(`${own}/`),
    })
  }

  /** Serves others; to be called before the node starts. @param domains in which it wants neighbours */
  async start(domains: readonly string[]): Promise<void> {
    const { node, deployment } = this.#components
    this.#interests = interestsOf(node, deployment, domains)
    await this.#point.start()
    this.#topology = await node.register(RENDEZVOUS_PROTOCOL, {
      // One that connects a second time may have been started anew, and know nothing of what was said before.
      onConnect: (peer, { id }) => {
        const key = peer.toString()
        if (this.#known.get(key)?.connection !== id)
          this.#known.set(key, new KnownPoint(node, peer, id, this.#clock))
      },
      onDisconnect: (peer) => {
        this.#known.delete(peer.toString())
      },
    })
    this.#timer = background(setInterval(() => this.#look(), INTERVAL))
  }

  /**
   * Wants neighbours in a topic, too, from now on, and is found by those who want some. With too many interests it does
   * without.
   *
   * @param name of the namespace under which they register
   */
  seek(name: string, topic: string): void {
    const { node, deployment } = this.#components
    if (this.#interests.length >= MAX_NAMESPACES) return
    this.#interests = [interestIn(node, deployment, name, topic), ...this.#interests]
  }

  /** Takes all registrations back; to be called before the node stops. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#stopping.abort()
    if (this.#topology !== undefined) this.#components.node.unregister(this.#topology)
    await Promise.allSettled([...this.#known.values()].map((point) => point.leave()))
    await this.#point.stop()
  }

  #look(): void {
    const { rules } = this.#components
    try {
      rules.checkProtocol(RENDEZVOUS)
    } catch (error) {
      this.#log('not spoken - %e', error)
      return
    }
    this.#visit().catch(this.#note)
    if (this.#strangers.isDue()) this.#meet().catch(this.#note)
    if (!this.#isDialling) {
      this.#isDialling = true
      this.#dial()
        .catch(this.#note)
        .finally(() => {
          this.#isDialling = false
        })
    }
  }

  async #visit(): Promise<void> {
    const errand = await this.#errand()
    const all = [...this.#known]
    const named = all.filter(([key]) => this.#named.has(key))
    const others = all.filter(([key]) => !this.#named.has(key)).slice(0, MAX_OTHER_POINTS)
    for (const [, point] of [...named, ...others]) {
      point.visit(errand).catch((error) => this.#fault(point.peer, error))
    }
  }

  async #errand(): Promise<Errand> {
    const interests = this.#interests
    const record = await this.#ownRecord()
    const wanting = new Set(interests.filter(({ missing }) => missing > 0))
    return { interests, wanting, record, signal: this.#stopping.signal }
  }

  /** Registers at a few neighbours by lot, and meets one who did: so those of different neighbourhoods come to know each other. */
  async #meet(): Promise<void> {
    const { node } = this.#components
    const errand = await this.#errand()
    const drawn = [...this.#known.values()].toSorted(() => Math.random() - 0.5).slice(0, MAX_POINTS_MET)
    const fault = (point: KnownPoint) => (error: unknown) => this.#fault(point.peer, error)
    for (const point of drawn) await point.visit(errand).catch(fault(point))
    for (const { namespace } of this.#interests) {
      for (const point of drawn) {
        const told = await point.strangers(namespace, errand.signal).catch(fault(point))
        for (const stranger of told?.slice(0, MAX_MET) ?? []) {
          await this.#try(stranger)
          if (node.getConnections(stranger.peer).length === 0) continue
          return this.#strangers.keep(stranger.peer, errand.signal)
        }
      }
    }
  }

  /** Dials those who are missing where most is to be gained: in a domain, else in the network. */
  async #dial(): Promise<void> {
    for (const interest of this.#interests) {
      const drawn = interest.draw()
      await Promise.allSettled(drawn.map((candidate) => this.#try(candidate)))
      if (drawn.length > 0) return
    }
  }

  async #try({ peer, record, from }: Candidate): Promise<void> {
    const { node } = this.#components
    if (node.getConnections(peer).length > 0) return
    try {
      const { multiaddrs } = await openToldRecord(node, from, record)
      const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(TIMEOUT)])
      if (multiaddrs.length > 0) await node.dial(multiaddrs, { signal })
    } catch (error) {
      // The point has verified it, or should have.
      this.#fault(from, error)
    }
  }

  /** Where this agent listens, signed; anew when that has changed, but not at each turn of a change. */
  async #ownRecord(): Promise<Uint8Array | undefined> {
    const { node, identity } = this.#components
    const endpoints = listeningAt(node)
    if (endpoints.length === 0) return undefined
    const now = performance.now()
    const isStale = this.#record?.endpoints !== endpoints.join()
    if (this.#record === undefined || (isStale && now - this.#record.at >= RECORD_PAUSE)) {
      const sealed = sealPeerRecord(identity.libp2pKey, endpoints)
      this.#record = { endpoints: endpoints.join(), sealed, at: now }
    }
    return this.#record.sealed
  }

  #fault(peer: PeerId, error: unknown): void {
    if (error instanceof MeshError && !(error instanceof RefusedError)) this.#blame(peer, error)
    else this.#note(error)
  }

  #blame(peer: PeerId, error: MeshError): void {
    const { node, scores, report } = this.#components
    report(error)
    if (scores.penalize(peer.toString(), misbehaviourOf(error))) node.hangUp(peer).catch(report)
  }

  readonly #note = (error: unknown): void => {
    if (!this.#stopping.signal.aborted) this.#log('%e', error)
  }
}
