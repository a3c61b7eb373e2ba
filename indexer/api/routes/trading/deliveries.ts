import { z } from 'zod'
import { escrowDomain, meshDomain } from '../../../../protocol/deployment.ts'
import { plain } from '../../../../protocol/json.ts'
import { deliveryTypedData, evidenceTypedData } from '../../../../protocol/typed-data.ts'
import { typedDataSchema } from '../../../views/typed-data.ts'
import { defineAction } from '../../action.ts'
import { deliveryInput, statementInput } from '../../inputs.ts'
import { hashParameter } from '../../parameters.ts'
import { guestsOf } from './guests.ts'
import { id, state } from './members.ts'

/** Stands for no evidence besides. */
const NO_EVIDENCE = `0x${'00'.repeat(32)}` as const

export const prepareDelivery = defineAction({
  path: '/v1/agreements/{id}/delivery/prepare',
  summary: 'What to sign to say what was delivered, as its seller',
  description:
    'Sign both; send `data.delivery.message` with both signatures to `POST /v1/agreements/{id}/delivery`.',
  params: z.object({ id: hashParameter }),
  body: deliveryInput,
  response: z.object({ id, delivery: typedDataSchema, report: typedDataSchema }),
  problems: { 404: 'No such sale', 503: 'Nobody is traded for here' },
  async answer({ params, body: { quantity, evidence = NO_EVIDENCE } }, context) {
    const { sales } = guestsOf(context).guests
    const { delivery, report } = await sales.statement(params.id, quantity, evidence)
    const { deployment } = context.network
    return {
      id: params.id,
      delivery: plain(deliveryTypedData(meshDomain(deployment), delivery)),
      report: plain(evidenceTypedData(escrowDomain(deployment), report)),
    }
  },
})

export const deliver = defineAction({
  path: '/v1/agreements/{id}/delivery',
  summary: "Tells the buyer what was delivered, and settles with the buyer's release",
  params: z.object({ id: hashParameter }),
  body: statementInput,
  response: z.object({ id, state }),
  problems: { 404: 'No such sale', 503: 'Nobody is traded for here' },
  async answer({ params, body: { delivery: value, signature, report } }, context) {
    const { sales } = guestsOf(context).guests
    const deal = await sales.deliver(params.id, { delivery: { value, signature }, report })
    return { id: deal.id, state: deal.state }
  },
})
