import type { GossipSub, GossipsubOpts } from '@libp2p/gossipsub'
import type { PeerScoreParams } from '@libp2p/gossipsub/score'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Address } from '../../protocol/types.ts'
import type { AddressLimits } from './address-limits.ts'
import { addressOfPeer } from './identity.ts'
import type { PeerScores } from './peer-scores.ts'

/**
 * How gossipsub values its neighbours (gossipsub v1.1, "Peer Scoring"). The unit is a hundredth of what the network
 * tolerates: 100 points of guilt mute. Whoever has stake starts at 20, everybody else at nothing, and nobody earns more
 * than 10 by what it carries. So a stranger leaves the mesh with its first misdeed, one with stake after a fifth of what
 * is tolerated; and where a mesh has too many, strangers go first.
 */

/** P5, for free stake of what the domains ask, or of anything where they ask for none. */
const STAKE = 20
/** P5, for as many misdeeds as mute; see `PeerScores`. */
const GUILT = -100
/** Most peers whose address is remembered; those that were looked at longest ago go first. */
const MAX_PEERS = 1_000
/** What is left of a counter of misdeeds after a second; after a minute, a hundredth. */
const MINUTE_DECAY = 0.01 ** (1 / 60)

const THRESHOLDS = {
  // Neither told nor asked what there is by those who did a fifth of what mutes; below zero they are out of the mesh.
  gossipThreshold: -20,
  // Told nothing.
  publishThreshold: -40,
  // Not listened to any more: of their bundles nothing is even decoded.
  graylistThreshold: -60,
  acceptPXThreshold: 10,
  // Half of a mesh are strangers without merit: better ones are taken in.
  opportunisticGraftThreshold: 5,
}

/** How one topic counts; all topics alike. */
const TOPIC = {
  topicWeight: 1,
  // P1: a point after five minutes in the mesh, no more.
  timeInMeshWeight: 1 / 300,
  timeInMeshQuantum: 1_000,
  timeInMeshCap: 300,
  // P2: a tenth of a point for each valid message that it brought first, up to nine; half of it is gone after ten seconds.
  firstMessageDeliveriesWeight: 0.1,
  firstMessageDeliveriesDecay: 0.5 ** (1 / 10),
  firstMessageDeliveriesCap: 90,
  // P3: nobody owes messages. A quiet market, or one on a busy machine, must not look like an attack.
  meshMessageDeliveriesWeight: 0,
  meshFailurePenaltyWeight: 0,
  // P4: the square of the invalid messages of the last minute: 3 cost 9 points, 8 are not listened to any more.
  invalidMessageDeliveriesWeight: -1,
  invalidMessageDeliveriesDecay: MINUTE_DECAY,
}

const PEERS = {
  topicScoreCap: 10,
  appSpecificWeight: 1,
  // P6: from the ninth neighbour of one address on, all of them lose: 12 of them a point, 28 what stake is worth.
  IPColocationFactorThreshold: 8,
  IPColocationFactorWeight: -0.05,
  // P7: more than six broken promises or grafts out of turn within a minute; a busy machine breaks some.
  behaviourPenaltyThreshold: 6,
  behaviourPenaltyWeight: -5,
  behaviourPenaltyDecay: MINUTE_DECAY,
  decayInterval: 1_000,
  decayToZero: 0.01,
  // As long as a mute by default: hanging up makes nothing undone.
  retainScore: 600_000,
}

/** Has to do with how meshes are kept: who is pruned may come back after so many milliseconds. */
const MESH = { pruneBackoff: 15_000, opportunisticGraftTicks: 10, opportunisticGraftPeers: 2, Dscore: 4 }

/**
 * Options for gossipsub by which neighbours are valued.
 *
 * @param components.hasStake whether as much stake stands behind an agent as its messages need; asked often, so it answers
 *   from memory
 * @param components.limits its exempt addresses may be shared by any number of peers
 */
export function gossipScores(components: {
  scores: PeerScores
  hasStake: (agent: Address) => boolean
  limits: AddressLimits
}): Partial<GossipsubOpts> {
  const { scores, hasStake, limits } = components
  const addresses = new Map<string, Address | undefined>()
  const standing = (peer: string): number => {
    const address = addresses.has(peer) ? addresses.get(peer) : addressOf(peer)
    addresses.delete(peer)
    addresses.set(peer, address)
    const [oldest] = addresses.keys()
    if (addresses.size > MAX_PEERS && oldest !== undefined) addresses.delete(oldest)
    return address !== undefined && hasStake(address) ? STAKE : 0
  }
  return {
    ...MESH,
    scoreThresholds: THRESHOLDS,
    scoreParams: {
      ...PEERS,
      appSpecificScore: (peer) => standing(peer) + GUILT * scores.guiltOf(peer),
      IPColocationFactorWhitelist: new Exempt(limits),
    },
  }
}

/** Has a topic count from now on; gossipsub itself knows of no topics to come. */
export function scoreTopic(pubsub: GossipSub, topic: string): void {
  // Its declared type leaves this out.
  const { score } = pubsub as GossipSub & { score: { params: PeerScoreParams } }
  score.params.topics[topic] = { ...UNUSED, ...TOPIC }
}

/** Of what counts for nothing, gossipsub wants to know nevertheless. */
const UNUSED = {
  meshMessageDeliveriesDecay: 0.5,
  meshMessageDeliveriesCap: 1,
  meshMessageDeliveriesThreshold: 1,
  meshMessageDeliveriesWindow: 0,
  meshMessageDeliveriesActivation: 1_000,
  meshFailurePenaltyDecay: 0.5,
}

/** Gossipsub asks a set of single addresses; here it asks for ranges. */
class Exempt extends Set<string> {
  readonly #limits: AddressLimits

  constructor(limits: AddressLimits) {
    super()
    this.#limits = limits
  }

  override has(address: string): boolean {
    return this.#limits.isExempt(address)
  }
}

/** Undefined for a peer with a key of another kind: it is no agent, and only carries. */
function addressOf(peer: string): Address | undefined {
  const id = peerIdFromString(peer)
  return id.type === 'secp256k1' ? addressOfPeer(id) : undefined
}
