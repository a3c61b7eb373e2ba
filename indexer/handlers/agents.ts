import type { Changes } from '../store/changes.ts'
import type { AgentRow } from '../store/tables.ts'
import { unknownRow } from './unknown-row.ts'

/** Changes an agent that was registered before. */
export function updateAgent(
  changes: Changes,
  agentId: bigint,
  change: (row: AgentRow) => Partial<AgentRow>,
): AgentRow {
  const row = changes.get('agents', { agentId })
  if (row === undefined) throw unknownRow('agent', agentId)
  const changed = { ...row, ...change(row) }
  changes.put('agents', changed)
  return changed
}
