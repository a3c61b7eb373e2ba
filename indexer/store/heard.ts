import { isValidCell } from 'h3-js'
import { sql } from 'kysely'
import { getAddress } from 'viem'
import { lineageOf, rideOf } from '../../agent/index.ts'
import { toJson } from '../../protocol/json.ts'
import { paymentOf } from '../../protocol/types.ts'
import type { HeldOffer, ReceivedCapability, ReceivedIntent } from '../gateway.ts'
import { toIntentView } from '../views/intent.ts'
import { toOfferView } from '../views/offer.ts'
import { storeDomains } from './intent-domains.ts'
import { appendEvents, draftOf } from './outbox.ts'
import { readMeta } from './queries/meta.ts'
import type { Tx } from './store.ts'

/** Most intents that are kept, and most of one maker; the oldest give way. */
export const MAX_INTENTS = 10_000
export const MAX_INTENTS_PER_AGENT = 100
/** Most ride requests that are kept; the oldest give way. */
const MAX_RIDE_REQUESTS = 20_000
/** Most capability records that are kept, one for each agent; those issued first give way. */
const MAX_CAPABILITIES = 10_000
/** Most offers that are kept; the oldest give way. */
const MAX_OFFERS = 10_000

/** What comes from the mesh and not from the chain. */
export const heardTables = ['intents', 'offers', 'intentDomains', 'rideRequests', 'capabilities'] as const

/** Stores intents that were not heard before, and forgets those that are replaced, have expired or are too many. */
export async function storeIntents(tx: Tx, received: ReceivedIntent[], heardAt: number): Promise<void> {
  if (received.length === 0) return
  const rows = received.map(({ value, hash, signature }) => {
    const attributes = toJson(value.attributes)
    const cells = cellsAround(value.area)
    return { ...value, cells, attributes, agent: getAddress(value.agent), hash, signature, heardAt }
  })
  const fresh = await tx
    .insertInto('intents')
    .values(rows)
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .returningAll()
    .execute()
  await storeDomains(tx, received)
  await storeRideRequests(tx, received)
  const now = BigInt(Math.floor(heardAt / 1000))
  const agents = [...new Set(rows.map((row) => row.agent))]
  await tx.deleteFrom('intents').where('expiry', '<', now).execute()
  await dropReplaced(tx, agents)
  await limitPerAgent(tx, agents)
  await sql`delete from intents where sequence <=
    (select sequence from intents order by sequence desc offset ${MAX_INTENTS} limit 1)`.execute(tx)
  const { blockTime: _, ...meta } = await readMeta(tx)
  await appendEvents(
    tx,
    fresh.map((row) => draftOf('intent', toIntentView(row), meta)),
  )
}

/** Keeps what riders ask for longer than their intents. */
async function storeRideRequests(tx: Tx, received: ReceivedIntent[]): Promise<void> {
  const rows = received.flatMap((intent) => {
    const ride = rideOf(intent)
    if (ride === undefined) return []
    const { way, ...request } = ride
    return [{ ...request, ...way, hash: intent.hash, cells: lineageOf(ride.pickup) }]
  })
  if (rows.length === 0) return
  await tx
    .insertInto('rideRequests')
    .values(rows)
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .execute()
  await sql`delete from "rideRequests" where sequence <=
    (select sequence from "rideRequests" order by sequence desc offset ${MAX_RIDE_REQUESTS} limit 1)`.execute(
    tx,
  )
}

/** Of one agent's intents for the same delivery the one with the highest nonce counts. */
async function dropReplaced(tx: Tx, agents: string[]): Promise<void> {
  await sql`delete from intents earlier using intents later
    where earlier.agent in (${sql.join(agents)}) and earlier.agent = later.agent
      and (earlier.side, earlier.capability, earlier.area, earlier.start, earlier."end")
        = (later.side, later.capability, later.area, later.start, later."end")
      and earlier.nonce < later.nonce`.execute(tx)
}

