import { z } from 'zod'
import { readMeta } from '../../store/queries/meta.ts'
import { listSeries, readStats } from '../../store/queries/stats.ts'
import { metaSchema } from '../../views/meta.ts'
import { MAX_SECONDS, toInstant } from '../../views/scalars.ts'
import { seriesInterval, seriesSchema, toSeriesView } from '../../views/series.ts'
import { type StatsView, statsSchema } from '../../views/stats.ts'
import { type ApiContext, nowInSeconds, readWithMeta } from '../context.ts'
import { defineList } from '../list.ts'
import { timeParameter } from '../parameters.ts'
import { defineRoute, none } from '../route.ts'

export const stats = defineRoute({
  path: '/v1/stats',
  summary: 'The market in figures',
  params: none,
  filters: none,
  paging: none,
  response: z.object({ data: statsSchema, meta: metaSchema }),
  answer: (_input, context) => readStatsView(context),
})

export const statsSeries = defineList({
  path: '/v1/stats/series',
  summary: 'What was traded, hour by hour or day by day, the latest first',
  filters: z.object({
    interval: seriesInterval.default('hour'),
    from: timeParameter.optional().meta({ description: 'Intervals begin from it on, Unix seconds' }),
    until: timeParameter.optional().meta({ description: 'Intervals begin before it, Unix seconds' }),
  }),
  item: seriesSchema,
  followsChain: true,
  key: z.int().min(0).max(MAX_SECONDS),
  async read(tx, filters, page, { token }) {
    const { rows, next } = await listSeries(tx, token, filters, page)
    return { rows: rows.map(toSeriesView), next }
  },
})

/** The figures with the block that they are true of. */
export async function readStatsView(context: ApiContext) {
  return readWithMeta(context, async (tx): Promise<StatsView> => {
    const { tradedWh, volume, fees, collectedFees, averagePrice, ...counts } = await readStats(
      tx,
      context.token,
      nowInSeconds(),
    )
    const { blockNumber, blockHash, blockTime } = await readMeta(tx)
    return {
      ...counts,
      tradedWh: String(tradedWh),
      volume: String(volume),
      fees: String(fees),
      collectedFees: String(collectedFees),
      averagePrice: averagePrice === null ? null : String(averagePrice),
      latestBlock: { number: blockNumber, hash: blockHash, timestamp: toInstant(blockTime) },
      head: context.replica.standing.head,
      uptime: Math.floor((Date.now() - context.startedAt) / 1000),
    }
  })
}
