import { expect } from 'chai'
import fc from 'fast-check'
import { CHUNK_BYTES } from '../../../protocol/content.ts'
import {
  CONTENT_REFUSALS,
  type ContentMessage,
  decodeContentFrame,
  encodeContentFrame,
} from '../../../protocol/wire/content.ts'
import * as arbitrary from '../support/arbitraries.ts'
import { failure } from '../support/failure.ts'
import { testFrames } from '../support/frame-tests.ts'

const message: fc.Arbitrary<ContentMessage> = fc.oneof(
  fc.record({
    type: fc.constant('want' as const),
    digest: arbitrary.hash,
    part: fc.nat({ max: 2 ** 32 - 1 }),
  }),
  fc.record({ type: fc.constant('part' as const), bytes: fc.uint8Array({ maxLength: 100 }) }),
  fc.record({ type: fc.constant('refusal' as const), reason: fc.constantFrom(...CONTENT_REFUSALS) }),
)

describe('wire: content', () => {
  testFrames(message, encodeContentFrame, decodeContentFrame, { numRuns: 300 })

  it('holds a chunk in little more than its bytes', () => {
    const bytes = new Uint8Array(CHUNK_BYTES)
    const frame = encodeContentFrame({
      id: 2n ** 64n - 1n,
      replyTo: 2n ** 64n - 1n,
      message: { type: 'part', bytes },
    })
    expect(frame.length).to.be.at.most(CHUNK_BYTES + 64)
  })

  it('is refused without a digest; a reason that is new means that a part is not there', () => {
    const want = { type: 'want', digest: '0x', part: 1 } as const
    expect(
      failure(() => decodeContentFrame(encodeContentFrame({ id: 1n, replyTo: 0n, message: want }))),
    ).to.include({
      code: 'LENGTH_WRONG',
      field: 'want.digest',
    })
    const busy = encodeContentFrame({ id: 1n, replyTo: 1n, message: { type: 'refusal', reason: 'busy' } })
    // Its number is the last byte.
    const unheard = busy.with(-1, 9)
    expect(decodeContentFrame(unheard).message).to.deep.equal({ type: 'refusal', reason: 'missing' })
  })
})
