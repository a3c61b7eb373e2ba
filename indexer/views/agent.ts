import { z } from 'zod'
import type { AgentRow } from '../store/tables.ts'
import { address, amount, bytes, hash, height, instant, unixSeconds } from './scalars.ts'

const summarySchema = z.object({
  agentId: amount.meta({ description: 'Id in the identity registry' }),
  owner: address,
  wallet: address.nullable(),
  bound: z.boolean().meta({ description: 'Whether the wallet consented and so speaks for the agent' }),
  uri: z.string().nullable().meta({ description: 'Registration file; null when too long to be kept' }),
})

const capabilitySchema = z
  .object({
    hash,
    capabilities: z.array(z.string()),
    area: z.string(),
    endpoints: z.array(z.string()),
    issuedAt: unixSeconds,
    expiry: unixSeconds,
    signature: bytes,
  })
  .meta({ id: 'Capability', description: "The newest capability record signed by the agent's wallet" })

export const agentSchema = summarySchema
  .extend({
    registeredAt: instant,
    registeredBlock: height,
    registeredTx: hash,
    stake: z
      .object({ staked: amount, locked: amount, queued: amount, free: amount })
      .meta({ id: 'Stake', description: "The present owner's stake; free = staked - locked - queued" }),
    capability: capabilitySchema.nullable(),
  })
  .meta({ id: 'Agent', description: 'An agent of the identity registry' })

/** An agent as the API shows it. */
export type AgentView = z.infer<typeof agentSchema>
export type CapabilityView = z.infer<typeof capabilitySchema>

/** What live events tell of an agent. */
export function agentSummary(row: AgentRow): z.infer<typeof summarySchema> {
  const { agentId, owner, wallet, bound, uri } = row
  return { agentId: String(agentId), owner, wallet, bound, uri }
}
