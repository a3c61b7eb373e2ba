import { sql } from 'kysely'
import { isReputable, matches, type Query } from '../../../agent/index.ts'
import type { Address } from '../../../protocol/types.ts'
import { type AgentView, agentSummary, type CapabilityView } from '../../views/agent.ts'
import { toCapability } from '../../views/attribute.ts'
import { toInstant } from '../../views/scalars.ts'
import type { Tx } from '../store.ts'
import { type Page, type PageRequest, toPage, unestimated } from './page.ts'

/** By what agents are looked up. */
export interface AgentFilter {
  owner?: Address | undefined
  wallet?: Address | undefined
  /** Name of a capability of its record. */
  capability?: string | undefined
  /** H3 cell that its record's area is, or lies in. */
  area?: string | undefined
  /** Least score, of 10^18. */
  minReputation?: bigint | undefined
  /** Beginnings of words of its registration. */
  text?: string[] | undefined
  /** What its record and its standing have to fulfil; without a limit, and with a cell that a circle is around. */
  query?: Query | undefined
}

/** Most agents that one page of a query looks through. */
const MAX_SCANNED = 200
/** Words that so many of the next agents have are common: a page of those who have them is soon found. */
const SAMPLE = 200
const COMMON = 5
/** When no more agents than these have the words that are looked for, they are looked up by their ids. */
const FEW = 1_000

/**
 * Agents with their present owner's stake and their newest capability record, the last registered first. A page of a query
 * may be short of its limit, and yet not be the last.
 *
 * @param escrow whose stake a query's `stake` is about
 * @param now Unix seconds
 */
export async function listAgents(
  tx: Tx,
  filter: AgentFilter,
  escrow: Address,
  now: bigint,
  { limit, after }: PageRequest<bigint>,
): Promise<Page<AgentView, bigint>> {
  const { query } = filter
  let rows = filtered(agents(tx, now), filter, after)
  if (filter.text !== undefined) rows = rows.where(await havingWords(tx, filter, filter.text, after))
  if (after !== undefined) rows = rows.where('agents.agentId', '<', after)
  const scanned = query === undefined ? limit : MAX_SCANNED
  const found = await rows
    .orderBy('agents.agentId', 'desc')
    .limit(scanned + 1)
    .execute()
  const page = toPage(found, scanned, (row) => row.agentId)
  if (query === undefined) return { rows: page.rows.map(toAgentView), next: page.next }
  const fulfilling = page.rows.filter((row) => fulfils(row, query, escrow))
  const shown = toPage(fulfilling, limit, (row) => row.agentId)
  return { rows: shown.rows.map(toAgentView), next: shown.next ?? page.next }
}

export async function findAgent(tx: Tx, agentId: bigint, now: bigint): Promise<AgentView | undefined> {
  const row = await agents(tx, now).where('agents.agentId', '=', agentId).executeTakeFirst()
  return row && toAgentView(row)
}

/** What the present owner staked, per module; amounts as text, because JSON numbers end at 2^53. */
const stakesOfOwner = sql<AgentView['stakes']>`(
  select coalesce(jsonb_agg(jsonb_build_object(
    'module', s.module, 'staked', s.staked::text, 'locked', s.locked::text, 'queued', s.queued::text,
    'free', greatest(s.staked - s.locked - s.queued, 0)::text) order by s.module), '[]'::jsonb)
  from stakes s where s."agentId" = agents."agentId" and s.depositor = agents.owner)`

type AgentsQuery = ReturnType<typeof agents>
type JoinedRow = Awaited<ReturnType<AgentsQuery['execute']>>[number]

/** A capability record counts when the wallet that signed it speaks for the agent that it names, and it has not expired. */
function agents(tx: Tx, now: bigint) {
  return tx
    .selectFrom('agents')
    .leftJoin('capabilities', (join) =>
      join
        .onRef('capabilities.agentId', '=', 'agents.agentId')
        .on(unestimated(sql`capabilities.agent = agents.wallet`))
        .on('agents.bound', '=', true)
        .on('capabilities.expiry', '>=', now),
    )
    .selectAll('agents')
    .select(stakesOfOwner.as('stakes'))
    .select(['hash', 'capabilities', 'area', 'endpoints', 'issuedAt', 'expiry', 'signature'])
}

