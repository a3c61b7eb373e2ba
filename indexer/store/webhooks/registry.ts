import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { RefusedError } from '../../../protocol/errors.ts'
import type { Address, Hex } from '../../../protocol/types.ts'
import type { Tx } from '../store.ts'
import type { WebhookRow } from '../tables/webhooks.ts'
import { letterBeside, queueLetters, resetLetter } from './queue.ts'

/** Most webhooks, and most of one owner. */
const MAX_WEBHOOKS = 200
const MAX_PER_OWNER = 10
/** Most dead letters that are listed, the last ones. */
const MAX_LISTED = 200

/**
 * Notes that a signed request was acted upon.
 *
 * @param expiry Unix seconds until which somebody could send it again
 * @returns false when it was before
 */
export async function spend(tx: Tx, digest: Hex, expiry: bigint, nowSeconds: bigint): Promise<boolean> {
  await tx.deleteFrom('webhookRequests').where('expiry', '<', Number(nowSeconds)).execute()
  const { numInsertedOrUpdatedRows: inserted } = await tx
    .insertInto('webhookRequests')
    .values({ digest, expiry: Number(expiry) })
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .executeTakeFirst()
  return inserted === 1n
}

/**
 * Adds a webhook, and asks its receiver whether it wants to be told anything.
 *
 * @throws RefusedError `WEBHOOKS_EXCEEDED` when there are as many as there may be
 */
export async function addWebhook(
  tx: Tx,
  webhook: Pick<WebhookRow, 'id' | 'owner' | 'url' | 'filter' | 'secret'>,
  now: number,
): Promise<void> {
  const { all, own } = await tx
    .selectFrom('webhooks')
    .select((eb) => [
      eb.fn.countAll<number>().as('all'),
      eb.fn.countAll<number>().filterWhere('owner', '=', webhook.owner).as('own'),
    ])
    .executeTakeFirstOrThrow()
  if (own >= MAX_PER_OWNER) throw exceeded(`at most ${MAX_PER_OWNER} of one owner`, own)
  if (all >= MAX_WEBHOOKS) throw exceeded(`at most ${MAX_WEBHOOKS} in all`, all)
  const fresh = { createdAt: now, dueAt: now, failures: 0 }
  await tx
    .insertInto('webhooks')
    .values({ ...webhook, ...fresh })
    .execute()
  await pingWebhook(tx, webhook.id, now)
}

/** Has a receiver asked whether it wants to be told: it says so by repeating the challenge. */
export async function pingWebhook(tx: Tx, webhook: Hex, now: number): Promise<void> {
  const challenge = randomBytes(16).toString('hex')
  const ping = { webhook, event: `ping_${challenge}`, type: 'ping', data: { webhook, challenge } } as const
  await queueLetters(tx, [await letterBeside(tx, ping, now)], now)
}

/** The webhook of an owner; undefined where there is none, or it is somebody else's. */
export async function findWebhook(tx: Tx, owner: Address, id: Hex): Promise<WebhookRow | undefined> {
  const found = tx.selectFrom('webhooks').selectAll().where('id', '=', id).where('owner', '=', owner)
  return found.executeTakeFirst()
}

/** A webhook with how much waits for it, and how much was given up. */
export type ListedWebhook = WebhookRow & { waiting: number; dead: number }

/** Those of one owner, the last registered first. */
export async function listWebhooks(tx: Tx, owner: Address): Promise<ListedWebhook[]> {
  const letters = (isDead: boolean) =>
    sql<number>`(select count(*) from "webhookDeliveries" letter
      where letter.webhook = webhooks.id and letter."diedAt" is ${isDead ? sql`not null` : sql`null`})`
  return tx
    .selectFrom('webhooks')
    .selectAll()
    .select([letters(false).as('waiting'), letters(true).as('dead')])
    .where('owner', '=', owner)
    .orderBy('createdAt', 'desc')
    .execute()
}

/** Those that are told of events. */
export async function readActive(tx: Tx): Promise<Pick<WebhookRow, 'id' | 'filter'>[]> {
  return tx
    .selectFrom('webhooks')
    .select(['id', 'filter'])
    .where('confirmedAt', 'is not', null)
    .where('disabledAt', 'is', null)
    .execute()
}

/** What a webhook could not be told, the last first. */
export async function listDeadLetters(tx: Tx, webhook: Hex) {
  return tx
    .selectFrom('webhookDeliveries')
    .select(['event', 'type', 'createdAt', 'attempts', 'error', 'diedAt'])
    .where('webhook', '=', webhook)
    .where('diedAt', 'is not', null)
    .orderBy('sequence', 'desc')
    .limit(MAX_LISTED)
    .execute()
}

/**
 * Has a webhook told again what it could not be told, before anything else. One that was switched off is on again, and told to
 * read the lists again after that, for what happened meanwhile.
 *
 * @param event id of the only one; empty: all
 * @returns how many
 */
export async function redeliver(tx: Tx, webhook: WebhookRow, event: string, now: number): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable('webhookDeliveries')
    .set({ diedAt: null, attempts: 0, error: null })
    .where('webhook', '=', webhook.id)
    .where('diedAt', 'is not', null)
    .$if(event !== '', (query) => query.where('event', '=', event))
    .executeTakeFirst()
  await tx
    .updateTable('webhooks')
    .set({ disabledAt: null, failures: 0, failingSince: null, dueAt: now, error: null })
    .where('id', '=', webhook.id)
    .execute()
  if (webhook.disabledAt !== null) await queueLetters(tx, [await resetLetter(tx, webhook.id, now)], now)
  return Number(numUpdatedRows)
}

function exceeded(expected: string, received: number): RefusedError {
  return new RefusedError('WEBHOOKS_EXCEEDED', 'There are as many webhooks as there may be.', {
    ...{ field: 'webhook', expected, received },
    remedy: 'Delete one of yours first, or listen to `GET /v1/stream`.',
  })
}
