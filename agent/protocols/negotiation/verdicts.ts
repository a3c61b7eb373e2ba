import { z } from 'zod'
import { checkInput, membersOf } from '../../../protocol/input.ts'
import { DECLINE_REASONS } from '../../../protocol/wire/frames.ts'
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
 * What a handler said to a delivery. A promise of an answer would count as yes, and pay.
 *
 * @throws ConfigError `ARGUMENT_INVALID` when it is neither `true` nor `false`
 */
export function answerOf(handler: 'onDelivery' | 'onDispute', answer: boolean): boolean {
  checkInput(handler, answerSchema, { answer })
  return answer
}
