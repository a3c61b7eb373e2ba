import type { Hex } from '../types.ts'
import { decodeEnvelope, encode } from './codec.ts'
import { fromHex, toSignature } from './fields.ts'
import { SignedSchema } from './mesh_pb.js'

/** Wraps a signed body for gossip. */
export function encodeSigned(body: Uint8Array, signature: Hex): Uint8Array {
  return encode(SignedSchema, { body, signature: fromHex(signature) })
}

/** Unwraps a gossip message. @throws WireError when it is malformed. */
export function decodeSigned(bytes: Uint8Array): { body: Uint8Array; signature: Hex } {
  const { body, signature } = decodeEnvelope(SignedSchema, bytes)
  return { body, signature: toSignature(signature, 'signed.signature') }
}
