import { bytesToHex, getAddress, hexToBytes } from 'viem'
import { SignatureError } from './errors.ts'
import { keccak } from './keccak.ts'
import { type Secp256k1, secp256k1 } from './secp256k1.ts'
import type { Address, Hex } from './types.ts'

/** Order of the secp256k1 group, halved: a signature with a larger `s` is the malleated twin of a valid one. */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n

/** Name of the library that signs and verifies: `libsecp256k1` (native) or `tiny-secp256k1` (WebAssembly). */
export const signatureBackend: Secp256k1['name'] = secp256k1.name

/** EVM address of a public key (33 or 65 bytes). */
export function addressOfPublicKey(publicKey: Uint8Array): Address {
  const uncompressed = secp256k1.uncompressed(publicKey)
  return getAddress(bytesToHex(keccak(uncompressed.subarray(1)).subarray(-20)))
}

/** Compressed public key (33 bytes) of a private key (32 bytes). */
export function publicKeyOf(privateKey: Uint8Array): Uint8Array {
  return secp256k1.publicKey(privateKey)
}

/**
 * Signs a 32-byte digest, deterministically (RFC 6979).
 *
 * @returns 65 bytes r, s, v with v 27 or 28 and s in the lower half, as the EVM wants it.
 */
export function signDigest(privateKey: Uint8Array, digest: Hex): Hex {
  const { signature, recovery } = secp256k1.sign(hexToBytes(digest), privateKey)
  return `${bytesToHex(signature)}${(27 + recovery).toString(16)}`
}

/**
 * Public key (33 bytes, compressed) that made a signature.
 *
 * @throws SignatureError `SIGNATURE_MALFORMED` when it is not 65 bytes, v is not 27 or 28, s is in the upper
 *   half, or no key fits.
 */
export function recoverPublicKey(digest: Hex, signature: Hex): Uint8Array {
  const bytes = hexToBytes(signature)
  const recovery = (bytes[64] ?? 0) - 27
  const isWhole = bytes.length === 65 && (recovery === 0 || recovery === 1)
  if (!isWhole || BigInt(bytesToHex(bytes.subarray(32, 64))) > HALF_ORDER) {
    throw new SignatureError('SIGNATURE_MALFORMED', 'A signature is malformed.', {
      field: 'signature',
      expected: '65 bytes r, s, v with low s and v of 27 or 28',
      received: signature,
    })
  }
  try {
    return secp256k1.recover(hexToBytes(digest), bytes.subarray(0, 64), recovery)
  } catch (cause) {
    throw new SignatureError('SIGNATURE_MALFORMED', 'No key fits a signature.', {
      field: 'signature',
      received: signature,
      cause,
    })
  }
}

/**
 * Verifies that `signer` signed `digest`.
 *
 * @returns the signer's public key (33 bytes), from which its peer id follows.
 * @throws SignatureError `SIGNATURE_MALFORMED`, or `SIGNER_WRONG` when somebody else signed, or something else.
 */
export function verifyDigest(digest: Hex, signature: Hex, signer: Address): Uint8Array {
  const publicKey = recoverPublicKey(digest, signature)
  const recovered = addressOfPublicKey(publicKey)
  if (recovered.toLowerCase() === signer.toLowerCase()) return publicKey
  throw new SignatureError('SIGNER_WRONG', 'A signature does not fit its message.', {
    field: 'signature',
    expected: signer,
    received: recovered,
    remedy: 'The message was changed after it was signed, or for another chain, contract or deployment.',
  })
}
