import fc from 'fast-check'
import type { Deal, DealState } from '../../../agent/policy/deal.ts'
import * as arbitrary from '../../protocol/support/arbitraries.ts'

/** Every state, so that a new one does not compile without its place here. */
const STATES: Record<DealState, true> = {
  offered: true,
  signed: true,
  opened: true,
  delivered: true,
  released: true,
  settled: true,
  refunded: true,
  void: true,
}
export const states = Object.keys(STATES) as DealState[]

/** Any deal in any state, with a positive lot, so that it has a payment. */
export const deal: fc.Arbitrary<Deal> = fc
  .record(
    {
      id: arbitrary.hash,
      role: fc.constantFrom('buyer' as const, 'seller' as const),
      state: fc.constantFrom(...states),
      agreement: arbitrary.agreement.map((agreement) => ({ ...agreement, lot: agreement.lot || 1n })),
      terms: arbitrary.terms,
      signatures: fc.record(
        { buyer: arbitrary.signature, seller: arbitrary.signature },
        { requiredKeys: [] },
      ),
      funding: arbitrary.funding,
      endpoints: arbitrary.texts,
      gasUsed: arbitrary.uint(64n),
      delivery: fc.record({ value: arbitrary.delivery, signature: arbitrary.signature }),
      release: arbitrary.signature,
    },
    {
      requiredKeys: [
        'id',
        'role',
        'state',
        'agreement',
        'terms',
        'signatures',
        'funding',
        'endpoints',
        'gasUsed',
      ],
    },
  )
  .map((value) => value satisfies Deal)

/** One deal of a kind. */
export function sampleDeal(wanted: Partial<Deal> = {}): Deal {
  const [sample] = fc.sample(deal, 1)
  if (sample === undefined) throw new Error('fast-check gave no sample')
  return { ...sample, ...wanted }
}
