import { RefusedError, SignatureError, WireError } from '../../../../protocol/errors.ts'
import type { Address, Hex } from '../../../../protocol/types.ts'
import type { SecureSumMessage } from './messages.ts'
import type { SecureSumSession } from './session.ts'

/** Signs a digest with the agent's key. */
export type Sign = (digest: Hex) => Hex

/**
 * Verifies that an agent signed a digest, as `verifyDigest` of the protocol does.
 *
 * @throws SignatureError when somebody else did, or something else was signed
 */
export type Verify = (digest: Hex, signature: Hex, signer: Address) => unknown

/** Steps of a secure sum, in their sequence, and what is left of a participant that did all or failed in one. */
export const STEPS = ['keys', 'shares', 'input', 'survivors', 'unmasking', 'ended'] as const
export type Step = (typeof STEPS)[number]

/** @throws RefusedError `STEP_OUT_OF_ORDER` unless it is the step's turn */
export function checkStep(expected: Step, received: Step): void {
  if (expected === received) return
  throw new RefusedError('STEP_OUT_OF_ORDER', 'A step of a secure sum is not to be done now.', {
    field: 'step',
    expected,
    received,
    remedy:
      'Do each step once, in the sequence of the protocol. Who is asked to do one again is asked for what would unmask a single input: refuse, and begin another sum.',
  })
}

/** @throws RefusedError `PARTICIPANTS_TOO_FEW` when fewer than the threshold are left */
export function checkThreshold({ threshold }: SecureSumSession, field: string, count: number): void {
  if (count >= threshold) return
  throw new RefusedError(
    'PARTICIPANTS_TOO_FEW',
    'Too few participants are left for a secure sum; nothing of it is revealed.',
    {
      field,
      expected: `${threshold} or more`,
      received: count,
      remedy: 'Wait for more of them, or begin another sum among those who are there.',
    },
  )
}

/** @throws WireError `PARTICIPANT_UNKNOWN` unless somebody is one of those who can be there */
export function checkMember(field: string, address: Address, members: Iterable<Address>): void {
  if ([...members].includes(address)) return
  throw new WireError('PARTICIPANT_UNKNOWN', 'Somebody has no part in this step of a secure sum.', {
    field,
    expected: 'one of those who did the step before',
    received: address,
  })
}

/** @throws WireError `PARTICIPANT_REPEATED` when somebody is there twice, `PARTICIPANT_UNKNOWN` */
export function checkMembers(field: string, addresses: readonly Address[], members: Iterable<Address>): void {
  const known = new Set(members)
  for (const address of addresses) checkMember(field, address, known)
  const repeated = addresses.find((address, i) => addresses.indexOf(address) !== i)
  if (repeated !== undefined) throw repeatedError(field, repeated)
}

/** The error of somebody who is there twice. */
export function repeatedError(field: string, address: Address): WireError {
  return new WireError('PARTICIPANT_REPEATED', 'Somebody is there twice in a step of a secure sum.', {
    field,
    expected: 'one message of each',
    received: address,
  })
}

/** @throws WireError `LENGTH_WRONG` unless there are so many bytes, or values */
export function checkLength(field: string, values: { length: number }, expected: number): void {
  if (values.length === expected) return
  throw new WireError('LENGTH_WRONG', 'A part of a message of a secure sum has a wrong length.', {
    field,
    expected,
    received: values.length,
  })
}

/** @throws SignatureError `SIGNATURE_MALFORMED`, and what `verify` throws */
export function checkSignature({ from, signature }: SecureSumMessage, digest: Hex, verify: Verify): void {
  if (!/^0x(?:[0-9a-f]{2}){1,256}$/i.test(signature)) {
    throw new SignatureError('SIGNATURE_MALFORMED', 'A signature is malformed.', {
      field: `signature of ${from}`,
      expected: '0x and at most 256 bytes in hexadecimal digits',
      received: signature,
    })
  }
  verify(digest, signature, from)
}
