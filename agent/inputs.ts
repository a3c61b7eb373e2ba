import { z } from 'zod'
import {
  abortableSchema as abortable,
  addressSchema as address,
  callable,
  checkInput,
  hashSchema as hash,
  membersOf,
  signalSchema,
} from '../protocol/input.ts'
import { bargainOptionsSchema, limitsSchema } from './bargaining.ts'
import { turnsSchema } from './in-turns.ts'
import { intentDraftSchema } from './intent-draft.ts'
import { lookUpOptionsSchema } from './look-up.ts'
import { agentQuerySchema, type FoundAgent } from './protocols/agent-discovery/index.ts'
import type { ReceivedIntent } from './protocols/intent-discovery/index.ts'
import { askKnowledgeOptionsSchema, knowledgeOptionsSchema } from './protocols/knowledge/index.ts'
import { offerOptionsSchema, type Proposal } from './protocols/negotiation/index.ts'
import { requestOptionsSchema, serviceOptionsSchema } from './protocols/services/index.ts'
import { slotMarketSchema } from './protocols/slot-market/index.ts'
import { Library } from './retrieval/index.ts'
import { rideMarketSchema } from './rides/index.ts'
import { tradeOptionsSchema, tradeWishSchema } from './trading/index.ts'

const fn = callable()
const bigint = z.bigint()
const intent = having<ReceivedIntent>(
  'an intent as `subscribeToIntents` or `publishIntent` gives it',
  'value',
  'hash',
  'peerId',
)
const agent = having<FoundAgent>('an agent as `discoverAgents` gives it', 'record')
const text = z.union([z.string(), z.instanceof(Uint8Array)])
const query = z.union([z.string('a query as text'), agentQuerySchema])

/** What each method takes, by the names under which errors speak of it. */
const inputs = {
  connect: { options: abortable },
  enroll: {
    standing: membersOf({ agentURI: z.string(), stake: bigint, balance: bigint }),
    options: abortable,
  },
  subscribeToIntents: { fn, options: membersOf({ turns: turnsSchema.optional() }) },
  intents: { options: abortable },
  subscribeToCapabilities: { fn },
  publishIntent: { intent: intentDraftSchema, options: abortable },
  guestIntent: { agent: address, draft: intentDraftSchema },
  discoverAgents: { query, options: abortable },
  agents: { query, options: abortable },
  challenge: { agent, probe: fn, options: abortable },
  onOffer: { handler: fn },
  onDelivery: { handler: fn },
  onDispute: { handler: fn },
  reach: { intent, options: abortable },
  offer: {
    intent,
    proposal: membersOf<Proposal>({ quantity: bigint, price: bigint }),
    options: offerOptionsSchema,
  },
  negotiate: { intent, limits: limitsSchema, options: bargainOptionsSchema },
  settle: {
    id: hash,
    options: membersOf({ quantity: bigint.optional(), signal: signalSchema.optional() }),
  },
  serve: { capability: z.string(), handler: fn, options: serviceOptionsSchema },
  recordOf: { agent: address },
  priceOf: {
    agent: agent.optional(),
    options: membersOf({ capability: z.string().optional(), signal: signalSchema.optional() }),
  },
  request: {
    // That nobody was found has an error of its own.
    agent: agent.optional(),
    question: text,
    options: requestOptionsSchema,
  },
  serveKnowledge: { capability: z.string(), handler: fn, options: knowledgeOptionsSchema },
  settleServices: { options: abortable },
  freeStake: { options: abortable },
  askKnowledge: { query, question: text, options: askKnowledgeOptionsSchema },
  lookUp: {
    library: z.instanceof(Library, { error: 'a Library' }),
    question: z.string(),
    options: lookUpOptionsSchema,
  },
  withdrawOffer: { id: hash, options: abortable },
  deliver: { id: hash, quantity: bigint, options: abortable },
  cancelOffer: { id: hash, options: abortable },
  cancelDeal: { id: hash, options: abortable },
  onDealChange: { fn },
  untilDeal: { id: hash, test: fn, options: abortable },
  reputationOf: { agent: address, options: abortable },
  fill: { wish: tradeWishSchema, onAgreed: fn, options: tradeOptionsSchema },
  slots: { market: hash, options: slotMarketSchema },
  rides: { options: rideMarketSchema },

  submit: { call: membersOf({ to: address, data: z.string() }), options: abortable },
  agentId: { options: abortable },
  binding: { options: abortable },
  balance: { options: abortable },
  alias: { options: abortable },
  ensureRegistered: { agentURI: z.string(), options: abortable },
  consent: { agentId: bigint, owner: address, options: abortable },
  bindKey: {
    agentId: bigint,
    key: address,
    consent: membersOf({ deadline: bigint, signature: z.string() }),
    options: abortable,
  },
  revokeKey: { agentId: bigint.optional(), options: abortable },
  ensureStake: { amount: bigint, options: abortable },
  ensureLearningStake: { role: z.enum(['participant', 'evaluator']), amount: bigint, options: abortable },
  ensureStakeFor: { agentId: bigint, amount: bigint, options: abortable },
  ensureBalance: { amount: bigint, options: abortable },
  requestWithdrawal: { amount: bigint, options: abortable },
  withdraw: { to: address, options: abortable },
  requestStakeWithdrawal: { amount: bigint, options: abortable },
  withdrawStake: { to: address, options: abortable },
  setMandate: {
    agentId: bigint,
    mandate: membersOf({ perPeriod: bigint, perPayee: bigint, period: z.number() }),
    options: abortable,
  },
  ensureTestDollars: { amount: bigint, options: abortable },
  ensureTestGas: { amount: bigint, options: abortable },
}

type Inputs = typeof inputs

const schemas = Object.fromEntries(Object.entries(inputs).map(([of, shape]) => [of, z.strictObject(shape)]))

/**
 * Checks what a method of the SDK was given.
 *
 * @param given its arguments, by the names under which errors speak of them
 * @throws ConfigError `ARGUMENT_INVALID` or `OPTION_UNKNOWN`
 * @example checkArguments('settle', { id, options })
 */
export function checkArguments<K extends keyof Inputs>(of: K, given: Record<keyof Inputs[K], unknown>): void {
  checkInput(of, schemas[of] as z.ZodType, given)
}

/** What only the SDK makes: that it is that, is told by its members. */
function having<T extends object>(expected: string, ...names: (keyof T & string)[]): z.ZodType<T> {
  const isWhole = (value: unknown) =>
    typeof value === 'object' && value !== null && names.every((name) => name in value)
  return z.custom<T>(isWhole, expected)
}
