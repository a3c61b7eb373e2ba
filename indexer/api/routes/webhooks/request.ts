import { randomBytes } from 'node:crypto'
import { zeroHash } from 'viem'
import { z } from 'zod'
import { meshDomain } from '../../../../protocol/deployment.ts'
import { hashWebhookRequest } from '../../../../protocol/eip712.ts'
import { RefusedError } from '../../../../protocol/errors.ts'
import { verifyDigest } from '../../../../protocol/signature.ts'
import {
  type Hex,
  WEBHOOK_ACTIONS,
  type WebhookAction,
  type WebhookRequest,
} from '../../../../protocol/types.ts'
import type { Tx } from '../../../store/store.ts'
import type { WebhookRow } from '../../../store/tables/webhooks.ts'
import { findWebhook, spend } from '../../../store/webhooks/registry.ts'
import type { Webhooks } from '../../../webhooks/webhooks.ts'
import type { ApiContext } from '../../context.ts'
import { addressInput, optionalInput, signatureInput, uint } from '../../inputs.ts'
import { hashParameter } from '../../parameters.ts'
import { ApiError } from '../../problem.ts'

/** Seconds that a request can be sent after it was prepared, and longest that one may say. */
const LIFE = 300n
const MAX_LIFE = 600n

const MAX_TEXT = 2_048
const text = z
  .string()
  .max(MAX_TEXT)
  .regex(/^[\x21-\x7e]*$/, 'printable ASCII without spaces')

const members = {
  owner: addressInput.meta({ description: 'Whose key signs' }),
  webhook: hashParameter,
  url: text,
  filter: text.meta({ description: 'As the query of `GET /v1/stream`; empty: all events' }),
  event: z
    .string()
    .regex(/^\w{0,64}$/, 'the id of an event')
    .meta({ description: 'Id of one dead letter; empty: all' }),
}
const { owner, webhook, url, filter, event } = members

/** What somebody wants done; the rest of a request is the index's to say. */
export const wishInput = z.strictObject({
  action: z.enum(WEBHOOK_ACTIONS),
  owner,
  webhook: optionalInput(webhook).meta({ description: 'Which one; absent to register one, or to list all' }),
  url: optionalInput(url).meta({ description: 'Where events go, of one to be registered' }),
  filter: optionalInput(filter),
  event: optionalInput(event),
})

/** A request as it was signed. */
const requestInput: z.ZodType<WebhookRequest> = z
  .strictObject({ ...members, action: z.enum(WEBHOOK_ACTIONS), expiry: uint(64), nonce: hashParameter })
  .meta({ id: 'WebhookRequest', description: '`data.request` of `POST /v1/webhooks/prepare`' })

/** The body of all that a signature is asked for. */
export const signedInput = z.strictObject({ request: requestInput, signature: signatureInput })

/** A request that says what somebody wants, to be signed. */
export function requestFor(wish: z.output<typeof wishInput>, now: bigint): WebhookRequest {
  const nonce: Hex = `0x${randomBytes(32).toString('hex')}`
  return { webhook: zeroHash, url: '', filter: '', event: '', ...wish, expiry: now + LIFE, nonce }
}

/** @throws ApiError 503 where the index only reads */
export function webhooksOf({ webhooks }: ApiContext): Webhooks {
  if (webhooks !== undefined) return webhooks
  throw new ApiError(503, 'WEBHOOKS_MISSING', 'This process reads, and keeps nothing for anybody.', {
    remedy: 'Ask one that may write to the database.',
  })
}

/**
 * Checks that a request is its owner's, for this action, and still to be acted upon.
 *
 * @returns its digest, which names it
 * @throws RefusedError `REQUEST_OTHER`, `REQUEST_EXPIRED`; SignatureError
 */
export function verified(
  { request, signature }: z.output<typeof signedInput>,
  action: WebhookAction,
  { network }: ApiContext,
  now: bigint,
): Hex {
  if (request.action !== action) throw other('request.action', action, request.action)
  if (request.expiry < now || request.expiry > now + MAX_LIFE) {
    throw new RefusedError('REQUEST_EXPIRED', 'A request is too old, or lives too long.', {
      field: 'request.expiry',
      expected: `from ${now} to ${now + MAX_LIFE}`,
      received: request.expiry,
      remedy: 'Have one prepared, sign it and send it at once.',
    })
  }
  const digest = hashWebhookRequest(meshDomain(network.deployment), request)
  verifyDigest(digest, signature, request.owner)
  return digest
}

/**
 * The webhook that a request is about.
 *
 * @param id as the path names it
 * @throws RefusedError `REQUEST_OTHER`; ApiError 404
 */
export async function webhookOf(tx: Tx, { owner, webhook }: WebhookRequest, id: Hex): Promise<WebhookRow> {
  if (webhook !== id) throw other('request.webhook', id, webhook)
  const found = await findWebhook(tx, owner, id)
  if (found !== undefined) return found
  throw new ApiError(404, 'WEBHOOK_UNKNOWN', 'This account has no such webhook.', {
    ...{ field: 'id', received: id },
    remedy: 'POST /v1/webhooks/list lists those that it has.',
  })
}

/** Notes that a request is acted upon. @throws RefusedError `REQUEST_SPENT` when it was before */
export async function spendOnce(tx: Tx, digest: Hex, { expiry }: WebhookRequest, now: bigint): Promise<void> {
  if (await spend(tx, digest, expiry, now)) return
  throw new RefusedError('REQUEST_SPENT', 'A request was acted upon already.', {
    field: 'request.nonce',
    expected: 'a request that was not sent before',
    received: digest,
    remedy: 'It is done. Have another one prepared to have it done again.',
  })
}

function other(field: string, expected: string, received: string): RefusedError {
  return new RefusedError('REQUEST_OTHER', 'What was signed is something else.', {
    ...{ field, expected, received },
    remedy: 'Sign what POST /v1/webhooks/prepare answers for this action.',
  })
}
