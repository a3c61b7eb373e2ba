import { sql } from 'kysely'
import { toJson } from '../../protocol/json.ts'
import type { Hex } from '../../protocol/types.ts'
import { type EventType, kindOf } from '../views/event-type.ts'
import { type EventView, topicOf, topicsOf } from '../views/live-event.ts'
import type { Meta } from '../views/meta.ts'
import { readDomains } from './intent-domains.ts'
import type { Tx } from './store.ts'

/** How many live events are kept for clients that come back. */
export const OUTBOX_SIZE = 10_000

/** A live event with its place in the order in which events are told. */
export interface LiveEvent {
  id: number
  type: EventType
  /** What it is about, as filters ask for it; see `topicsOf`. */
  topics: string[]
  /** JSON text `{ data, meta }`. */
  data: string
}

/** What a live event tells, and the block that it is true of. */
export interface EventDraft {
  type: EventType
  topics: string[]
  data: unknown
  meta: Meta
}

/** @param meta the block that it is true of */
export function draftOf<T extends EventType>(type: T, data: EventView<T>, meta: Meta): EventDraft {
  return { type, topics: topicsOf(type, data), data, meta }
}

/**
 * Has others who add events wait until this transaction ends. Ids are given when a row is written, and seen when it is
 * committed: without this, a reader could see an id, go on after it, and miss a smaller one that is committed later.
 */
export async function takeOutbox(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('mesh outbox in ' || current_schema(), 0))`.execute(
    tx,
  )
}

/** Adds events to the outbox, in the transaction that makes them true, and forgets the oldest ones. */
export async function appendEvents(tx: Tx, drafts: EventDraft[]): Promise<void> {
  if (drafts.length === 0) return
  const kept = await withDomains(tx, drafts.slice(-OUTBOX_SIZE))
  const rows = kept.map(({ type, topics, data, meta }) => ({ type, topics, data: toJson({ data, meta }) }))
  await takeOutbox(tx)
  await tx.insertInto('outbox').values(rows).execute()
  const { newest } = await outboxRange(tx)
  await tx
    .deleteFrom('outbox')
    .where('id', '<=', newest - OUTBOX_SIZE)
    .execute()
}

const INTENT = topicOf('intent', '')

/** Agreements with the domain of what they are about, where the intent that they answer was heard. */
async function withDomains(tx: Tx, drafts: EventDraft[]): Promise<EventDraft[]> {
  const intentOf = ({ type, topics }: EventDraft) =>
    kindOf(type) === 'agreement'
      ? (topics.find((topic) => topic.startsWith(INTENT))?.slice(INTENT.length) as Hex | undefined)
      : undefined
  const domains = await readDomains(tx, [...new Set(drafts.flatMap((draft) => intentOf(draft) ?? []))])
  return drafts.map((draft) => {
    const intent = intentOf(draft)
    const domain = intent && domains.get(intent)
    return domain ? { ...draft, topics: [...draft.topics, topicOf('domain', domain)] } : draft
  })
}

/** Ids of the oldest and the newest event that are kept; zeros when there is none. */
export async function outboxRange(tx: Tx): Promise<{ oldest: number; newest: number }> {
  const row = await tx
    .selectFrom('outbox')
    .select((eb) => [
      eb.fn.min<number | null>('id').as('oldest'),
      eb.fn.max<number | null>('id').as('newest'),
    ])
    .executeTakeFirst()
  return { oldest: row?.oldest ?? 0, newest: row?.newest ?? 0 }
}

/** Up to `limit` events that come after `id`. */
export async function readEvents(tx: Tx, id: number, limit: number): Promise<LiveEvent[]> {
  return tx.selectFrom('outbox').selectAll().where('id', '>', id).orderBy('id').limit(limit).execute()
}