async function limitPerAgent(tx: Tx, agents: string[]): Promise<void> {
  await sql`delete from intents using (
      select hash, row_number() over (partition by agent order by sequence desc) as rank
      from intents where agent in (${sql.join(agents)})
    ) ranked where ranked.hash = intents.hash and ranked.rank > ${MAX_INTENTS_PER_AGENT}`.execute(tx)
}

/** Stores offers that were not heard before, and forgets those that have expired or are too many. */
export async function storeOffers(tx: Tx, received: HeldOffer[], heardAt: number): Promise<void> {
  if (received.length === 0) return
  const fresh = await tx
    .insertInto('offers')
    .values(received.map((held) => toRow(held, heardAt)))
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returningAll()
    .execute()
  await tx
    .deleteFrom('offers')
    .where('expiry', '<', BigInt(Math.floor(heardAt / 1000)))
    .execute()
  await sql`delete from offers where sequence <=
    (select sequence from offers order by sequence desc offset ${MAX_OFFERS} limit 1)`.execute(tx)
  const { blockTime: _, ...meta } = await readMeta(tx)
  await appendEvents(
    tx,
    fresh.map((row) => draftOf('offer', toOfferView(row), meta)),
  )
}

function toRow({ id, offer: { agreement, conditions, terms, signature } }: HeldOffer, heardAt: number) {
  const { intentHash, buyer, seller, quantity, price, lot, expiry, deadline } = agreement
  const json = { agreement: toJson(agreement), conditions: toJson(conditions), terms: toJson(terms) }
  const parties = { buyer: getAddress(buyer), seller: getAddress(seller) }
  const payment = paymentOf(agreement)
  return {
    id,
    intentHash,
    ...parties,
    quantity,
    price,
    lot,
    payment,
    expiry,
    deadline,
    ...json,
    signature,
    heardAt,
  }
}

/** Stores the newest capability record of each agent, and forgets those that have expired or are too many. */
export async function storeCapabilities(
  tx: Tx,
  received: ReceivedCapability[],
  heardAt: number,
): Promise<void> {
  if (received.length === 0) return
  const rows = received.map(({ value, hash, signature }) => {
    const names = value.capabilities.map(({ name }) => name)
    const cells = cellsAround(value.area)
    const capabilities = toJson(value.capabilities)
    return { ...value, names, capabilities, cells, agent: getAddress(value.agent), hash, signature }
  })
  // One statement may not touch a row twice: of each agent's records the newest goes in.
  const oldestFirst = rows.toSorted((a, b) => Number(a.issuedAt - b.issuedAt))
  const newest = [...new Map(oldestFirst.map((row) => [row.agent, row])).values()]
  await tx
    .insertInto('capabilities')
    .values(newest)
    .onConflict((conflict) =>
      conflict
        .column('agent')
        .doUpdateSet((eb) => ({
          hash: eb.ref('excluded.hash'),
          agentId: eb.ref('excluded.agentId'),
          names: eb.ref('excluded.names'),
          capabilities: eb.ref('excluded.capabilities'),
          area: eb.ref('excluded.area'),
          cells: eb.ref('excluded.cells'),
          endpoints: eb.ref('excluded.endpoints'),
          issuedAt: eb.ref('excluded.issuedAt'),
          expiry: eb.ref('excluded.expiry'),
          signature: eb.ref('excluded.signature'),
        }))
        .whereRef('capabilities.issuedAt', '<', 'excluded.issuedAt'),
    )
    .execute()
  const now = BigInt(Math.floor(heardAt / 1000))
  await tx.deleteFrom('capabilities').where('expiry', '<', now).execute()
  await sql`delete from capabilities where agent in
    (select agent from capabilities order by "issuedAt" desc offset ${MAX_CAPABILITIES})`.execute(tx)
}

/** A cell and all cells around it; nothing of what is none. */
function cellsAround(area: string): string[] {
  return isValidCell(area) ? lineageOf(area) : []
}
