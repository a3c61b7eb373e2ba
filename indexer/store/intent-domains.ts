import { sql } from 'kysely'
import type { Hex } from '../../protocol/types.ts'
import type { ReceivedIntent } from '../gateway.ts'
import { domainOf } from '../views/live-event.ts'
import type { Tx } from './store.ts'

/** Of how many intents it is kept what domain they are of; the oldest give way. */
const MAX_DOMAINS = 50_000

/** Keeps what domain intents are of longer than the intents: of an agreement, the chain tells no more than which one it answers. */
export async function storeDomains(tx: Tx, received: readonly ReceivedIntent[]): Promise<void> {
  await tx
    .insertInto('intentDomains')
    .values(received.map(({ hash, value }) => ({ hash, domain: domainOf(value.capability) })))
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .execute()
  await sql`delete from "intentDomains" where sequence <=
    (select sequence from "intentDomains" order by sequence desc offset ${MAX_DOMAINS} limit 1)`.execute(tx)
}

/** Domains of intents, of those that were heard and are not forgotten. */
export async function readDomains(tx: Tx, hashes: readonly Hex[]): Promise<ReadonlyMap<Hex, string>> {
  if (hashes.length === 0) return new Map()
  const rows = await tx
    .selectFrom('intentDomains')
    .select(['hash', 'domain'])
    .where(sql<boolean>`hash = any(${sql.val([...hashes])}::text[])`)
    .execute()
  return new Map(rows.map(({ hash, domain }) => [hash, domain]))
}
