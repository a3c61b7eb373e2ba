import { keccak } from '../../../../protocol/keccak.ts'

/** Sets these digests apart from whatever else is hashed or signed with the same keys. */
const PROTOCOL = 'mesh secure sum 1'

/**
 * Hash of a list of parts, each behind its length, so that no two lists have the same bytes.
 *
 * @param purpose what the digest is for
 * @param parts bytes, texts in lower case, or whole numbers below 2^53
 * @returns 32 bytes
 */
export function digestOf(purpose: string, ...parts: (Uint8Array | string | number)[]): Uint8Array {
  const encoded = [PROTOCOL, purpose, ...parts].map(encode)
  const bytes = new Uint8Array(encoded.reduce((sum, part) => sum + 4 + part.length, 0))
  const view = new DataView(bytes.buffer)
  let place = 0
  for (const part of encoded) {
    view.setUint32(place, part.length)
    bytes.set(part, place + 4)
    place += 4 + part.length
  }
  return keccak(bytes)
}

function encode(part: Uint8Array | string | number): Uint8Array {
  return part instanceof Uint8Array ? part : new TextEncoder().encode(String(part).toLowerCase())
}

/** Whether bytes are the same; none of those that are compared here is secret. */
export function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
