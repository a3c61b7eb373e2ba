import { privateKeyFromRaw, publicKeyFromRaw } from '@libp2p/crypto/keys'
import type { PeerId, PrivateKey } from '@libp2p/interface'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { bytesToHex } from 'viem'
import { ConfigError } from '../../protocol/errors.ts'
import { addressOfPublicKey, publicKeyOf, signDigest } from '../../protocol/signature.ts'
import type { Address, Hex } from '../../protocol/types.ts'

/** One secp256k1 key and all that follows from it. The private key itself is never handed out. */
export interface Identity {
  readonly address: Address
  readonly peerId: PeerId
  /** For libp2p alone. */
  readonly libp2pKey: PrivateKey
  /** Signs a 32-byte digest; see `signDigest`. */
  sign(digest: Hex): Hex
}

/**
 * Derives an identity from 32 bytes.
 *
 * @throws ConfigError `KEY_INVALID` when the bytes are no secp256k1 private key.
 */
export function identityFromKey(privateKey: Uint8Array): Identity {
  let libp2pKey: PrivateKey
  try {
    libp2pKey = privateKeyFromRaw(privateKey)
  } catch (cause) {
    throw new ConfigError('KEY_INVALID', 'The private key cannot be used.', {
      field: 'privateKey',
      expected: '32 bytes, a secp256k1 scalar',
      received: `${privateKey.length} bytes`,
      remedy: 'Give the key that `loadKey` reads, or 32 bytes of `crypto.getRandomValues`.',
      cause,
    })
  }
  const key = Uint8Array.from(privateKey)
  const publicKey = publicKeyOf(key)
  return {
    address: addressOfPublicKey(publicKey),
    peerId: peerIdOfPublicKey(publicKey),
    libp2pKey,
    sign: (digest) => signDigest(key, digest),
  }
}

/** Peer ids by public key: libp2p decompresses it in JavaScript, which takes as long as to verify five signatures. */
const peerIds = new Map<string, PeerId>()
const MAX_PEER_IDS = 4096

/** Peer id of a compressed secp256k1 public key (33 bytes), as recovered from any signature of the agent. */
export function peerIdOfPublicKey(publicKey: Uint8Array): PeerId {
  const key = bytesToHex(publicKey)
  const known = peerIds.get(key)
  if (known !== undefined) return known
  const peerId = peerIdFromPublicKey(publicKeyFromRaw(publicKey))
  const [oldest] = peerIds.keys()
  if (peerIds.size >= MAX_PEER_IDS && oldest !== undefined) peerIds.delete(oldest)
  peerIds.set(key, peerId)
  return peerId
}

/** Addresses by the ids that libp2p hands out again and again; to decompress a key takes as long as to verify by it. */
const addresses = new WeakMap<PeerId, Address>()

/**
 * EVM address that a connected peer has proved by its handshake.
 *
 * @throws ConfigError `PEER_HAS_NO_ADDRESS` when its key is no secp256k1 key.
 */
export function addressOfPeer(peerId: PeerId): Address {
  const known = addresses.get(peerId)
  if (known !== undefined) return known
  if (peerId.type === 'secp256k1') {
    const address = addressOfPublicKey(peerId.publicKey.raw)
    addresses.set(peerId, address)
    return address
  }
  throw new ConfigError('PEER_HAS_NO_ADDRESS', 'A peer has no EVM address.', {
    field: 'peerId',
    expected: 'a secp256k1 peer id (16Uiu2...)',
    received: peerId.toString(),
    remedy: 'Agents use one secp256k1 key for libp2p and for the chain.',
  })
}
