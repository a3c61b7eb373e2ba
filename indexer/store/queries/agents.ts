import { sql } from 'kysely'
import type { Address } from '../../../protocol/types.ts'
import { type AgentView, agentSummary, type CapabilityView } from '../../views/agent.ts'
import { toInstant } from '../../views/scalars.ts'
import type { Tx } from '../store.ts'
import { type Page, type PageRequest, toPage } from './page.ts'

/** Agents with their present owner's stake and their newest capability record, the last registered first. */
export async function listAgents(
  tx: Tx,
  filter: { owner?: Address | undefined; wallet?: Address | undefined },
  now: bigint,
  { limit, after }: PageRequest<bigint>,
): Promise<Page<AgentView, bigint>> {
  let query = agents(tx, now)
  if (filter.owner !== undefined) query = query.where('agents.owner', '=', filter.owner)
  if (filter.wallet !== undefined) query = query.where('agents.wallet', '=', filter.wallet)
  if (after !== undefined) query = query.where('agents.agentId', '<', after)
  const rows = await query
    .orderBy('agents.agentId', 'desc')
    .limit(limit + 1)
    .execute()
  const page = toPage(rows, limit, (row) => row.agentId)
  return { rows: page.rows.map(toAgentView), next: page.next }
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

/** A capability record counts when the wallet that signed it speaks for the agent and it has not expired. */
function agents(tx: Tx, now: bigint) {
  return tx
    .selectFrom('agents')
    .leftJoin('capabilities', (join) =>
      join
        .onRef('capabilities.agent', '=', 'agents.wallet')
        .on('agents.bound', '=', true)
        .on('capabilities.expiry', '>=', now),
    )
    .selectAll('agents')
    .select(stakesOfOwner.as('stakes'))
    .select(['hash', 'capabilities', 'area', 'endpoints', 'issuedAt', 'expiry', 'signature'])
}

function toAgentView(row: JoinedRow): AgentView {
  return {
    ...agentSummary(row),
    registeredAt: toInstant(row.registeredAt),
    registeredBlock: row.registeredBlock,
    registeredTx: row.registeredTx,
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
