/** Signatures, mostly right. */
import { TypedDataEncoder } from 'ethers'
import { disputeTypes } from '../../agreement.ts'
import type { Actor } from '../chain.ts'
import type { Session } from '../session.ts'
import type { SignedBy } from '../world.ts'

export type Types = Record<string, { name: string; type: string }[]>
export interface Signature {
  bytes: string
  by: SignedBy
}

export const NOTHING: Signature = { bytes: '0x', by: undefined }

/** Mostly signed by who should; otherwise by somebody else, for something else, or not at all. */
export function signed(session: Session, right: Actor, digest: string): Signature {
  const how = session.random.int(30)
  if (how === 0) return NOTHING
  if (how === 1)
    return { bytes: right.sign(TypedDataEncoder.hash({}, disputeTypes, { agreement: digest })), by: 'nobody' }
  if (how === 2) return { bytes: '0x1234', by: 'nobody' }
  const signer = how === 3 ? session.anybody() : right
  return { bytes: signer.sign(digest), by: signer.address }
}

export function typed(session: Session, types: Types, message: object): string {
  return TypedDataEncoder.hash(session.chain.domains.escrow, types, message as Record<string, unknown>)
}

/** Anybody with the signature, or who needs none. */
export function consent(
  session: Session,
  right: string,
  digest: string,
): { from: Actor; signature: Signature } {
  const signer = session.actor(right)
  if (session.random.once(2)) return { from: session.mostly(right), signature: NOTHING }
  return { from: session.anybody(), signature: signed(session, signer, digest) }
}
