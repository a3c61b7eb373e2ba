import type { PeerId } from '@libp2p/interface'
import type { NetworkId } from '../../../protocol/deployment.ts'
import { presenceTopic, RENDEZVOUS, rendezvousNamespace } from '../../network/names.ts'
import type { MeshNode } from '../../network/node.ts'
import { RateLimits } from '../../network/rate-limits.ts'
import { openToldRecord } from '../../network/rendezvous/peer-record.ts'
import { discoverAt } from '../../network/rendezvous/requests.ts'
import type { NetworkRules } from '../network-rules.ts'
import { MAX_ASKED, MAX_ASKED_PER_GROUP, POINTS_QUOTA, PROVIDERS_TIMEOUT } from './constants.ts'
import type { Askable } from './query-protocol.ts'

export interface RegisteredComponents {
  node: MeshNode
  rules: Pick<NetworkRules, 'checkProtocol'>
  deployment: NetworkId
  /** Numbers from 0 to 1, drawn by lot. */
  draw: () => number
}

/**
 * Members of a domain that registered at neighbours, each of which is a rendezvous point for its own: whom to ask when
 * hardly anybody is known, and no neighbour, nor a DHT, knows more.
 */
export class Registered {
  readonly #components: RegisteredComponents
  readonly #rates = new RateLimits()

  constructor(components: RegisteredComponents) {
    this.#components = components
  }

  /** Some of them, by lot; nobody when neighbours were asked too often of late. */
  async membersOf(domain: string, signal: AbortSignal): Promise<Askable[]> {
    const { node, deployment, draw } = this.#components
    if (!this.#mayAsk()) return []
    const points = node.services.pubsub.getSubscribers(presenceTopic(deployment))
    const namespace = rendezvousNamespace(deployment, domain)
    const asking = AbortSignal.any([signal, AbortSignal.timeout(PROVIDERS_TIMEOUT)])
    const told = await Promise.all(
      drawn(points, MAX_ASKED_PER_GROUP, draw).map((point) =>
        registeredAt(node, point, namespace, asking).catch(() => []),
      ),
    )
    const asked = drawn(told.flat(), MAX_ASKED, draw)
    return (await Promise.all(asked.map((registration) => whereabouts(node, registration)))).flat()
  }

  #mayAsk(): boolean {
    try {
      this.#components.rules.checkProtocol(RENDEZVOUS)
    } catch {
      return false
    }
    return this.#rates.take('points', POINTS_QUOTA)
  }
}

/** A signed peer record, and who told of it. */
interface Told {
  readonly record: Uint8Array
  readonly point: PeerId
}

async function registeredAt(
  node: MeshNode,
  point: PeerId,
  namespace: string,
  signal: AbortSignal,
): Promise<Told[]> {
  const { registrations } = await discoverAt(node, point, { namespace }, signal)
  return registrations.map(({ record }) => ({ record, point }))
}

/** Whom a signed peer record is of; nobody when it is not as it should be. */
async function whereabouts(node: MeshNode, { record, point }: Told): Promise<Askable[]> {
  try {
    const { peerId, multiaddrs } = await openToldRecord(node, point, record)
    return [
      { peer: peerId, endpoints: multiaddrs.map((each) => each.toString().replace(`/p2p/${peerId}`, '')) },
    ]
  } catch {
    return []
  }
}

function drawn<T>(values: readonly T[], most: number, draw: () => number): T[] {
  return values
    .map((value) => ({ value, lot: draw() }))
    .sort((a, b) => a.lot - b.lot)
    .slice(0, most)
    .map(({ value }) => value)
}
