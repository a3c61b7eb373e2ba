import { z } from 'zod'
import { meshDomain } from '../../../../protocol/deployment.ts'
import { hashIntent } from '../../../../protocol/eip712.ts'
import { plain } from '../../../../protocol/json.ts'
import { intentTypedData } from '../../../../protocol/typed-data.ts'
import { intentFields } from '../../../views/intent.ts'
import { hash } from '../../../views/scalars.ts'
import { typedDataSchema } from '../../../views/typed-data.ts'
import { defineAction } from '../../action.ts'
import { draftInput, intentInput, signatureInput } from '../../inputs.ts'
import { none } from '../../route.ts'
import { guestsOf } from './guests.ts'

const preparedIntent = z.object({
  hash: hash.meta({ description: 'EIP-712 digest of the typed data, and the name of the intent' }),
  intent: z.object(intentFields),
  typedData: typedDataSchema,
})

export const prepareIntent = defineAction({
  path: '/v1/intents/prepare',
  summary: 'What to sign to publish an intent; nothing is published yet',
  description: 'Sign `data.typedData`, and send `data.intent` with the signature to `POST /v1/intents`.',
  params: none,
  body: draftInput,
  response: preparedIntent,
  problems: { 503: 'Nobody is traded for here' },
  async answer({ body: { agent, ...draft } }, context) {
    const intent = guestsOf(context).guestIntent(agent, draft)
    const domain = meshDomain(context.network.deployment)
    const typedData = plain(intentTypedData(domain, intent))
    return { hash: hashIntent(domain, intent), intent: plain(intent), typedData }
  },
})

export const publishIntent = defineAction({
  path: '/v1/intents',
  summary: 'Publishes a signed intent to buy; offers to it come to `GET /v1/intents/{hash}/offers`',
  params: none,
  body: z.strictObject({ intent: intentInput, signature: signatureInput }),
  response: z.object({ hash }),
  problems: {
    409: 'One for the same delivery was published already',
    503: 'No room, or nobody is traded for here',
  },
  async answer({ body: { intent: value, signature } }, context) {
    const { guests } = guestsOf(context)
    const { hash } = await guests.publish({ value, signature })
    return { hash }
  },
})
