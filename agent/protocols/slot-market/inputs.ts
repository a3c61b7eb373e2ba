import { z } from 'zod'
import { abortableSchema, callable, checkInput, membersOf, signalSchema } from '../../../protocol/input.ts'
import type { PriceStep, Side, Signed, SlotReading } from '../../../protocol/types.ts'

/** What an agent wants to trade in a slot. */
export interface SlotWish {
  /** By default the next whose orders relayers have not begun with. */
  slot?: bigint
  side: Side
  /** From the best price to the worst; minor units per kWh, and Wh. */
  steps: readonly PriceStep[]
}

/**
 * Where a meter's readings come from. It is asked after a slot in which this agent has a position, and again until it has
 * one to give. The meter signs it by its own key, which the market's attester has registered.
 *
 * @param asked which slot, of which account, with its first second and the first after it
 * @returns the reading; undefined while there is none
 */
export type MeterReader = (
  asked: Pick<SlotReading, 'market' | 'slot' | 'account'> & { begin: bigint; end: bigint },
  signal: AbortSignal,
) => Promise<Signed<SlotReading> | undefined>

/** How an agent takes part in a market. */
export interface SlotMarketInit {
  /** Submits others' orders too, clears, and settles, and pays the gas for it; in turns with others that do. */
  relay?: boolean
  meter?: MeterReader
}

export const slotMarketSchema = membersOf<SlotMarketInit & { signal?: AbortSignal | undefined }>({
  relay: z.boolean().optional(),
  meter: callable<MeterReader>().optional(),
  signal: signalSchema.optional(),
})

const methods = {
  order: z.strictObject({
    wish: membersOf<SlotWish>({
      slot: z.bigint().optional(),
      side: z.enum(['buy', 'sell']),
      steps: z.array(membersOf<PriceStep>({ price: z.bigint(), quantity: z.bigint() })),
    }),
    options: abortableSchema,
  }),
  until: z.strictObject({ slot: z.bigint(), test: callable(), options: abortableSchema }),
  onReceipt: z.strictObject({ fn: callable() }),
}

/** Checks what a method of a market was given. @throws ConfigError `ARGUMENT_INVALID` or `OPTION_UNKNOWN` */
export function checkGiven(of: keyof typeof methods, given: Record<string, unknown>): void {
  checkInput(of, methods[of], given)
}
