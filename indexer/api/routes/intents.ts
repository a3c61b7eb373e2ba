import { z } from 'zod'
import { listIntents } from '../../store/queries/intents.ts'
import { intentSchema, intentSide, toIntentView } from '../../views/intent.ts'
import { nowInSeconds } from '../context.ts'
import { defineList } from '../list.ts'
import { addressParameter, areaParameter, capabilityParameter } from '../parameters.ts'

export const intents = defineList({
  path: '/v1/intents',
  summary: 'Intents that were heard and can still be answered, the last heard first',
  filters: z.object({
    side: intentSide.optional(),
    agent: addressParameter.optional(),
    capability: capabilityParameter.optional(),
    area: areaParameter.optional().meta({ description: 'H3 cell that its area is, or lies in' }),
  }),
  item: intentSchema,
  key: z.int().nonnegative(),
  async read(tx, filters, request) {
    const { rows, next } = await listIntents(tx, filters, nowInSeconds(), request)
    return { rows: rows.map(toIntentView), next }
  },
})
