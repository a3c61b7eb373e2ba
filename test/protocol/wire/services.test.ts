import { expect } from 'chai'
import fc from 'fast-check'
import { MAX_SERVICE_BYTES } from '../../../protocol/limits.ts'
import {
  decodeServiceFrame,
  encodeServiceFrame,
  type ServiceMessage,
} from '../../../protocol/wire/services.ts'
import * as arbitrary from '../support/arbitraries.ts'
import { failure } from '../support/failure.ts'
import { testFrames } from '../support/frame-tests.ts'

const bytes = fc.uint8Array({ maxLength: 64 })
const uint64 = arbitrary.uint(64n)
const voucher = fc.option(
  fc.record({ quantity: uint64, evidence: arbitrary.hash, signature: arbitrary.signature }),
  { nil: undefined },
)
const payment = fc.option(fc.record({ agreementId: arbitrary.hash, number: uint64, voucher }), {
  nil: undefined,
})
const of = <Type extends ServiceMessage['type']>(type: Type) => fc.constant(type)

const message: fc.Arbitrary<ServiceMessage> = fc.oneof(
  fc.record({
    type: of('quoteRequest'),
    capability: arbitrary.text,
    requests: fc.bigInt({ min: 1n, max: 1_000_000n }),
  }),
  fc.record({ type: of('quote'), intent: bytes, credit: fc.nat() }),
  fc.record({ type: of('question'), capability: arbitrary.text, body: bytes, payment }),
  fc.record({
    type: of('answer'),
    body: bytes,
    answeredAt: uint64,
    expiry: uint64,
    signature: arbitrary.signature,
  }),
  fc.record({
    type: of('recall'),
    agent: arbitrary.address,
    capability: arbitrary.text,
    question: arbitrary.hash,
  }),
  fc.record({ type: of('closing'), agreementId: arbitrary.hash, voucher }),
  fc.record({ type: of('refusal'), code: arbitrary.text, detail: arbitrary.text }),
)

describe('wire: services', () => {
  testFrames(message, encodeServiceFrame, decodeServiceFrame, { numRuns: 500 })

  it('are refused with the field that is out of its bounds', () => {
    const wrong: [Partial<ServiceMessage>, string][] = [
      [{ type: 'quoteRequest', capability: 'data.fx', requests: 0n }, 'quoteRequest.requests'],
      [{ type: 'quoteRequest', capability: 'data.fx', requests: 1_000_001n }, 'quoteRequest.requests'],
      [{ type: 'quoteRequest', capability: 'x'.repeat(257), requests: 1n }, 'quoteRequest.capability'],
      [
        { type: 'question', capability: '', body: new Uint8Array(MAX_SERVICE_BYTES + 1), payment: undefined },
        'question.body',
      ],
      [{ type: 'closing', agreementId: '0x00', voucher: undefined }, 'closing.agreementId'],
      [{ type: 'refusal', code: '', detail: 'x'.repeat(257) }, 'refusal.detail'],
    ]
    for (const [value, field] of wrong) {
      const encoded = encodeServiceFrame({ id: 1n, replyTo: 0n, message: value as ServiceMessage })
      expect(failure(() => decodeServiceFrame(encoded))).to.include({ name: 'WireError', field })
    }
  })
})
