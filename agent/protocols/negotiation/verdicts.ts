import { z } from 'zod'
import { checkInput, membersOf } from '../../../protocol/input.ts'
import { DECLINE_REASONS } from '../../../protocol/wire/frames.ts'
import { inTime } from './in-time.ts'
import type { Decision, Proposal } from './machine/conversation.ts'

type Of<T extends Decision['type']> = Extract<Decision, { type: T }>

const decisionSchema = z.strictObject({
  decision: z.union([
    membersOf<Of<'accept'>>({ type: z.literal('accept') }, "{ type: 'accept' }"),
    membersOf<Of<'counter'>>(
      {
        type: z.literal('counter'),
        proposal: membersOf<Proposal>({ quantity: z.bigint(), price: z.bigint() }),
      },
      "{ type: 'counter', proposal }",
    ),
    membersOf<Of<'decline'>>(
      { type: z.literal('decline'), reason: z.enum(DECLINE_REASONS) },
      "{ type: 'decline', reason }",
    ),
  ]),
})
const answerSchema = z.strictObject({ answer: z.boolean() })

/**
 * What a handler said to an offer.
 *
 * @throws ConfigError `ARGUMENT_INVALID` when it said something else: then there is no deal
 */
export function decisionOf(decision: Decision): Decision {
  checkInput('onOffer', decisionSchema, { decision })
  return decision
}

/**
 * Asks the own handlers about deliveries. What fails there is no fault of the other side, and none of the other deals with
 * it: it is reported, and the handler has said nothing.
 */
export class Verdicts {
  readonly #report: (error: unknown) => void
  /** What a handler has not answered yet: it gets the same question once at a time, however often a peer asks. */
  readonly #underWay = new Set<string>()

  constructor(report: (error: unknown) => void) {
    this.#report = report
  }

  /**
   * @param question which one it is, of all that may be under way
   * @param time milliseconds that the handler has
   * @returns undefined when it throws, is late, says neither `true` nor `false`, or still thinks about the same question
   */
  async ask(
    handler: 'onDelivery' | 'onDispute',
    question: string,
    time: number,
    act: () => boolean | Promise<boolean>,
  ): Promise<boolean | undefined> {
    const key = `${handler} ${question}`
    if (this.#underWay.has(key)) return undefined
    this.#underWay.add(key)
    const asking = async () => act()
    try {
      const answer = await inTime(handler, time, () => asking().finally(() => this.#underWay.delete(key)))
      checkInput(handler, answerSchema, { answer })
      return answer
    } catch (error) {
      this.#report(error)
      return undefined
    }
  }
}
