import { ExpiringCache } from '../expiring-cache.ts'
import type { Asked, SignedAnswer } from './answers.ts'
import { MAX_ANSWERS_KEPT, MAX_BYTES_KEPT } from './constants.ts'

/** Signed answers while they hold, bounded in number and bytes; the least recently asked for go first. */
export class AnswerCache {
  readonly #answers = new ExpiringCache<SignedAnswer>({ entries: MAX_ANSWERS_KEPT, bytes: MAX_BYTES_KEPT })

  /** The answer to a question that still holds. @param now Unix seconds */
  get(asked: Asked, now: bigint): SignedAnswer | undefined {
    return this.#answers.get(keyOf(asked), now)
  }

  /** Keeps an answer that holds for longer than now; one that its agent gave for one asker alone does not. */
  add(answer: SignedAnswer, now: bigint): void {
    const { value, body } = answer
    this.#answers.set(keyOf(value), { value: answer, expiry: value.expiry, bytes: body.length }, now)
  }
}

function keyOf({ agent, capability, question }: Asked): string {
  return `${agent}/${capability}/${question}`
}
