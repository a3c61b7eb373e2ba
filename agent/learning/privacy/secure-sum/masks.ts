import { chacha20 } from '@noble/ciphers/chacha.js'
import { x25519 } from '@noble/curves/ed25519.js'
import { WireError } from '../../../../protocol/errors.ts'
import type { Address } from '../../../../protocol/types.ts'
import { digestOf } from './digest.ts'
import { compareAddresses } from './messages.ts'
import type { SecureSumSession } from './session.ts'

/** Every seed makes one stream alone, so the number that tells streams of a key apart can stay the same. */
const NONCE = new Uint8Array(12)
const BYTES_PER_VALUE = 4

/**
 * Adds a mask to a vector, modulo 2^32, or takes it away: the key stream of ChaCha20 (RFC 8439) of a seed.
 *
 * @param seed 32 bytes
 * @param sign 1 or -1
 * @param vector is changed
 */
export function addMask(seed: Uint8Array, sign: number, vector: Int32Array): void {
  const stream = new DataView(chacha20(seed, NONCE, new Uint8Array(BYTES_PER_VALUE * vector.length)).buffer)
  for (let i = 0; i < vector.length; i++) {
    // An Int32Array keeps the lowest 32 bits of what is stored in it; below 2^53 they are exact.
    vector[i] = (vector[i] ?? 0) + sign * stream.getInt32(BYTES_PER_VALUE * i, true)
  }
}

/** Seed of the mask that two participants share, from either's private key and the other's public one. */
export function pairwiseSeed(
  session: SecureSumSession,
  privateKey: Uint8Array,
  own: Address,
  publicKey: Uint8Array,
  other: Address,
): Uint8Array {
  const pair = compareAddresses(own, other) < 0 ? [own, other] : [other, own]
  return digestOf('pairwise mask', session.digest, agreedSecret(privateKey, publicKey, other), ...pair)
}

/** 1 for the one of two participants who adds their mask, -1 for the one who takes it away. */
export function signOf(own: Address, other: Address): number {
  return compareAddresses(own, other) < 0 ? 1 : -1
}

/**
 * What two keys agree on (RFC 7748).
 *
 * @throws WireError `KEY_INVALID` for a public key with which everybody would agree on the same
 */
export function agreedSecret(privateKey: Uint8Array, publicKey: Uint8Array, owner: Address): Uint8Array {
  try {
    return x25519.getSharedSecret(privateKey, publicKey)
  } catch (cause) {
    throw new WireError('KEY_INVALID', 'A key of a secure sum cannot be used.', {
      field: `keys of ${owner}`,
      expected: 'a point of Curve25519 that is not of small order',
      remedy: 'Begin the sum anew without this participant.',
      cause,
    })
  }
}
