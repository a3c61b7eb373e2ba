import { z } from 'zod'
import { addressSchema, membersOf, signalSchema } from '../../protocol/input.ts'
import type { Attribute } from '../../protocol/types.ts'
import { limitsSchema } from '../bargaining.ts'
import type { IntentDraft } from '../intent-draft.ts'
import {
  type Limits,
  type Preferences,
  preferenceAttributes,
  STRATEGIES,
  type StrategyName,
} from '../strategy/index.ts'

/** What an agent wants to buy, or has to sell, in one delivery interval. */
export interface TradeWish
  extends Pick<IntentDraft, 'side' | 'capability' | 'lot' | 'start' | 'end' | 'attributes' | 'replay'> {
  /** In the capability's unit; never more than it is agreed, nor promised. */
  quantity: bigint
  /** Minor units per lot. */
  limits: Limits
  /**
   * With whom a buyer trades; with anybody by default. A seller is of the sources that its capability record names for the
   * capability, so whoever sells to such buyers says `sourceAttribute(...)` in its own.
   */
  preferences?: Preferences
}

export interface TradeOptions {
  /** How to bargain; `honest` by default. */
  strategy?: StrategyName
  /** As in `OfferOptions`; a minute by default. */
  duration?: bigint
  /** Ends it. */
  signal?: AbortSignal
}

export const tradeWishSchema = membersOf<TradeWish>({
  side: z.enum(['buy', 'sell']),
  capability: z.string(),
  quantity: z.bigint().positive(),
  lot: z.bigint().positive(),
  start: z.bigint(),
  end: z.bigint(),
  limits: limitsSchema,
  attributes: z.array(z.any()).optional(),
  replay: z.boolean().optional(),
  preferences: membersOf<Preferences>({
    sources: z.array(z.string()).optional(),
    neighbours: z.array(addressSchema).optional(),
    headStart: z.bigint().nonnegative().optional(),
  }).optional(),
}).refine(({ side, preferences }) => side === 'buy' || preferences === undefined, {
  path: ['preferences'],
  error: 'nothing: a seller offers to whoever asks',
})

export const tradeOptionsSchema = membersOf<TradeOptions>({
  strategy: z.enum(Object.keys(STRATEGIES) as StrategyName[]).optional(),
  duration: z.bigint().optional(),
  signal: signalSchema.optional(),
})

/**
 * What the intents for a wish say besides.
 *
 * @param since when it began to be traded, Unix seconds
 * @param now Unix seconds
 */
export function wishedAttributes(
  { attributes = [], preferences = {} }: Pick<TradeWish, 'attributes' | 'preferences'>,
  since: bigint,
  now: bigint,
): Attribute[] {
  return [...attributes, ...preferenceAttributes(preferences, since, now)]
}
