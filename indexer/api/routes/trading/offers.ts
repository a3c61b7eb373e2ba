import { z } from 'zod'
import { escrowDomain } from '../../../../protocol/deployment.ts'
import { plain } from '../../../../protocol/json.ts'
import { agreementTypedData } from '../../../../protocol/typed-data.ts'
import { typedDataSchema } from '../../../views/typed-data.ts'
import { defineAction } from '../../action.ts'
import { offerInput, proposalInput } from '../../inputs.ts'
import { none } from '../../route.ts'
import { guestsOf } from './guests.ts'
import { id, state } from './members.ts'

/** Seconds that a guest has for its delivery after its end, unless it says otherwise. */
const DURATION = 120n

const draft = z.object({
  agreement: z.record(z.string(), z.unknown()).meta({ description: 'All that is signed' }),
  conditions: z.record(z.string(), z.unknown()),
  terms: z.record(z.string(), z.unknown()),
})

export const prepareOffer = defineAction({
  path: '/v1/offers/prepare',
  summary: "What to sign to sell to somebody's intent; nothing is offered yet",
  description:
    'Sign `data.typedData`, and send the members of `data.offer` with the signature to `POST /v1/offers`.',
  params: none,
  body: proposalInput,
  response: z.object({ id, offer: draft, typedData: typedDataSchema }),
  problems: { 404: 'No such intent that can be answered', 503: 'Nobody is traded for here' },
  async answer({ body: { agent, intent, quantity, price, duration = DURATION } }, context) {
    const { sales } = guestsOf(context).guests
    const { id: name, ...offer } = await sales.draft(agent, intent, { quantity, price }, duration)
    const domain = escrowDomain(context.network.deployment)
    const typedData = plain(agreementTypedData(domain, offer.agreement, offer.conditions))
    return { id: name, offer: plain(offer), typedData }
  },
})

export const makeOffer = defineAction({
  path: '/v1/offers',
  summary: 'Takes a signed offer to the buyer, and answers what it says within seconds',
  description: 'Its state is `opened` when the buyer has accepted, `offered` while it has not answered.',
  params: none,
  body: offerInput,
  response: z.object({ id, state }),
  problems: {
    404: 'No such intent that can be answered',
    409: 'The buyer declines, or the chain refuses',
    503: 'The buyer or the chain does not answer, or nobody is traded for here',
  },
  async answer({ body }, context) {
    const deal = await guestsOf(context).guests.sales.offer(body)
    return { id: deal.id, state: deal.state }
  },
})
