import { z } from 'zod'
import { membersOf, signalSchema } from '../protocol/input.ts'
import type { Offer } from '../protocol/types.ts'
import type { ReceivedIntent } from './protocols/intent-discovery/index.ts'
import type { Decision, OfferOptions, Proposal } from './protocols/negotiation/index.ts'
import { answer } from './strategy/bargain.ts'
import { concede, type Limits, STRATEGIES, type StrategyName, type Tactic } from './strategy/index.ts'

export interface BargainOptions {
  /** In the capability's unit; by default what the intent names. */
  quantity?: bigint
  /** How to concede; `honest` by default. */
  strategy?: StrategyName | Tactic
  /** As in `OfferOptions`; a minute by default. */
  duration?: bigint
  signal?: AbortSignal
}

export const limitsSchema = membersOf<Limits>({ low: z.bigint(), high: z.bigint() })

export const bargainOptionsSchema = membersOf<BargainOptions>({
  quantity: z.bigint().optional(),
  strategy: z
    .union([
      z.enum(Object.keys(STRATEGIES) as StrategyName[]),
      membersOf<Tactic>({ opening: z.number(), beta: z.number().positive() }, 'a tactic'),
    ])
    .optional(),
  duration: z.bigint().optional(),
  signal: signalSchema.optional(),
})

/** What a strategy makes of an intent: what it opens with, and how it goes on. */
export function bargain(
  { value }: ReceivedIntent,
  limits: Limits,
  options: BargainOptions,
): { proposal: Proposal; options: OfferOptions } {
  const { quantity = value.quantity, strategy = 'honest', duration = 60n, signal } = options
  const tactic = typeof strategy === 'string' ? STRATEGIES[strategy] : strategy
  const side = value.side === 'buy' ? 'sell' : 'buy'
  const decide = ({ agreement, terms }: Offer): Decision => {
    const bid = { quantity: agreement.quantity, price: agreement.price, round: Number(terms.round) }
    const reply = answer(side, limits, tactic, bid, quantity)
    return reply.type === 'none' ? { type: 'decline', reason: 'filled' } : reply
  }
  return {
    proposal: { quantity, price: concede(side, limits, tactic, 1) },
    options: {
      duration,
      decide,
      limit: side === 'buy' ? limits.high : limits.low,
      ...(signal && { signal }),
    },
  }
}
