import type { PeerId } from '@libp2p/interface'
import type { SingleKadDHT } from '@libp2p/kad-dht'
import type { NetworkId } from '../../../protocol/deployment.ts'
import { addressOfPeer, type Identity } from '../../network/identity.ts'
import { domainOf } from '../../network/names.ts'
import type { MeshNode } from '../../network/node.ts'
import type { PeerScores } from '../../network/peer-scores.ts'
import type { RoundTrips } from '../../network/round-trips.ts'
import { centerOf, distanceBetween, type Point } from '../../query/geography.ts'
import type { Query } from '../../query/query.ts'
import { type Candidate, ranked } from '../../query/rank.ts'
import { MAX_ASKED, MAX_ASKED_PER_GROUP, PROVIDERS_TIMEOUT } from './constants.ts'
import { cidOf, groupsOf, soughtNames } from './groups.ts'
import { inParallel } from './in-parallel.ts'
import type { Askable } from './query-protocol.ts'
import type { RecordBook } from './record-book.ts'
import type { Registered } from './registered.ts'

export interface CandidatesComponents {
  node: MeshNode
  identity: Identity
  scores: PeerScores
  deployment: NetworkId
  /** H3 cell of this agent; '' for everywhere. */
  area: string
  book: RecordBook
  roundTrips: RoundTrips
  registered: Registered
  /** Numbers from 0 to 1, drawn by lot. */
  draw: () => number
}

/**
 * Whom to ask a query, a few at a time: first the best of the neighbours in each interest group, the best group first;
 * then some that are known to have the capability; where these are few, those that registered for its domain at
 * neighbours; then those that the DHT names; and when all that was
 * not enough, for some may not have answered, the rest of them, with those that could not be reached of late. Nobody
 * twice, nobody who is muted, and no more than `MAX_ASKED` in all.
 */
export async function* candidateGroups(
  components: CandidatesComponents,
  query: Query,
  signal: AbortSignal,
): AsyncGenerator<Askable[]> {
  const { identity, scores, draw, node } = components
  const { absences } = node.services
  const place = centerOf(query.within?.of ?? components.area)
  const own = identity.peerId.toString()
  const rest = new Map<string, Askable>()
  const tried = new Set<string>()
  const choose = (members: Iterable<Askable>) => {
    const fresh = [...members].filter(({ peer }) => !tried.has(peer.toString()))
    const rankable = fresh.map((askable) => ({ askable, ...rankOf(components, askable.peer, place) }))
    const room = Math.min(MAX_ASKED_PER_GROUP, MAX_ASKED - tried.size)
    const best = ranked(rankable, draw).slice(0, room)
    for (const { askable } of best) tried.add(askable.peer.toString())
    return best.map(({ askable }) => askable)
  }
  for await (const members of membersOfGroups(components, query, signal)) {
    const askable = members.filter(({ peer }) => {
      const key = peer.toString()
      return key !== own && !scores.isMuted(key)
    })
    for (const member of askable) rest.set(member.peer.toString(), member)
    const best = choose(askable.filter(({ peer }) => !absences.hasPeer(peer)))
    if (best.length > 0) yield best
    if (signal.aborted) return
  }
  for (let best = choose(rest.values()); best.length > 0; best = choose(rest.values())) {
    yield best
    if (signal.aborted) return
  }
}

async function* membersOfGroups(
  components: CandidatesComponents,
  query: Query,
  signal: AbortSignal,
): AsyncGenerator<Askable[]> {
  const { node, deployment, area, book, draw, registered } = components
  const { pubsub } = node.services
  let hasNeighbours = false
  for (const topic of groupsOf(deployment, query, area)) {
    const neighbours = pubsub.getSubscribers(topic)
    hasNeighbours ||= neighbours.length > 0
    yield neighbours.map((peer) => ({ peer }))
  }
  const [name = ''] = query.capabilities
  // Neighbours may know less of the group than those whom they told of; these cost a dial.
  const most = hasNeighbours ? MAX_ASKED_PER_GROUP : MAX_ASKED
  const known = book.find({ capabilities: [name], where: [] }, most, draw())
  yield known.map(({ peerId, value }) => ({ peer: peerId, endpoints: value.endpoints }))
  if (known.length < MAX_ASKED_PER_GROUP) yield await registered.membersOf(domainOf(name), signal)
  // Without anybody to ask, libp2p would wait for somebody to come.
  const { routingTable } = node.services.dht as SingleKadDHT
  if (routingTable.size === 0) return
  yield* inParallel(soughtNames(deployment, query, area).map((sought) => providersOf(node, sought, signal)))
}

/** The first few that the DHT names; a young DHT may know nobody, and a walk through it may not end in time. */
async function providersOf(node: MeshNode, name: string, signal: AbortSignal): Promise<Askable[]> {
  const providers: Askable[] = []
  try {
    const walking = AbortSignal.any([signal, AbortSignal.timeout(PROVIDERS_TIMEOUT)])
    for await (const { id } of node.contentRouting.findProviders(await cidOf(name), { signal: walking })) {
      providers.push({ peer: id })
      if (providers.length === MAX_ASKED_PER_GROUP) break
    }
  } catch {
    // Who was named until then can be asked.
  }
  return providers
}

function rankOf(
  { scores, roundTrips, book }: CandidatesComponents,
  peer: PeerId,
  place: Point | undefined,
): Candidate {
  const guilt = scores.guiltOf(peer.toString())
  const roundTrip = roundTrips.of(peer)
  if (roundTrip !== undefined || peer.type !== 'secp256k1') return { guilt, roundTrip }
  const record = book.get(addressOfPeer(peer))
  return { guilt, distance: distanceBetween(place, centerOf(record?.value.area ?? '')) }
}