function filtered(all: AgentsQuery, filter: AgentFilter, after: bigint | undefined): AgentsQuery {
  const { owner, wallet, capability, area, query } = filter
  let rows = all
  if (owner !== undefined) rows = rows.where('agents.owner', '=', owner)
  if (wallet !== undefined) rows = rows.where('agents.wallet', '=', wallet)
  const names = [...(capability === undefined ? [] : [capability]), ...(query?.capabilities ?? [])]
  if (names.length > 0) rows = rows.where(sql<boolean>`capabilities.names @> ${names}::text[]`)
  if (area !== undefined) rows = rows.where(sql<boolean>`capabilities.cells @> ${[area]}::text[]`)
  // Records are far fewer than agents, and in the same order: a page is read along them. That both ids are equal tells the
  // planner nothing about where to begin.
  const isOfRecords = names.length > 0 || area !== undefined
  if (isOfRecords && after !== undefined) rows = rows.where('capabilities.agentId', '<', after)
  if (filter.minReputation !== undefined) rows = rows.where('agents.score', '>=', filter.minReputation)
  return rows
}

/**
 * Condition that agents have words, each of letters and digits alone. The planner does not know how many have a word that
 * begins so, and to find all that have a common one takes long: such words are looked for agent by agent, in the list's order,
 * and rare ones in the index `agentsText`.
 */
async function havingWords(tx: Tx, filter: AgentFilter, words: string[], after: bigint | undefined) {
  const beginnings = words.map((word) => `${word}:*`).join(' & ')
  const having = sql<boolean>`to_tsvector('simple', agents.text) @@ to_tsquery('simple', ${beginnings})`
  const condition = unestimated(having)
  if (filter.owner !== undefined || filter.wallet !== undefined) return condition
  const next = tx
    .selectFrom('agents')
    .select('text')
    .$if(after !== undefined, (some) => some.where('agentId', '<', after as bigint))
    .orderBy('agentId', 'desc')
    .limit(SAMPLE)
    .as('agents')
  const { length } = await tx.selectFrom(next).select('text').where(condition).limit(COMMON).execute()
  if (length === COMMON) return condition
  const some = await tx
    .selectFrom('agents')
    .select('agentId')
    .where(having)
    .limit(FEW + 1)
    .execute()
  if (some.length > FEW) return condition
  return sql<boolean>`agents."agentId" = any(${some.map(({ agentId }) => String(agentId))}::numeric[])`
}

/** The language's own rules decide; the chain's part is what the index has of it. */
function fulfils({ score, stakes, ...row }: JoinedRow, query: Query, escrow: Address): boolean {
  const { capabilities, area } = row
  if (capabilities === null || area === null) return false
  const freeStake = BigInt(stakes.find(({ module }) => module === escrow)?.free ?? 0)
  const record = { capabilities: capabilities.map(toCapability), area }
  return isReputable(query, { score, freeStake }) && matches(query, record)
}

function toAgentView(row: JoinedRow): AgentView {
  const { score, counted, feedbacks } = row
  return {
    ...agentSummary(row),
    registeredAt: toInstant(row.registeredAt),
    registeredBlock: row.registeredBlock,
    registeredTx: row.registeredTx,
    reputation: { score: String(score), counted, feedbacks },
    stakes: row.stakes,
    capability: toCapabilityView(row),
  }
}

function toCapabilityView(row: JoinedRow): CapabilityView | null {
  const { hash, capabilities, area, endpoints, issuedAt, expiry, signature } = row
  // The left join gives all of them or none.
  if (hash === null || capabilities === null || area === null || endpoints === null) return null
  if (issuedAt === null || expiry === null || signature === null) return null
  return {
    hash,
    capabilities,
    area,
    endpoints,
    issuedAt: String(issuedAt),
    expiry: String(expiry),
    signature,
  }
}
