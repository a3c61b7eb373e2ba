import { expect } from 'chai'
import fc from 'fast-check'
import { MAX_TRIP_BATCH } from '../../../protocol/limits.ts'
import { decodeTripFrame, encodeTripFrame, type TripMessage } from '../../../protocol/wire/trips.ts'
import * as arbitrary from '../support/arbitraries.ts'
import { failure } from '../support/failure.ts'
import { testFrames } from '../support/frame-tests.ts'

const uint64 = arbitrary.uint(64n)
const of = <Type extends TripMessage['type']>(type: Type) => fc.constant(type)
const signed = <T>(value: fc.Arbitrary<T>) => fc.record({ value, signature: arbitrary.signature })

const message: fc.Arbitrary<TripMessage> = fc.oneof(
  fc.record({
    type: of('said'),
    agreementId: arbitrary.hash,
    plan: fc.option(signed(arbitrary.tripPlan), { nil: undefined }),
    reports: fc.array(signed(arbitrary.tripReport), { maxLength: MAX_TRIP_BATCH }),
  }),
  fc.record({ type: of('heard'), agreementId: arbitrary.hash, plan: fc.boolean(), reports: uint64 }),
  fc.record({
    type: of('refusal'),
    agreementId: arbitrary.hash,
    code: arbitrary.text,
    detail: arbitrary.text,
  }),
)

describe('wire: trips', () => {
  testFrames(message, encodeTripFrame, decodeTripFrame, { numRuns: 300 })

  it('are refused with the field that is out of its bounds', () => {
    const [report] = fc.sample(signed(arbitrary.tripReport), { numRuns: 1, seed: 1 })
    const [plan] = fc.sample(signed(arbitrary.tripPlan), { numRuns: 1, seed: 1 })
    if (report === undefined || plan === undefined) throw new Error('no sample')
    const agreementId = report.value.agreement
    const said = { type: 'said', agreementId, plan: undefined, reports: [] } as const
    const nowhere = { longitude: 0, latitude: 900_000_001 }
    const wrong: [TripMessage, string][] = [
      [{ ...said, reports: Array.from({ length: MAX_TRIP_BATCH + 1 }, () => report) }, 'said.reports'],
      [{ ...said, reports: [{ ...report, signature: '0x00' }] }, 'said.reports[0].signature'],
      [{ ...said, reports: [{ ...report, value: { ...report.value, place: nowhere } }] }, 'tripReport.place'],
      [{ ...said, plan: { ...plan, value: { ...plan.value, dropOff: nowhere } } }, 'tripPlan.dropOff'],
      [{ type: 'heard', agreementId: '0x00', plan: true, reports: 1n }, 'heard.agreementId'],
      [{ type: 'refusal', agreementId, code: 'x'.repeat(257), detail: '' }, 'refusal.code'],
    ]
    for (const [value, field] of wrong) {
      const encoded = encodeTripFrame({ id: 1n, replyTo: 0n, message: value })
      expect(failure(() => decodeTripFrame(encoded))).to.include({ name: 'WireError', field })
    }
  })
})
