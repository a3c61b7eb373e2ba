import { z } from 'zod'
import { listTrades } from '../../store/queries/agreements.ts'
import { toTradeView, tradeSchema } from '../../views/trade.ts'
import { defineList } from '../list.ts'
import { positionKey } from '../pagination.ts'
import { partyFilters } from '../parameters.ts'

export const trades = defineList({
  path: '/v1/trades',
  summary: 'Trades, the last settled first',
  filters: z.object(partyFilters),
  item: tradeSchema,
  followsChain: true,
  key: positionKey,
  async read(tx, filters, request) {
    const { rows, next } = await listTrades(tx, filters, request)
    return { rows: rows.map(toTradeView), next }
  },
})
