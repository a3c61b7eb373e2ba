import { createHash, randomBytes } from 'node:crypto'
import type { Hex } from '../../../protocol/types.ts'

/** `mesh_` and 32 random bytes. */
const KEY = /^mesh_[\w-]{43}$/
const BEARER = /^Bearer +(\S+)$/i

/** A new key. It is shown once; what is kept is its hash, which is fast, for nobody can try 2^256 keys. */
export function newKey(): { id: string; key: string; hash: Hex } {
  const key = `mesh_${randomBytes(32).toString('base64url')}`
  return { id: randomBytes(8).toString('hex'), key, hash: hashOf(key) }
}

/**
 * The hash of the key that a request is sent with.
 *
 * @param authorization the header of that name
 * @returns undefined when it is no key
 */
export function hashOfBearer(authorization: string): Hex | undefined {
  const key = BEARER.exec(authorization)?.[1] ?? ''
  return KEY.test(key) ? hashOf(key) : undefined
}

function hashOf(key: string): Hex {
  return `0x${createHash('sha256').update(key).digest('hex')}`
}
