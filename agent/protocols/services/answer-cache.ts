import type { Asked, SignedAnswer } from './answers.ts'
import { MAX_ANSWERS_KEPT, MAX_BYTES_KEPT } from './constants.ts'

/** Signed answers while they hold, bounded in number and bytes; the least recently asked for go first. */
export class AnswerCache {
  readonly #answers = new Map<string, SignedAnswer>()
  #bytes = 0

  /** The answer to a question that still holds. @param now Unix seconds */
  get(asked: Asked, now: bigint): SignedAnswer | undefined {
    const key = keyOf(asked)
    const answer = this.#answers.get(key)
    if (answer === undefined) return undefined
    this.#delete(key, answer)
    if (answer.value.expiry <= now) return undefined
    this.#set(key, answer)
    return answer
  }

  /** Keeps an answer that holds for longer than now; one that its agent gave for one asker alone does not. */
  add(answer: SignedAnswer, now: bigint): void {
    if (answer.value.expiry <= now || answer.body.length > MAX_BYTES_KEPT) return
    const key = keyOf(answer.value)
    const known = this.#answers.get(key)
    if (known !== undefined) this.#delete(key, known)
    this.#set(key, answer)
    for (const [oldest, kept] of this.#answers) {
      if (this.#answers.size <= MAX_ANSWERS_KEPT && this.#bytes <= MAX_BYTES_KEPT) return
      this.#delete(oldest, kept)
    }
  }

  #set(key: string, answer: SignedAnswer): void {
    this.#answers.set(key, answer)
    this.#bytes += answer.body.length
  }

  #delete(key: string, answer: SignedAnswer): void {
    this.#answers.delete(key)
    this.#bytes -= answer.body.length
  }
}

function keyOf({ agent, capability, question }: Asked): string {
  return `${agent}/${capability}/${question}`
}
