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

type AgentsQuery = ReturnType<typeof agents>
type JoinedRow = Awaited<ReturnType<AgentsQuery['execute']>>[number]

/** A capability record counts when the wallet that signed it speaks for the agent and it has not expired. */
function agents(tx: Tx, now: bigint) {
  return tx
    .selectFrom('agents')
    .leftJoin('stakes', (join) =>
      join.onRef('stakes.agentId', '=', 'agents.agentId').onRef('stakes.depositor', '=', 'agents.owner'),
    )
    .leftJoin('capabilities', (join) =>
      join
        .onRef('capabilities.agent', '=', 'agents.wallet')
        .on('agents.bound', '=', true)
        .on('capabilities.expiry', '>=', now),
    )
    .selectAll('agents')
    .select(['stakes.staked', 'stakes.locked', 'stakes.queued'])
    .select(['hash', 'capabilities', 'area', 'endpoints', 'issuedAt', 'expiry', 'signature'])
}

function toAgentView(row: JoinedRow): AgentView {
  const { staked, locked, queued } = {
    staked: row.staked ?? 0n,
    locked: row.locked ?? 0n,
    queued: row.queued ?? 0n,
  }
  return {
    ...agentSummary(row),
    registeredAt: toInstant(row.registeredAt),
    registeredBlock: row.registeredBlock,
    registeredTx: row.registeredTx,
    stake: {
      staked: String(staked),
      locked: String(locked),
      queued: String(queued),
      free: String(staked - locked - queued),
    },
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
