import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { combine, split } from 'shamir-secret-sharing'
import { WireError } from '../../../../protocol/errors.ts'
import type { Address } from '../../../../protocol/types.ts'
import { areEqual, digestOf } from './digest.ts'
import type { EncryptedShare, ForwardedShare } from './messages.ts'
import type { SecureSumSession } from './session.ts'

/** A share of a secret of 32 bytes, and what tells it from the others. */
export const SHARE_BYTES = 33
const TAG_BYTES = 16
/** What {@link sealShare} makes of two shares. */
export const SEALED_BYTES = 2 * SHARE_BYTES + TAG_BYTES

/** A key makes one ciphertext alone: it is derived for one sender, one receiver and one sum. */
const NONCE = new Uint8Array(12)

/** One participant's shares of another's two secrets. */
export interface SharePair {
  maskKey: Uint8Array
  selfMask: Uint8Array
}

/** Two ends of a sealed share, and what their keys agree on. */
export interface Seal {
  session: SecureSumSession
  from: Address
  to: Address
  secret: Uint8Array
}

/**
 * Shares of two secrets for so many, of which the threshold is enough to have them again.
 *
 * Source: Shamir, "How to share a secret" (1979), byte by byte over GF(2^8); the polynomials are drawn by `shamir-secret-sharing`
 * from the platform's cryptographic source.
 */
export async function splitSecrets(
  secrets: SharePair,
  count: number,
  threshold: number,
): Promise<SharePair[]> {
  const maskKeys = await split(secrets.maskKey, count, threshold)
  const selfMasks = await split(secrets.selfMask, count, threshold)
  return maskKeys.map((maskKey, i) => ({ maskKey, selfMask: selfMasks[i] ?? new Uint8Array(0) }))
}

/** The secret of as many shares as the threshold says; of others it is something else. @returns undefined where two say the same place */
export async function combineShares(shares: readonly Uint8Array[]): Promise<Uint8Array | undefined> {
  const places = new Set(shares.map((share) => share.at(-1)))
  return places.size === shares.length ? combine([...shares]) : undefined
}

/** Hash by which a share is known again. It has 32 random bytes, so the hash says nothing of it. */
export function shareDigest(
  session: SecureSumSession,
  of: Address,
  to: Address,
  share: Uint8Array,
): Uint8Array {
  return digestOf('share', session.digest, of, to, share)
}

/** Encrypts two shares for their receiver (RFC 8439), with their hashes bound to the ciphertext. */
export function sealShare(seal: Seal, { maskKey, selfMask }: SharePair): EncryptedShare {
  const { session, from, to } = seal
  const digests = {
    maskKeyDigest: shareDigest(session, from, to, maskKey),
    selfMaskDigest: shareDigest(session, from, to, selfMask),
  }
  const plaintext = new Uint8Array(2 * SHARE_BYTES)
  plaintext.set(maskKey)
  plaintext.set(selfMask, SHARE_BYTES)
  return { to, ...digests, ciphertext: cipherOf(seal, digests).encrypt(plaintext) }
}

/**
 * Opens what {@link sealShare} made.
 *
 * @throws WireError `SHARE_TAMPERED` when anything of it was changed, or the shares are not those of the hashes
 */
export function openShare(seal: Seal, sealed: ForwardedShare): SharePair {
  let plaintext: Uint8Array
  try {
    plaintext = cipherOf(seal, sealed).decrypt(sealed.ciphertext)
  } catch (cause) {
    throw tampered(sealed.from, cause)
  }
  const pair = { maskKey: plaintext.slice(0, SHARE_BYTES), selfMask: plaintext.slice(SHARE_BYTES) }
  const isOf = (share: Uint8Array, digest: Uint8Array) =>
    areEqual(shareDigest(seal.session, seal.from, seal.to, share), digest)
  if (isOf(pair.maskKey, sealed.maskKeyDigest) && isOf(pair.selfMask, sealed.selfMaskDigest)) return pair
  throw tampered(sealed.from)
}

function cipherOf(
  { session, from, to, secret }: Seal,
  { maskKeyDigest, selfMaskDigest }: Pick<EncryptedShare, 'maskKeyDigest' | 'selfMaskDigest'>,
) {
  const key = digestOf('share key', session.digest, secret, from, to)
  return chacha20poly1305(key, NONCE, digestOf('share data', maskKeyDigest, selfMaskDigest))
}

function tampered(from: Address, cause?: unknown): WireError {
  return new WireError('SHARE_TAMPERED', 'A share does not open, or is not the one that was promised.', {
    field: `share of ${from}`,
    remedy: 'Begin the sum anew, without this participant where another server sees the same.',
    cause,
  })
}
