import { WireError } from '../errors.ts'
import { MAX_ANSWERS, MAX_QUERY_LENGTH } from '../limits.ts'
import type { Hex } from '../types.ts'
import { decodeEnvelope, encode } from './codec.ts'
import { atMost, fromUint, toUint } from './fields.ts'
import { decodeSigned } from './gossip.ts'
import { AgentCountSchema, AgentQuerySchema, FoundAgentSchema } from './mesh_pb.js'

/** What the chain said of an agent at a block, as somebody claims. */
export interface StandingClaim {
  /** Id in the IdentityRegistry, 0n of a key that speaks for no agent. */
  agentId: bigint
  /** Stake that the escrow could lock, in minor units of the stake token. */
  freeStake: bigint
  /** Reputation from 0n to 10^18, which is 1. */
  score: bigint
  block: bigint
}

/** One agent in an answer: its signed record as it was heard, not verified, and what the answerer says of it. */
export interface AgentAnswer {
  /** Canonical `CapabilityRecord`. */
  body: Uint8Array
  signature: Hex
  standing: StandingClaim | undefined
}

/** @param query in the language of queries; see `parseQuery` */
export function encodeAgentQuery(query: string): Uint8Array {
  return encode(AgentQuerySchema, { query })
}

/** @throws WireError naming the field */
export function decodeAgentQuery(bytes: Uint8Array): string {
  const { query } = decodeEnvelope(AgentQuerySchema, bytes)
  if (query.length <= MAX_QUERY_LENGTH) return query
  throw new WireError('TEXT_TOO_LONG', 'A query is too long.', {
    field: 'agentQuery.query',
    expected: `at most ${MAX_QUERY_LENGTH} characters`,
    received: `${query.length} characters`,
  })
}

/** How many agents an answer names. */
export function encodeAgentCount(count: number): Uint8Array {
  return encode(AgentCountSchema, { count })
}

/** @throws WireError naming the field */
export function decodeAgentCount(bytes: Uint8Array): number {
  return atMost(decodeEnvelope(AgentCountSchema, bytes).count, MAX_ANSWERS, 'agentCount.count')
}

/** @param record a signed record; see `encodeSigned` */
export function encodeFoundAgent(record: Uint8Array, standing: StandingClaim | undefined): Uint8Array {
  return encode(FoundAgentSchema, {
    record,
    ...(standing === undefined
      ? {}
      : {
          standing: {
            ...standing,
            agentId: fromUint(standing.agentId, 32),
            freeStake: fromUint(standing.freeStake, 16),
            $typeName: 'mesh.v1.StandingClaim',
          },
        }),
  })
}

/** @throws WireError naming the field */
export function decodeFoundAgent(bytes: Uint8Array): AgentAnswer {
  const { record, standing } = decodeEnvelope(FoundAgentSchema, bytes)
  return {
    ...decodeSigned(record),
    standing: standing && {
      agentId: toUint(standing.agentId, 32, 'foundAgent.standing.agentId'),
      freeStake: toUint(standing.freeStake, 16, 'foundAgent.standing.freeStake'),
      score: standing.score,
      block: standing.block,
    },
  }
}
