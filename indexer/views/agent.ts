import { z } from 'zod'
import type { AgentRow } from '../store/tables.ts'
import { capabilityClaimSchema } from './attribute.ts'
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
    capabilities: z.array(capabilityClaimSchema),
    area: z.string(),
    endpoints: z.array(z.string()),
    issuedAt: unixSeconds,
    expiry: unixSeconds,
    signature: bytes,
  })
  .meta({ id: 'Capability', description: "The newest capability record signed by the agent's wallet" })

const stakeSchema = z
  .object({
    module: address.meta({ description: 'Contract that may lock and slash it' }),
    staked: amount,
    locked: amount.meta({ description: 'Under open agreements of the escrow' }),
    queued: amount.meta({ description: 'Asked back' }),
    free: amount.meta({ description: 'staked - locked - queued, at least 0' }),
  })
  .meta({ id: 'Stake', description: 'What the present owner staked for one module' })

const reputationSchema = z
  .object({
    score: amount.meta({
      description: 'From 0 to 10^18, which is 1, as the registry says; 5 x 10^17 of a newcomer',
    }),
    counted: z.int().meta({
      description: 'Feedbacks behind which there is an agreement that paid a fee: the score is theirs',
    }),
    feedbacks: z
      .int()
      .meta({ description: 'All feedbacks that were not taken back; anybody may leave some' }),
  })
  .meta({ id: 'Reputation' })

export const agentSchema = summarySchema
  .extend({
    registeredAt: instant,
    registeredBlock: height,
    registeredTx: hash,
    reputation: reputationSchema,
    stakes: z.array(stakeSchema),
    capability: capabilitySchema.nullable(),
  })
  .meta({ id: 'Agent', description: 'An agent of the identity registry' })

/** An agent as the API shows it. */
export type AgentView = z.infer<typeof agentSchema>
export type CapabilityView = z.infer<typeof capabilitySchema>

/** What live events tell of an agent. */
export type AgentSummary = z.infer<typeof summarySchema>

export function agentSummary(row: AgentRow): AgentSummary {
  const { agentId, owner, wallet, bound, uri } = row
  return { agentId: String(agentId), owner, wallet, bound, uri }
}
