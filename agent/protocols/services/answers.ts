import { keccak256 } from 'viem'
import { type Domain, hashServiceAnswer } from '../../../protocol/eip712.ts'
import { SignatureError } from '../../../protocol/errors.ts'
import { verifyDigest } from '../../../protocol/signature.ts'
import type { Address, Hex, ServiceAnswer } from '../../../protocol/types.ts'
import type { Identity } from '../../network/identity.ts'
import type { MessageOf } from './protocol.ts'

/** What is asked of whom: whoever answered it once need not do so again while the answer holds. */
export interface Asked {
  agent: Address
  capability: string
  /** Keccak-256 of the question's bytes. */
  question: Hex
}

/** An answer that its agent signed; anybody can see that by `value` and `signature` alone. */
export interface SignedAnswer {
  value: ServiceAnswer
  signature: Hex
  /** EIP-712 digest that was signed. */
  hash: Hex
  /** The answer itself. */
  body: Uint8Array
  /** The answer as UTF-8. */
  text: string
}

/**
 * Signs an answer.
 *
 * @param now Unix seconds
 * @param ttl seconds for which others may be given it
 */
export function signAnswer(
  { identity, domain }: { identity: Identity; domain: Domain },
  { capability, question }: Omit<Asked, 'agent'>,
  body: Uint8Array,
  { now, ttl }: { now: bigint; ttl: bigint },
): SignedAnswer {
  const value = {
    agent: identity.address,
    capability,
    question,
    body: keccak256(body),
    answeredAt: now,
    expiry: now + ttl,
  }
  const hash = hashServiceAnswer(domain, value)
  return answerOf(value, hash, identity.sign(hash), body)
}

/** An answer as it is sent. */
export function messageOf({ value, signature, body }: SignedAnswer): MessageOf<'answer'> {
  const { answeredAt, expiry } = value
  return { type: 'answer', body, answeredAt, expiry, signature }
}

/**
 * Verifies that an answer is to this question, and by this agent, whoever passed it on.
 *
 * @throws SignatureError when it is not
 */
export function verifyAnswer(
  domain: Domain,
  asked: Asked,
  { body, answeredAt, expiry, signature }: MessageOf<'answer'>,
): SignedAnswer {
  if (expiry < answeredAt) {
    throw new SignatureError('ANSWER_INVALID', 'An answer expires before it was given.', {
      field: 'answer.expiry',
      expected: `at least ${answeredAt}`,
      received: expiry,
    })
  }
  const value = { ...asked, body: keccak256(body), answeredAt, expiry }
  const hash = hashServiceAnswer(domain, value)
  verifyDigest(hash, signature, asked.agent)
  return answerOf(value, hash, signature, body)
}

function answerOf(value: ServiceAnswer, hash: Hex, signature: Hex, body: Uint8Array): SignedAnswer {
  return {
    value,
    hash,
    signature,
    body,
    get text() {
      return new TextDecoder().decode(body)
    },
  }
}
