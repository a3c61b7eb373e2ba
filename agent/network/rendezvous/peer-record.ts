import type { PeerId, PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey, peerIdFromPublicKey } from '@libp2p/peer-id'
import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { SignatureError, WireError } from '../../../protocol/errors.ts'
import { MAX_PEER_RECORD_BYTES } from '../../../protocol/wire/rendezvous.ts'
import { isDialable } from '../dialable.ts'
import { meaningfulFrom } from '../nearness.ts'
import type { MeshNode } from '../node.ts'

/** Most addresses that a record names. */
const MAX_ADDRESSES = 8
/** How long checking one may take, in milliseconds. */
const TIMEOUT = 5_000

/** Where a peer says that it listens. */
export interface Whereabouts {
  peerId: PeerId
  /** With the peer id; those that may be dialled. */
  multiaddrs: Multiaddr[]
}

/**
 * Signs where a peer listens.
 *
 * Source: libp2p RFC 0002 (signed envelopes) and RFC 0003 (routing records).
 *
 * @param endpoints multiaddrs without peer id
 */
export async function sealPeerRecord(key: PrivateKey, endpoints: readonly string[]): Promise<Uint8Array> {
  const multiaddrs = endpoints.slice(0, MAX_ADDRESSES).map((endpoint) => multiaddr(endpoint))
  const record = new PeerRecord({ peerId: peerIdFromPrivateKey(key), multiaddrs })
  return (await RecordEnvelope.seal(record, key)).marshal().subarray()
}

/**
 * Says whose an envelope claims to be; nothing is verified.
 *
 * @throws WireError `MESSAGE_MALFORMED`, or `MESSAGE_TOO_LARGE`
 */
export function claimedPeer(envelope: Uint8Array): PeerId {
  return peerIdFromPublicKey(decode(envelope).publicKey)
}

/**
 * Reads where a peer listens, and verifies that it says so itself.
 *
 * @param envelope a signed peer record
 * @throws WireError `MESSAGE_MALFORMED` or `MESSAGE_TOO_LARGE`; SignatureError `SIGNER_MISMATCH`
 */
export async function openPeerRecord(envelope: Uint8Array): Promise<Whereabouts> {
  const { publicKey, payload, payloadType, signature } = decode(envelope)
  const sealed = new RecordEnvelope({ publicKey, payload, payloadType, signature })
  const record = parse(() => PeerRecord.createFromProtobuf(sealed.payload))
  const signer = peerIdFromPublicKey(publicKey)
  const isOwn = payloadType.every((byte, i) => byte === PeerRecord.CODEC[i]) && record.peerId.equals(signer)
  if (!isOwn || !(await isValid(sealed))) {
    throw new SignatureError('SIGNER_MISMATCH', 'A peer record was not signed by the peer that it names.', {
      field: 'signedPeerRecord',
      expected: `a peer record of ${signer}`,
      received: `a record of ${record.peerId}`,
    })
  }
  const suffix = `/p2p/${signer}`
  const multiaddrs = record.multiaddrs
    .slice(0, MAX_ADDRESSES)
    .filter(isDialable)
    .map((address) => (address.toString().endsWith(suffix) ? address : address.encapsulate(suffix)))
  return { peerId: signer, multiaddrs }
}

/**
 * Reads where a peer listens of whom another one told, as far as this node can know where that is.
 *
 * @param teller a peer that this node is connected to
 * @throws as `openPeerRecord`
 */
export async function openToldRecord(
  node: Pick<MeshNode, 'getConnections'>,
  teller: PeerId,
  envelope: Uint8Array,
): Promise<Whereabouts> {
  const { peerId, multiaddrs } = await openPeerRecord(envelope)
  const tellers = node.getConnections(teller).map(({ remoteAddr }) => remoteAddr)
  return { peerId, multiaddrs: meaningfulFrom(tellers, multiaddrs) }
}

function decode(envelope: Uint8Array): RecordEnvelope {
  if (envelope.length <= MAX_PEER_RECORD_BYTES)
    return parse(() => RecordEnvelope.createFromProtobuf(envelope))
  throw new WireError('MESSAGE_TOO_LARGE', 'A signed peer record is too large.', {
    field: 'signedPeerRecord',
    expected: `at most ${MAX_PEER_RECORD_BYTES} bytes`,
    received: `${envelope.length} bytes`,
    remedy: 'Name fewer addresses.',
  })
}

async function isValid(envelope: RecordEnvelope): Promise<boolean> {
  try {
    return await envelope.validate(PeerRecord.DOMAIN, { signal: AbortSignal.timeout(TIMEOUT) })
  } catch {
    // A signature that is none at all.
    return false
  }
}

function parse<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new WireError('MESSAGE_MALFORMED', 'A signed peer record cannot be decoded.', {
      field: 'signedPeerRecord',
      cause,
    })
  }
}
