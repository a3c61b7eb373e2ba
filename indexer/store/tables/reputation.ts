import type { Address, Hex } from '../../../protocol/types.ts'

/** Feedback that a client left about an agent. Texts are null when they are longer than is kept. */
export interface FeedbackRow {
  agentId: bigint
  client: Address
  /** Which one of the client's about this agent, from 1. */
  index: bigint
  block: number
  logIndex: number
  givenAt: number
  tx: Hex
  value: bigint
  /** How many of its digits are decimals. */
  decimals: number
  tag1: string | null
  tag2: string | null
  endpoint: string | null
  uri: string | null
  hash: Hex
  revoked: boolean
  /** Answers to it. */
  responses: number
  /** The agreement behind it, with whom it is credited to; null when there is none. */
  agreement: Hex | null
  owner: Address | null
  /** Units of weight. */
  weight: bigint | null
  /** Hundredths of a per cent. */
  rating: number | null
}

/** What one owner's clients say of one agent. */
interface CreditRow {
  agentId: bigint
  owner: Address
  weight: bigint
  points: bigint
}

/** What a validator was asked about an agent, and what it answered. */
export interface ValidationRow {
  requestHash: Hex
  block: number
  logIndex: number
  agentId: bigint
  validator: Address
  requestUri: string | null
  requestedAt: number
  /** From 0, failed, to 100, passed; null until it answers. */
  response: number | null
  responseUri: string | null
  responseHash: Hex | null
  tag: string | null
  answeredAt: number | null
}

export interface ReputationTables {
  feedback: FeedbackRow
  credits: CreditRow
  validations: ValidationRow
}

export const reputationKeys = {
  feedback: ['agentId', 'client', 'index'],
  credits: ['agentId', 'owner'],
  validations: ['requestHash'],
} as const
