import { z } from 'zod'
import { height } from '../../views/scalars.ts'
import { checkReadiness } from '../readiness.ts'
import { defineRoute, none } from '../route.ts'

export const health = defineRoute({
  path: '/health',
  summary: 'Whether the process is alive',
  params: none,
  filters: none,
  paging: none,
  response: z.object({ status: z.literal('ok'), uptime: z.int().meta({ description: 'Seconds' }) }),
  answer: async (_input, { startedAt }) => ({
    status: 'ok' as const,
    uptime: Math.floor((Date.now() - startedAt) / 1000),
  }),
})

export const ready = defineRoute({
  path: '/ready',
  summary: 'Whether the index has caught up with the chain and goes on following it',
  params: none,
  filters: none,
  paging: none,
  response: z.object({
    status: z.literal('ready'),
    blockNumber: height,
    head: height,
    lag: z.int().meta({ description: 'Blocks of the chain that are not indexed' }),
    lagSeconds: z.int().meta({ description: 'Since the index had all that the chain had' }),
  }),
  problems: { 503: 'Not, or not any more: `field` says what lags' },
  async answer(_input, context) {
    const { blockNumber, head, blocks, seconds } = await checkReadiness(context)
    return { status: 'ready' as const, blockNumber, head, lag: blocks, lagSeconds: seconds }
  },
})
