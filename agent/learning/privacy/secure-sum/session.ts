import { ConfigError } from '../../../../protocol/errors.ts'
import type { Address } from '../../../../protocol/types.ts'
import { digestOf } from './digest.ts'

/** As many as shares of a secret can be made for. */
const MAX_PARTICIPANTS = 255
/** Of two, each would know the other's values from the sum. */
const MIN_PARTICIPANTS = 3
const MAX_VALUES = 2 ** 24
/** Sums are taken modulo 2^32, and are to be read as numbers with a sign. */
const MAX_SUM = 2 ** 31 - 1

/** What all who take part in a secure sum agree on before it begins. */
export interface SecureSumTerms {
  /** 32 bytes that no other sum has, such as the hash of task, round and bucket. */
  id: Uint8Array
  /** From 3 to 255, no two alike; written alike by all. */
  participants: readonly Address[]
  /**
   * How many have to stay to the end: more than half, so that no two groups can be led to believe in different survivors. By
   * default more than two thirds, which holds when a third of them conspire with the server (Bonawitz et al., section 6.2).
   */
  threshold?: number | undefined
  /** Values of each input: from 1 to 2^24. */
  length: number
  /** Greatest absolute value of an input; times the participants it has to be below 2^31, so that no sum wraps around. */
  bound: number
}

/** Terms that are in order. */
export interface SecureSumSession extends SecureSumTerms {
  threshold: number
  /** Hash of the terms: what is signed, encrypted or derived for them is good for nothing else. */
  digest: Uint8Array
}

/**
 * Checks the terms of a secure sum.
 *
 * @throws ConfigError `OPTION_INVALID` where one of them is out of its bounds
 *
 * @example
 * ```ts
 * const session = secureSumSession({ id: keccak(task), participants, length: 2410, bound: 2 ** 16 })
 * ```
 */
export function secureSumSession(terms: SecureSumTerms): SecureSumSession {
  const { id, length, bound } = terms
  const participants = [...terms.participants]
  const count = participants.length
  const threshold = terms.threshold ?? Math.floor((2 * count) / 3) + 1
  const distinct = new Set(participants.map((each) => each.toLowerCase())).size
  check('id', id.length, id.length === 32, '32 bytes')
  const isCount = count >= MIN_PARTICIPANTS && count <= MAX_PARTICIPANTS
  check('participants', count, isCount, `from ${MIN_PARTICIPANTS} to ${MAX_PARTICIPANTS}`)
  check('participants', distinct, distinct === count, `${count} different addresses`)
  const odd = participants.find((each) => !/^0x[0-9a-f]{40}$/i.test(each))
  check('participants', odd, odd === undefined, 'addresses of 20 bytes')
  const isThreshold = Number.isInteger(threshold) && 2 * threshold > count && threshold <= count
  check('threshold', threshold, isThreshold, `more than half of ${count}, at most all`)
  check('length', length, Number.isInteger(length) && length >= 1 && length <= MAX_VALUES, 'from 1 to 2^24')
  const most = Math.floor(MAX_SUM / count)
  check(
    'bound',
    bound,
    Number.isInteger(bound) && bound >= 1 && bound <= most,
    `from 1 to ${most}, for ${count} inputs`,
  )
  const digest = digestOf('terms', id, ...participants, threshold, length, bound)
  return { id, participants, threshold, length, bound, digest }
}

function check(field: string, received: unknown, isValid: boolean, expected: string): void {
  if (isValid) return
  throw new ConfigError('OPTION_INVALID', 'The terms of a secure sum cannot be used.', {
    field,
    expected,
    received,
    remedy: 'Change the terms; where the bound is too large, clip updates to less, or take a coarser unit.',
  })
}
