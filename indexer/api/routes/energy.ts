import { z } from 'zod'
import {
  findEnergySlot,
  listEnergyMarkets,
  listEnergyMembers,
  listEnergyOrders,
  listEnergyPrices,
  listEnergySlots,
  type OrderPosition,
} from '../../store/queries/energy.ts'
import { readMeta } from '../../store/queries/meta.ts'
import type { Page } from '../../store/queries/page.ts'
import { energyMarketSchema, toEnergyMarketView } from '../../views/energy-market.ts'
import { energyMemberSchema, toEnergyMemberView } from '../../views/energy-member.ts'
import { type EnergyOrderView, energyOrderSchema, toEnergyOrderView } from '../../views/energy-order.ts'
import {
  energyPriceSchema,
  energySlotSchema,
  energySlotStatus,
  toEnergyPriceView,
  toSlotView,
} from '../../views/energy-slot.ts'
import { metaSchema } from '../../views/meta.ts'
import { readWithMeta } from '../context.ts'
import { defineList } from '../list.ts'
import { placeKey, positionKey } from '../pagination.ts'
import { addressParameter, hashParameter, slotParameter, timeParameter } from '../parameters.ts'
import { ApiError } from '../problem.ts'
import { defineRoute, none } from '../route.ts'

export const energyMarkets = defineList({
  path: '/v1/energy/markets',
  summary: 'Energy markets with their rules and figures, the last created first',
  filters: none,
  item: energyMarketSchema,
  followsChain: true,
  key: positionKey,
  async read(tx, _filters, page) {
    const { rows, next } = await listEnergyMarkets(tx, page)
    return { rows: rows.map(toEnergyMarketView), next }
  },
})

export const energyMembers = defineList({
  path: '/v1/energy/members',
  summary: 'Accounts that may order in energy markets, who was heard of last first',
  filters: z.object({ market: hashParameter.optional(), account: addressParameter.optional() }),
  item: energyMemberSchema,
  followsChain: true,
  key: positionKey,
  async read(tx, filters, page) {
    const { rows, next } = await listEnergyMembers(tx, filters, page)
    return { rows: rows.map(toEnergyMemberView), next }
  },
})

export const energySlots = defineList({
  path: '/v1/energy/slots',
  summary: 'Slots that have orders, the one that was first ordered for last first',
  filters: z.object({ market: hashParameter.optional(), status: energySlotStatus.optional() }),
  item: energySlotSchema,
  followsChain: true,
  key: positionKey,
  async read(tx, filters, page) {
    const { blockTime } = await readMeta(tx)
    const { rows, next } = await listEnergySlots(tx, filters, blockTime, page)
    return { rows: rows.map((row) => toSlotView(row, blockTime)), next }
  },
})

const slotParameters = z.object({ market: hashParameter, slot: slotParameter })

export const energySlot = defineRoute({
  path: '/v1/energy/slots/{market}/{slot}',
  summary: 'One slot',
  params: slotParameters,
  filters: none,
  paging: none,
  response: z.object({ data: energySlotSchema, meta: metaSchema }),
  followsChain: true,
  problems: { 404: 'No order for this slot' },
  async answer({ params: { market, slot } }, context) {
    const { data, meta } = await readWithMeta(context, async (tx) => {
      const row = await findEnergySlot(tx, market, slot)
      return row && toSlotView(row, (await readMeta(tx)).blockTime)
    })
    if (data !== undefined) return { data, meta }
    throw new ApiError(404, 'SLOT_UNKNOWN', 'The clearing house has seen no order for this slot.', {
      field: 'slot',
      received: slot,
      remedy: 'A slot appears with its first order on chain; GET /v1/energy/slots lists them.',
    })
  },
})

export const energyOrders = defineList({
  path: '/v1/energy/orders',
  summary: 'Orders for slots and what came of them, the last accepted first',
  filters: z.object({ market: hashParameter.optional(), account: addressParameter.optional() }),
  item: energyOrderSchema,
  followsChain: true,
  key: placeKey,
  read: readOrders,
})

export const energySlotOrders = defineList({
  path: '/v1/energy/slots/{market}/{slot}/orders',
  summary: 'The order book of a slot and what came of each order, the last accepted first',
  params: slotParameters,
  filters: none,
  item: energyOrderSchema,
  followsChain: true,
  key: placeKey,
  read: readOrders,
})

async function readOrders(
  ...[tx, filters, page]: Parameters<typeof listEnergyOrders>
): Promise<Page<EnergyOrderView, OrderPosition>> {
  const { rows, next } = await listEnergyOrders(tx, filters, page)
  return { rows: rows.map(toEnergyOrderView), next }
}

export const energyPrices = defineList({
  path: '/v1/energy/prices',
  summary: 'What the slots of a market were cleared at, the latest first',
  filters: z.object({
    market: hashParameter,
    from: timeParameter.optional().meta({ description: 'First second of slots, Unix seconds' }),
    until: timeParameter.optional().meta({ description: 'Slots begin before it, Unix seconds' }),
  }),
  item: energyPriceSchema,
  followsChain: true,
  key: z
    .string()
    .regex(/^\d{1,20}$/)
    .transform(BigInt),
  async read(tx, filters, page) {
    const { rows, next } = await listEnergyPrices(tx, filters, page)
    return { rows: rows.map(toEnergyPriceView), next }
  },
})
