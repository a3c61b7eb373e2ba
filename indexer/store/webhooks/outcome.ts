import { sql } from 'kysely'
import type { Hex } from '../../../protocol/types.ts'
import { MAX_ATTEMPTS, MAX_FAILING, MAX_QUESTIONS } from '../../webhooks/retries.ts'
import type { Tx } from '../store.ts'
import type { Head } from './queue.ts'

/** Most dead letters of one webhook; the oldest give way. */
const MAX_DEAD = 200

/** A webhook was told: the next letter is due. @param now Unix milliseconds */
export async function noteSuccess(tx: Tx, { webhook, sequence, type }: Head, now: number): Promise<void> {
  await tx.deleteFrom('webhookDeliveries').where('sequence', '=', sequence).execute()
  await tx
    .updateTable('webhooks')
    .set((eb) => ({
      ...{ failures: 0, failingSince: null, dueAt: now, error: null },
      ...(type === 'ping' && { confirmedAt: eb.fn.coalesce('confirmedAt', sql<number>`${now}::int8`) }),
    }))
    .where('id', '=', webhook)
    .execute()
}

/** Why a webhook could not be told. */
export interface Failure {
  error: string
  /** Whether it wants to be told nothing any more. */
  isFinal: boolean
  /** Milliseconds until it is tried again, after so many failures in a row. */
  backoff: (failures: number) => number
}

/** A webhook could not be told: it is tried again later, or the letter is given up, or the webhook. */
export async function noteFailure(tx: Tx, head: Head, failure: Failure, now: number): Promise<void> {
  const { error, isFinal, backoff } = failure
  const hook = await tx.selectFrom('webhooks').selectAll().where('id', '=', head.webhook).executeTakeFirst()
  if (hook === undefined) return
  const attempts = head.attempts + 1
  const failures = hook.failures + 1
  const failingSince = hook.failingSince ?? now
  if (hook.confirmedAt === null && attempts >= MAX_QUESTIONS) return deleteWebhook(tx, head.webhook)
  const isDead = attempts >= MAX_ATTEMPTS
  await tx
    .updateTable('webhookDeliveries')
    .set({ attempts, error, diedAt: isDead ? now : null })
    .where('sequence', '=', head.sequence)
    .execute()
  // The next letter may be one that the receiver can take.
  const dueAt = isDead ? now : now + backoff(failures)
  await tx
    .updateTable('webhooks')
    .set({ failures, failingSince, dueAt, error })
    .where('id', '=', head.webhook)
    .execute()
  if (isFinal || now - failingSince >= MAX_FAILING) await switchOff(tx, head.webhook, error, now)
  if (isDead) await forgetOldest(tx, head.webhook)
}

/** Tells a webhook nothing any more; what waits for it is given up. */
async function switchOff(tx: Tx, webhook: Hex, error: string, now: number): Promise<void> {
  await tx.updateTable('webhooks').set({ disabledAt: now }).where('id', '=', webhook).execute()
  await tx
    .updateTable('webhookDeliveries')
    .set({ diedAt: now, error })
    .where('webhook', '=', webhook)
    .where('diedAt', 'is', null)
    .execute()
  await forgetOldest(tx, webhook)
}

async function forgetOldest(tx: Tx, webhook: Hex): Promise<void> {
  await sql`delete from "webhookDeliveries" where webhook = ${webhook} and "diedAt" is not null and sequence <=
    (select sequence from "webhookDeliveries" where webhook = ${webhook} and "diedAt" is not null
     order by sequence desc offset ${MAX_DEAD} limit 1)`.execute(tx)
}

/** Forgets a webhook, and what it was to be told. */
export async function deleteWebhook(tx: Tx, webhook: Hex): Promise<void> {
  await tx.deleteFrom('webhookDeliveries').where('webhook', '=', webhook).execute()
  await tx.deleteFrom('webhooks').where('id', '=', webhook).execute()
}
