import { z } from 'zod'
import { findDispute, listDisputes, listEvidence } from '../../store/queries/disputes.ts'
import {
  disputeSchema,
  disputeStatus,
  evidenceSchema,
  toDisputeView,
  toEvidenceView,
} from '../../views/dispute.ts'
import { metaSchema } from '../../views/meta.ts'
import { readWithMeta } from '../context.ts'
import { defineList } from '../list.ts'
import { positionKey } from '../pagination.ts'
import { addressParameter, hashParameter } from '../parameters.ts'
import { ApiError } from '../problem.ts'
import { defineRoute, none } from '../route.ts'

export const disputes = defineList({
  path: '/v1/disputes',
  summary: 'Disputes before jurors, the last begun first',
  filters: z.object({
    status: disputeStatus.optional(),
    plaintiff: addressParameter.optional(),
    defendant: addressParameter.optional(),
  }),
  item: disputeSchema,
  followsChain: true,
  key: positionKey,
  async read(tx, filters, page) {
    const { rows, next } = await listDisputes(tx, filters, page)
    return { rows: rows.map(toDisputeView), next }
  },
})

const caseParameters = z.object({ arbitrable: addressParameter, id: hashParameter })

export const dispute = defineRoute({
  path: '/v1/disputes/{arbitrable}/{id}',
  summary: 'One dispute',
  params: caseParameters,
  filters: none,
  paging: none,
  response: z.object({ data: disputeSchema, meta: metaSchema }),
  followsChain: true,
  problems: { 404: 'No such dispute' },
  async answer({ params: { arbitrable, id } }, context) {
    const { data, meta } = await readWithMeta(context, (tx) => findDispute(tx, arbitrable, id))
    if (data !== undefined) return { data: toDisputeView(data), meta }
    throw new ApiError(404, 'DISPUTE_UNKNOWN', 'The arbitration knows no such case.', {
      field: 'id',
      received: id,
      remedy:
        'Disputes that the agreed split ends come before no jurors; GET /v1/disputes lists those that do.',
    })
  },
})

export const evidence = defineList({
  path: '/v1/disputes/{arbitrable}/{id}/evidence',
  summary: 'What was brought to a dispute, the last first',
  params: caseParameters,
  filters: none,
  item: evidenceSchema,
  followsChain: true,
  key: z.int().nonnegative(),
  async read(tx, filters, page) {
    const { rows, next } = await listEvidence(tx, filters, page)
    return { rows: rows.map(toEvidenceView), next }
  },
})
