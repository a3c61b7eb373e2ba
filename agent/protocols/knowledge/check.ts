import { RefusedError } from '../../../protocol/errors.ts'
import { CLOCK_SKEW } from '../../../protocol/limits.ts'
import type { Address, Hex } from '../../../protocol/types.ts'
import type { SignedKnowledge } from './answer.ts'

/** What an answer has to fit. */
export interface Fitting {
  capability: string
  /** SHA-256 of the question. */
  question: Hex
  /** Whose answers are believed. */
  isTrusted: (agent: Address) => boolean
  /** When it was asked, and what time it is: Unix seconds. */
  askedAt: bigint
  now: bigint
}

/**
 * Checks that an answer is to what was asked, by an agent whose answers are believed, and still holds.
 *
 * @throws RefusedError `ANSWER_UNFIT`, `ANSWER_EXPIRED` or `AGENT_UNTRUSTED`
 */
export function checkFit({ value }: SignedKnowledge, fitting: Fitting): void {
  const { capability, question, isTrusted, askedAt, now } = fitting
  for (const [field, wanted] of Object.entries({ capability, question })) {
    const received = value[field as 'capability' | 'question']
    if (received !== wanted) {
      throw unfit('ANSWER_UNFIT', 'An answer is to another question.', field, wanted, received)
    }
  }
  if (!isTrusted(value.agent)) {
    const expected = 'an agent that the query finds, or that `by` names'
    throw unfit(
      'AGENT_UNTRUSTED',
      'An answer is by an agent that was not asked for.',
      'agent',
      expected,
      value.agent,
    )
  }
  const skew = BigInt(CLOCK_SKEW)
  // What holds for no time is news when it comes.
  const isNews = value.answeredAt >= askedAt - skew
  if (value.answeredAt <= now + skew && (value.expiry > now || isNews)) return
  const expected = `given by ${now}, and holding for longer`
  const received = `given at ${value.answeredAt}, until ${value.expiry}`
  throw unfit('ANSWER_EXPIRED', 'An answer does not hold any more.', 'expiry', expected, received)
}

/**
 * Checks that a holder may pass an answer on, at this price.
 *
 * @param price what the copy cost, in minor units
 * @throws RefusedError `LICENCE_BROKEN` or `ANSWER_EXPIRED`
 */
export function checkCopy({ value }: SignedKnowledge, price: bigint, now: bigint): void {
  const { reuse, licence, expiry } = value
  if (expiry <= now) {
    throw unfit('ANSWER_EXPIRED', 'A copy does not hold any more.', 'expiry', `later than ${now}`, expiry)
  }
  if (reuse === 'resale' || (reuse === 'share' && price === 0n)) return
  throw unfit(
    'LICENCE_BROKEN',
    'A copy is passed on against its licence.',
    'reuse',
    price === 0n ? 'share or resale' : 'resale, or a price of 0',
    `${reuse} under ${licence || 'no licence'}, for ${price}`,
  )
}

function unfit(
  code: string,
  message: string,
  field: string,
  expected: unknown,
  received: unknown,
): RefusedError {
  const remedy = 'It is not used. Ask another holder, or who computes it.'
  return new RefusedError(code, message, { field: `knowledgeAnswer.${field}`, expected, received, remedy })
}
