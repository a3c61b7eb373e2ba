import { sql } from 'kysely'
import { toJson } from '../../../protocol/json.ts'
import type { Hex } from '../../../protocol/types.ts'
import type { Meta } from '../../views/meta.ts'
import { type LiveEvent, outboxRange } from '../outbox.ts'
import { readMeta } from '../queries/meta.ts'
import type { Tx } from '../store.ts'
import type { WebhookDeliveryRow } from '../tables/webhooks.ts'

/** Most events that wait for one webhook; with one more, all of them become one `reset`. */
const MAX_WAITING = 1_000

/** What one webhook is to be told. */
export type Letter = Pick<WebhookDeliveryRow, 'webhook' | 'event' | 'type' | 'body' | 'createdAt'>

/** @param now Unix milliseconds */
export function letterOf({ id, type, data }: LiveEvent, webhook: Hex, now: number): Letter {
  return { webhook, event: String(id), type, body: bodyOf(String(id), type, now, data), createdAt: now }
}

/** @param data JSON text `{ data, meta }` */
function bodyOf(id: string, type: string, now: number, data: string): string {
  const head = JSON.stringify({ id, type, timestamp: new Date(now).toISOString() })
  return `${head.slice(0, -1)},${data.slice(1)}`
}

/** A message that the outbox does not hold, for one webhook. */
export async function letterBeside(
  tx: Tx,
  letter: { webhook: Hex; event: string; type: 'ping' | 'reset'; data: object },
  now: number,
): Promise<Letter> {
  const { blockTime: _, ...meta }: Meta & { blockTime: number } = await readMeta(tx)
  const { webhook, event, type, data } = letter
  return { webhook, event, type, body: bodyOf(event, type, now, toJson({ data, meta })), createdAt: now }
}

/** Queues letters; a webhook for which too much waits is told to read the lists again instead. */
export async function queueLetters(tx: Tx, letters: readonly Letter[], now: number): Promise<void> {
  if (letters.length === 0) return
  await tx
    .insertInto('webhookDeliveries')
    .values(letters.map((letter) => ({ ...letter, attempts: 0 })))
    .execute()
  const overfull = await tx
    .selectFrom('webhookDeliveries')
    .select('webhook')
    .where('webhook', 'in', [...new Set(letters.map(({ webhook }) => webhook))])
    .where('diedAt', 'is', null)
    .groupBy('webhook')
    .having((eb) => eb.fn.countAll(), '>', MAX_WAITING)
    .execute()
  for (const { webhook } of overfull) await resetWebhook(tx, webhook, now)
}

/** Has a webhook told to read the lists again, and not what waits for it. */
export async function resetWebhook(tx: Tx, webhook: Hex, now: number): Promise<void> {
  await tx
    .deleteFrom('webhookDeliveries')
    .where('webhook', '=', webhook)
    .where('diedAt', 'is', null)
    .execute()
  const letter = await resetLetter(tx, webhook, now)
  await tx
    .insertInto('webhookDeliveries')
    .values({ ...letter, attempts: 0 })
    .execute()
}

/** Tells a webhook that it missed events. */
export async function resetLetter(tx: Tx, webhook: Hex, now: number): Promise<Letter> {
  const { newest } = await outboxRange(tx)
  return letterBeside(tx, { webhook, event: `reset_${newest}_${now}`, type: 'reset', data: {} }, now)
}

/** The next letter of each webhook that is told anything. */
export async function readHeads(tx: Tx) {
  const { rows } = await sql<Head>`
    select head.sequence, head.event, head.type, head.body, head.attempts, webhooks.id as webhook, webhooks.url,
      webhooks.secret, webhooks."dueAt"
    from webhooks cross join lateral (
      select * from "webhookDeliveries" letter where letter.webhook = webhooks.id and letter."diedAt" is null
      order by letter.sequence limit 1) head
    where webhooks."disabledAt" is null`.execute(tx)
  return rows
}

/** What a webhook is told next, and how. */
export interface Head {
  sequence: number
  webhook: Hex
  event: string
  type: string
  body: string
  attempts: number
  url: string
  secret: string
  dueAt: number
}

/** Up to which event of the outbox everything is queued; undefined before the first time. */
export async function readPlace(tx: Tx): Promise<number | undefined> {
  return (await tx.selectFrom('webhookPlace').select('place').executeTakeFirst())?.place
}

/**
 * Moves that place, in the transaction that queues what comes before it.
 *
 * @param from undefined for the first time
 * @returns false when it is not at `from`, because another process moved it
 */
export async function movePlace(tx: Tx, from: number | undefined, place: number): Promise<boolean> {
  if (from === undefined) {
    await tx.insertInto('webhookPlace').values({ place }).execute()
    return true
  }
  const moved = await tx
    .updateTable('webhookPlace')
    .set({ place })
    .where('place', '=', from)
    .executeTakeFirst()
  return moved.numUpdatedRows === 1n
}
