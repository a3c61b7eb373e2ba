import fc from 'fast-check'
import type { Deal, DealState } from '../../../agent/policy/deal.ts'
import * as arbitrary from '../../protocol/support/arbitraries.ts'
import { draw } from '../../seed.ts'

/** Every state, so that a new one does not compile without its place here. */
const STATES: Record<DealState, true> = {
  offered: true,
  signed: true,
  opened: true,
  delivered: true,
  reported: true,
  released: true,
  disputed: true,
  settled: true,
  refunded: true,
  cancelled: true,
  resolved: true,
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
      conditions: arbitrary.conditions,
      terms: arbitrary.terms,
      signatures: fc.record(
        { buyer: arbitrary.signature, seller: arbitrary.signature },
        { requiredKeys: [] },
      ),
      funding: arbitrary.funding,
      peer: arbitrary.text,
      endpoints: arbitrary.texts,
      gasUsed: arbitrary.uint(64n),
      delivery: fc.record({ value: arbitrary.delivery, signature: arbitrary.signature }),
      release: fc.record({ value: arbitrary.release, signature: arbitrary.signature }),
      report: fc.record({ quantity: arbitrary.uint(64n), deliveredAt: arbitrary.uint(40n) }),
      tab: fc.record(
        {
          answers: arbitrary.uint(64n),
          credit: fc.nat(),
          voucher: fc.record({ value: arbitrary.release, signature: arbitrary.signature }),
        },
        { requiredKeys: ['answers', 'credit'] },
      ),
      outcome: fc.record({ quantity: arbitrary.uint(64n), paid: arbitrary.uint(96n) }),
    },
    {
      requiredKeys: [
        'id',
        'role',
        'state',
        'agreement',
        'conditions',
        'terms',
        'signatures',
        'funding',
        'peer',
        'endpoints',
        'gasUsed',
      ],
    },
  )
  .map((value) => value satisfies Deal)

/** One deal of a kind. */
export function sampleDeal(wanted: Partial<Deal> = {}): Deal {
  return { ...draw(deal), ...wanted }
}
