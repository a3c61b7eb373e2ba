import { z } from 'zod'
import { meshDomain } from '../../../../protocol/deployment.ts'
import { hashWebhookRequest } from '../../../../protocol/eip712.ts'
import { plain } from '../../../../protocol/json.ts'
import { webhookRequestTypedData } from '../../../../protocol/typed-data.ts'
import type { Hex, WebhookAction, WebhookRequest } from '../../../../protocol/types.ts'
import type { Tx } from '../../../store/store.ts'
import { deleteWebhook } from '../../../store/webhooks/outcome.ts'
import {
  addWebhook,
  findWebhook,
  listDeadLetters,
  listWebhooks,
  pingWebhook,
  redeliver,
} from '../../../store/webhooks/registry.ts'
import { hash } from '../../../views/scalars.ts'
import { typedDataSchema } from '../../../views/typed-data.ts'
import { deadLetterSchema, toDeadLetterView, toWebhookView, webhookSchema } from '../../../views/webhook.ts'
import { parseReceiver } from '../../../webhooks/receiver.ts'
import { newSecret } from '../../../webhooks/signature.ts'
import { defineAction } from '../../action.ts'
import { type ApiContext, nowInSeconds } from '../../context.ts'
import { parseFilter } from '../../event-filter.ts'
import { hashParameter } from '../../parameters.ts'
import { none } from '../../route.ts'
import { requestFor, signedInput, spendOnce, verified, webhookOf, webhooksOf, wishInput } from './request.ts'

const ofWebhook = z.object({ id: hashParameter })
const id = hash.meta({ description: 'Of the webhook' })
const problems = { 503: 'This process only reads' }

export const prepareWebhook = defineAction({
  path: '/v1/webhooks/prepare',
  summary: 'What to sign to register a webhook, or to have something done about one; nothing is done yet',
  description:
    'Sign `data.typedData`, and send `data.request` with the signature to the route of the action.',
  params: none,
  body: wishInput,
  response: z.object({
    hash: hash.meta({
      description: 'EIP-712 digest of the typed data; of a registration, the id of the webhook',
    }),
    request: z.record(z.string(), z.string()),
    typedData: typedDataSchema,
  }),
  problems,
  async answer({ body }, context) {
    const request = requestFor(body, nowInSeconds())
    if (request.action === 'register') check(request, context)
    const domain = meshDomain(context.network.deployment)
    const typedData = plain(webhookRequestTypedData(domain, request))
    return { hash: hashWebhookRequest(domain, request), request: plain(request), typedData }
  },
})

export const registerWebhook = defineAction({
  path: '/v1/webhooks',
  summary: 'Has an HTTP server told of events',
  description: [
    'Its receiver is asked by a `ping` first, and told of events when it has answered 2xx with `data.challenge` in the body.',
    '`data.secret` signs what it is told (Standard Webhooks), and is shown this once: null when the same was asked before.',
  ].join(' '),
  params: none,
  body: signedInput,
  response: z.object({ id, secret: z.string().nullable() }),
  problems,
  async answer({ body }, context) {
    const { request } = body
    const { url } = check(request, context)
    const { now } = webhooksOf(context)
    const id = verified(body, 'register', context, nowInSeconds())
    const secret = newSecret()
    return context.store.add(async (tx) => {
      if ((await findWebhook(tx, request.owner, id)) !== undefined) return { id, secret: null }
      await spendOnce(tx, id, request, nowInSeconds())
      await addWebhook(tx, { id, owner: request.owner, url, filter: request.filter, secret }, now())
      return { id, secret }
    })
  },
})

export const listOwnWebhooks = defineAction({
  path: '/v1/webhooks/list',
  summary: "An account's webhooks, the last registered first",
  params: none,
  body: signedInput,
  response: z.array(webhookSchema),
  problems,
  async answer({ body }, context) {
    verified(body, 'list', context, nowInSeconds())
    const rows = await context.store.transaction((tx) => listWebhooks(tx, body.request.owner))
    return rows.map(toWebhookView)
  },
})

export const deadLetters = defineAction({
  path: '/v1/webhooks/{id}/letters',
  summary: 'What a webhook could not be told, the last 200',
  params: ofWebhook,
  body: signedInput,
  response: z.array(deadLetterSchema),
  problems: { ...problems, 404: 'No such webhook' },
  async answer({ params, body }, context) {
    verified(body, 'letters', context, nowInSeconds())
    return context.store.transaction(async (tx) => {
      const { id } = await webhookOf(tx, body.request, params.id)
      return (await listDeadLetters(tx, id)).map(toDeadLetterView)
    })
  },
})

export const redeliverLetters = defineOnce({
  path: '/v1/webhooks/{id}/redeliver',
  summary: 'Tells a webhook what it could not be told, before anything else; one that is off is on again',
  action: 'redeliver',
  response: z.object({ id, letters: z.int().meta({ description: 'How many' }) }),
  async act(tx, request, id, now) {
    const webhook = await webhookOf(tx, request, id)
    return { id, letters: await redeliver(tx, webhook, request.event, now) }
  },
})

export const pingReceiver = defineOnce({
  path: '/v1/webhooks/{id}/ping',
  summary: 'Sends a test to a webhook, after what waits for it',
  action: 'ping',
  response: z.object({ id }),
  async act(tx, request, id, now) {
    await webhookOf(tx, request, id)
    await pingWebhook(tx, id, now)
    return { id }
  },
})

export const removeWebhook = defineOnce({
  path: '/v1/webhooks/{id}/delete',
  summary: 'Forgets a webhook, and what it was to be told',
  action: 'delete',
  response: z.object({ id }),
  async act(tx, request, id) {
    await webhookOf(tx, request, id)
    await deleteWebhook(tx, id)
    return { id }
  },
})

/** Defines a route that does something about a webhook, once for each signed request. */
function defineOnce<R extends z.ZodType>(definition: {
  path: string
  summary: string
  action: WebhookAction
  response: R
  act(tx: Tx, request: WebhookRequest, id: Hex, now: number): Promise<z.input<R>>
}) {
  const { path, summary, action, response, act } = definition
  return defineAction({
    ...{ path, summary, params: ofWebhook, body: signedInput, response },
    problems: { ...problems, 404: 'No such webhook' },
    async answer({ params, body }, context) {
      const { now } = webhooksOf(context)
      const digest = verified(body, action, context, nowInSeconds())
      return context.store.add(async (tx) => {
        const done = await act(tx, body.request, params.id, now())
        await spendOnce(tx, digest, body.request, nowInSeconds())
        return done
      })
    },
  })
}

/** Whether events can be sent there, and there are such. @throws RefusedError `RECEIVER_REFUSED`; ApiError 400 */
function check(
  { url, filter }: Pick<WebhookRequest, 'url' | 'filter'>,
  context: ApiContext,
): { url: string } {
  parseFilter(filter)
  return { url: parseReceiver(url, webhooksOf(context).reach).href }
}
