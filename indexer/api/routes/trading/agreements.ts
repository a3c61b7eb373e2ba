import { z } from 'zod'
import { escrowDomain } from '../../../../protocol/deployment.ts'
import { plain } from '../../../../protocol/json.ts'
import { agreementTypedData, releaseTypedData } from '../../../../protocol/typed-data.ts'
import { metaSchema } from '../../../views/meta.ts'
import { amount, bytes, hash, unixSeconds } from '../../../views/scalars.ts'
import { typedDataSchema } from '../../../views/typed-data.ts'
import { defineAction } from '../../action.ts'
import { readWithMeta } from '../../context.ts'
import { answerable } from '../../fault.ts'
import { fundingInput, signatureInput } from '../../inputs.ts'
import { hashParameter } from '../../parameters.ts'
import { defineRoute, none } from '../../route.ts'
import { guestsOf } from './guests.ts'
import { id, state } from './members.ts'

export const prepareAgreement = defineAction({
  path: '/v1/agreements/prepare',
  summary: 'What to sign to accept an offer; nothing is accepted yet',
  description: [
    'Sign `data.agreement`; and `data.authorization`, unless the ledger pays. The authorization (EIP-3009) moves',
    'what the agreement costs into escrow, for this agreement and no other, so it needs neither deposit nor gas.',
    'A wallet that does not know it signs `data.permit` instead (EIP-2612).',
  ].join(' '),
  params: none,
  body: z.strictObject({ offer: hashParameter }),
  response: z.object({
    ...{ id, agreement: typedDataSchema },
    ...{ authorization: typedDataSchema, permit: typedDataSchema },
  }),
  problems: { 404: 'No such offer that can be accepted', 503: 'Nobody is traded for here' },
  async answer({ body: { offer } }, context) {
    const { guests } = guestsOf(context)
    const { agreement, conditions } = guests.offered(offer).offer
    const domain = escrowDomain(context.network.deployment)
    return {
      id: offer,
      agreement: plain(agreementTypedData(domain, agreement, conditions)),
      authorization: plain(await guests.authorizationFor(offer)),
      permit: plain(await guests.permitFor(offer)),
    }
  },
})

export const acceptOffer = defineAction({
  path: '/v1/agreements',
  summary: 'Accepts an offer: the agreement is opened on chain, at the cost of whoever runs this API',
  params: none,
  body: z.strictObject({ offer: hashParameter, signature: signatureInput, funding: fundingInput }),
  response: z.object({ id, state }),
  problems: {
    402: 'The buyer has too little money',
    404: 'No such offer that can be accepted',
    409: 'The chain refuses it',
    503: 'The chain does not answer, or nobody is traded for here',
  },
  async answer({ body: { offer, signature, funding } }, context) {
    const deal = await guestsOf(context).guests.accept(offer, { signature, funding })
    return { id: deal.id, state: deal.state }
  },
})

export const release = defineRoute({
  path: '/v1/agreements/{id}/release',
  summary: "What was delivered, by the seller's word, and what to sign to pay for it",
  params: z.object({ id: hashParameter }),
  filters: none,
  paging: none,
  response: z.object({
    data: z.object({
      id,
      delivery: z.object({ quantity: amount, deliveredAt: unixSeconds, evidence: hash, signature: bytes }),
      release: typedDataSchema,
    }),
    meta: metaSchema,
  }),
  problems: { 404: 'Nothing was delivered yet', 503: 'Nobody is traded for here' },
  async answer({ params }, context) {
    const { guests } = guestsOf(context)
    const { delivery, release: due } = answerable(() => guests.delivered(params.id))
    const { quantity, deliveredAt, evidence } = delivery.value
    const { signature } = delivery
    const said = { quantity: String(quantity), deliveredAt: String(deliveredAt), evidence, signature }
    const typed = plain(releaseTypedData(escrowDomain(context.network.deployment), due))
    return readWithMeta(context, async () => ({ id: params.id, delivery: said, release: typed }))
  },
})

export const releasePayment = defineAction({
  path: '/v1/agreements/{id}/release',
  summary: 'Releases the payment for what was delivered; the seller settles with it within seconds',
  params: z.object({ id: hashParameter }),
  body: z.strictObject({ signature: signatureInput }),
  response: z.object({ id, state }),
  problems: { 404: 'Nothing was delivered yet', 409: 'It has ended', 503: 'Nobody is traded for here' },
  async answer({ params, body: { signature } }, context) {
    const deal = await guestsOf(context).guests.release(params.id, signature)
    return { id: deal.id, state: deal.state }
  },
})
