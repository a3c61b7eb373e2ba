import { bytesToHex } from '@noble/curves/utils.js'
import type { Address, Hex } from '../../../../protocol/types.ts'
import { encodeChunks } from '../../chunk-tree.ts'
import { digestOf } from './digest.ts'
import type { SecureSumSession } from './session.ts'

/** What every participant's message has. */
export interface SecureSumMessage {
  from: Address
  /** By the key of that address, of the message's digest. */
  signature: Hex
}

/** Step 1: keys made for this sum alone. */
export interface KeyAdvertisement extends SecureSumMessage {
  /** X25519, 32 bytes: shares are encrypted by what two of these agree on. */
  cipherKey: Uint8Array
  /** X25519, 32 bytes: two participants' mask grows from what two of these agree on. */
  maskKey: Uint8Array
}

/** What one participant keeps for another, in case that the sum needs it: one share of each of its two secrets. */
export interface EncryptedShare {
  to: Address
  /** Hashes of the two shares: whoever hands out another one later is found out. */
  maskKeyDigest: Uint8Array
  selfMaskDigest: Uint8Array
  /** Both shares, sealed for the receiver. */
  ciphertext: Uint8Array
}

/** Step 2: a share for everybody who advertised keys, oneself included. */
export interface ShareBundle extends SecureSumMessage {
  /** Hash of the seed of the self-mask, by which it is known again. */
  seedDigest: Uint8Array
  shares: EncryptedShare[]
}

/** A share on its way from the server to its receiver. */
export interface ForwardedShare extends EncryptedShare {
  from: Address
}

/** Step 3: the input under its masks; without what takes them away it is as good as random. */
export interface MaskedInput extends SecureSumMessage {
  /** Modulo 2^32, as numbers with a sign. */
  values: Int32Array
}

/** Step 4: a signature of the list of those whose inputs the server says it has. */
export interface SurvivorsConfirmation extends SecureSumMessage {}

/** A share of one participant's secret, in the clear. */
export interface OpenShare {
  of: Address
  share: Uint8Array
}

/** Step 5: of each participant one share, of the one secret or the other. */
export interface Unmasking extends SecureSumMessage {
  /** Of those who dropped out after they had sent their shares. */
  maskKeyShares: OpenShare[]
  /** Of those whose inputs are in the sum. */
  selfMaskShares: OpenShare[]
}

type Unsigned<T extends SecureSumMessage> = Omit<T, 'signature'>

/** What the signatures are of: the session, the step, the sender, and everything else that the message says. */
export const signedDigests = {
  keys: (session: SecureSumSession, { from, cipherKey, maskKey }: Unsigned<KeyAdvertisement>) =>
    signed('keys', session, from, cipherKey, maskKey),
  shares: (session: SecureSumSession, { from, seedDigest, shares }: Unsigned<ShareBundle>) =>
    signed('shares', session, from, seedDigest, ...shares.flatMap(shareParts)),
  input: (session: SecureSumSession, { from, values }: Unsigned<MaskedInput>) =>
    signed('input', session, from, ...encodeChunks(values, values.length)),
  /** @param survivors in ascending order */
  survivors: (
    session: SecureSumSession,
    { from }: Unsigned<SurvivorsConfirmation>,
    survivors: readonly Address[],
  ) => signed('survivors', session, from, ...survivors),
  unmasking: (session: SecureSumSession, { from, maskKeyShares, selfMaskShares }: Unsigned<Unmasking>) =>
    signed(
      'unmasking',
      session,
      from,
      maskKeyShares.length,
      ...[...maskKeyShares, ...selfMaskShares].flatMap(openParts),
    ),
}

function signed(step: string, session: SecureSumSession, ...parts: (Uint8Array | string | number)[]): Hex {
  return `0x${bytesToHex(digestOf(step, session.digest, ...parts))}`
}

function shareParts({ to, maskKeyDigest, selfMaskDigest, ciphertext }: EncryptedShare) {
  return [to, maskKeyDigest, selfMaskDigest, ciphertext]
}

function openParts({ of, share }: OpenShare) {
  return [of, share]
}

/** Addresses in ascending order, whatever the case of their letters. */
export function inOrder(addresses: Iterable<Address>): Address[] {
  return [...addresses].sort(compareAddresses)
}

/** Below 0 where the first address comes first, above 0 where the second does. */
export function compareAddresses(a: Address, b: Address): number {
  const [low, high] = [a.toLowerCase(), b.toLowerCase()]
  return low < high ? -1 : low > high ? 1 : 0
}
