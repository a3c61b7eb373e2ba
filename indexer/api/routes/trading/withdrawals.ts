import { z } from 'zod'
import { meshDomain } from '../../../../protocol/deployment.ts'
import { plain } from '../../../../protocol/json.ts'
import { withdrawalTypedData } from '../../../../protocol/typed-data.ts'
import { hash } from '../../../views/scalars.ts'
import { typedDataSchema } from '../../../views/typed-data.ts'
import { defineAction } from '../../action.ts'
import { signatureInput } from '../../inputs.ts'
import { hashParameter } from '../../parameters.ts'
import { none } from '../../route.ts'
import { guestsOf } from './guests.ts'

const subject = hash.meta({ description: 'Hash of an intent, or id of an offer' })

export const prepareWithdrawal = defineAction({
  path: '/v1/withdrawals/prepare',
  summary: 'What to sign to take back an intent or an offer',
  params: none,
  body: z.strictObject({ subject: hashParameter }),
  response: z.object({ subject, typedData: typedDataSchema }),
  async answer({ body }, context) {
    const domain = meshDomain(context.network.deployment)
    return { subject: body.subject, typedData: plain(withdrawalTypedData(domain, body)) }
  },
})

export const withdraw = defineAction({
  path: '/v1/withdrawals',
  summary: 'Takes back an intent that was published here, or an offer that was made here',
  description: [
    'No offer to the intent can be accepted any more. Of an offer the buyer is asked to accept it no more; nothing but its expiry, or the',
    'transaction `revoke`, binds one that does not keep to it.',
  ].join(' '),
  params: none,
  body: z.strictObject({ subject: hashParameter, signature: signatureInput }),
  response: z.object({
    subject,
    state: z
      .string()
      .meta({ description: '`withdrawn`; or how far the deal is, when it was accepted before' }),
  }),
  problems: {
    404: 'No such intent or offer',
    503: 'The buyer does not answer, or nobody is traded for here',
  },
  async answer({ body: { subject: name, signature } }, context) {
    const deal = await guestsOf(context).guests.withdraw(name, signature)
    return { subject: name, state: deal?.state ?? 'withdrawn' }
  },
})
