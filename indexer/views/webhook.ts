import { z } from 'zod'
import type { WebhookDeliveryRow } from '../store/tables/webhooks.ts'
import type { ListedWebhook } from '../store/webhooks/registry.ts'
import { hash, instant, orNull } from './scalars.ts'

const webhookStatus = z.enum(['unconfirmed', 'active', 'failing', 'off']).meta({
  description:
    'unconfirmed: its receiver has not answered the ping yet; failing: it is tried again; off: it failed for a day, or said 410',
})

export const webhookSchema = z
  .object({
    id: hash,
    url: z.string(),
    filter: z.string().meta({ description: 'As the query of `GET /v1/stream`' }),
    status: webhookStatus,
    createdAt: instant,
    waiting: z.int().meta({ description: 'Events that it is yet to be told' }),
    dead: z.int().meta({ description: 'Events that it could not be told: dead letters' }),
    failures: z.int().meta({ description: 'In a row' }),
    dueAt: instant.nullable().meta({ description: 'When it is tried again, of one that fails' }),
    error: z.string().nullable().meta({ description: 'Why it could not be told last' }),
  })
  .meta({ id: 'Webhook', description: 'Where somebody is told of events' })

/** A webhook as its owner sees it: without its secret. */
export type WebhookView = z.infer<typeof webhookSchema>

export function toWebhookView(row: ListedWebhook): WebhookView {
  const { id, url, filter, createdAt, waiting, dead, failures, dueAt, error } = row
  return {
    ...{ id, url, filter, status: statusOf(row), createdAt: fromMilliseconds(createdAt), waiting, dead },
    ...{ failures, dueAt: failures > 0 ? fromMilliseconds(dueAt) : null, error },
  }
}

function statusOf({ confirmedAt, disabledAt, failures }: ListedWebhook): z.infer<typeof webhookStatus> {
  if (disabledAt !== null) return 'off'
  if (confirmedAt === null) return 'unconfirmed'
  return failures > 0 ? 'failing' : 'active'
}

export const deadLetterSchema = z
  .object({
    event: z.string().meta({ description: 'Id of the event, and of the message' }),
    type: z.string(),
    queuedAt: instant,
    attempts: z.int(),
    error: z.string().nullable(),
    diedAt: instant.nullable(),
  })
  .meta({ id: 'DeadLetter', description: 'An event that a webhook could not be told' })

/** A dead letter as the webhook's owner sees it. */
export type DeadLetterView = z.infer<typeof deadLetterSchema>

export function toDeadLetterView(
  row: Pick<WebhookDeliveryRow, 'event' | 'type' | 'createdAt' | 'attempts' | 'error' | 'diedAt'>,
): DeadLetterView {
  const { event, type, createdAt, attempts, error, diedAt } = row
  return {
    ...{ event, type, queuedAt: fromMilliseconds(createdAt), attempts, error },
    diedAt: orNull(diedAt, fromMilliseconds),
  }
}

function fromMilliseconds(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
