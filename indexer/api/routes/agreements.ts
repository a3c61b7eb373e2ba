import { z } from 'zod'
import { findAgreement, listAgreements } from '../../store/queries/agreements.ts'
import { agreementSchema, agreementStatus, toAgreementView } from '../../views/agreement.ts'
import { metaSchema } from '../../views/meta.ts'
import { readWithMeta } from '../context.ts'
import { defineList } from '../list.ts'
import { positionKey } from '../pagination.ts'
import { hashParameter, partyFilters } from '../parameters.ts'
import { ApiError } from '../problem.ts'
import { defineRoute, none } from '../route.ts'

export const agreements = defineList({
  path: '/v1/agreements',
  summary: 'Agreements, the last opened first',
  filters: z.object({ ...partyFilters, status: agreementStatus.optional() }),
  item: agreementSchema,
  followsChain: true,
  key: positionKey,
  async read(tx, filters, request) {
    const { rows, next } = await listAgreements(tx, filters, request)
    return { rows: rows.map(toAgreementView), next }
  },
})

export const agreement = defineRoute({
  path: '/v1/agreements/{id}',
  summary: 'One agreement',
  params: z.object({ id: hashParameter }),
  filters: none,
  paging: none,
  response: z.object({ data: agreementSchema, meta: metaSchema }),
  followsChain: true,
  problems: { 404: 'No such agreement' },
  async answer({ params: { id } }, context) {
    const { data, meta } = await readWithMeta(context, (tx) => findAgreement(tx, id))
    if (data !== undefined) return { data: toAgreementView(data), meta }
    throw new ApiError(404, 'AGREEMENT_UNKNOWN', 'The escrow has seen no agreement with this id.', {
      field: 'id',
      received: id,
      remedy: 'An agreement appears when it is opened on chain; GET /v1/agreements lists them.',
    })
  },
})
