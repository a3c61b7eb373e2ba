import { z } from 'zod'
import { findRound, listModels, listRounds, listUpdates } from '../../store/queries/learning.ts'
import { readMeta } from '../../store/queries/meta.ts'
import { metaSchema } from '../../views/meta.ts'
import {
  modelSchema,
  roundSchema,
  toModelView,
  toRoundView,
  toUpdateView,
  updateSchema,
} from '../../views/round.ts'
import { readWithMeta } from '../context.ts'
import { defineList } from '../list.ts'
import { positionKey } from '../pagination.ts'
import { addressParameter, hashParameter } from '../parameters.ts'
import { ApiError } from '../problem.ts'
import { defineRoute, none } from '../route.ts'

export const models = defineList({
  path: '/v1/models',
  summary: 'Models that came of learning rounds, of the round opened last first',
  filters: z.object({ baseModel: hashParameter.optional() }),
  item: modelSchema,
  followsChain: true,
  key: positionKey,
  async read(tx, filters, page) {
    const { rows, next } = await listModels(tx, filters, page)
    return { rows: rows.map(toModelView), next }
  },
})

export const rounds = defineList({
  path: '/v1/rounds',
  summary: 'Rounds of learning, the last opened first',
  filters: z.object({ requester: addressParameter.optional() }),
  item: roundSchema,
  followsChain: true,
  key: positionKey,
  async read(tx, filters, page) {
    const { blockTime } = await readMeta(tx)
    const { rows, next } = await listRounds(tx, filters, page)
    return { rows: rows.map((row) => toRoundView(row, blockTime)), next }
  },
})

const roundParameters = z.object({ round: hashParameter })

export const round = defineRoute({
  path: '/v1/rounds/{round}',
  summary: 'One round of learning',
  params: roundParameters,
  filters: none,
  paging: none,
  response: z.object({ data: roundSchema, meta: metaSchema }),
  followsChain: true,
  problems: { 404: 'No such round' },
  async answer({ params: { round: id } }, context) {
    const { data, meta } = await readWithMeta(context, async (tx) => {
      const row = await findRound(tx, id)
      return row && toRoundView(row, (await readMeta(tx)).blockTime)
    })
    if (data !== undefined) return { data, meta }
    throw new ApiError(404, 'ROUND_UNKNOWN', 'The learning registry knows no task with this id.', {
      field: 'round',
      received: id,
      remedy: 'A round appears when its task is funded; GET /v1/rounds lists them.',
    })
  },
})

export const updates = defineList({
  path: '/v1/rounds/{round}/updates',
  summary: 'Updates of a round, the last committed first',
  params: roundParameters,
  filters: none,
  item: updateSchema,
  followsChain: true,
  key: z.int().min(0).max(255),
  async read(tx, filters, page) {
    const { rows, next } = await listUpdates(tx, filters.round, page)
    return { rows: rows.map(toUpdateView), next }
  },
})
