import { expect } from 'chai'
import fc from 'fast-check'
import {
  type AuctionMessage,
  decodeAuctionFrame,
  encodeAuctionFrame,
  PLACES,
} from '../../../protocol/wire/auctions.ts'
import type { Frame } from '../../../protocol/wire/codec.ts'
import { encodeFrame } from '../../../protocol/wire/frames.ts'
import * as arbitrary from '../support/arbitraries.ts'
import { failure } from '../support/failure.ts'

const uint64 = arbitrary.uint(64n)
const message: fc.Arbitrary<AuctionMessage> = fc.oneof(
  fc.record({
    type: fc.constant('bid' as const),
    intent: arbitrary.hash,
    price: uint64,
    wait: fc.nat({ max: 2 ** 32 - 1 }),
    revision: uint64,
  }),
  fc.record({
    type: fc.constant('standing' as const),
    intent: arbitrary.hash,
    revision: uint64,
    place: fc.constantFrom(...PLACES),
    price: uint64,
    step: uint64,
  }),
)
const frame: fc.Arbitrary<Frame<AuctionMessage>> = fc.record({ id: uint64, replyTo: uint64, message })

describe('wire: auctions', () => {
  it('come out of the wire as they went in, of every type, in at most 128 bytes', () => {
    fc.assert(
      fc.property(frame, (value) => {
        const bytes = encodeAuctionFrame(value)
        expect(bytes.length).to.be.at.most(128)
        expect(decodeAuctionFrame(bytes)).to.deep.equal(value)
      }),
      { numRuns: 500 },
    )
  })

  it('are refused without a message, without an intent, and in a place that there is not', () => {
    const withdrawal = { type: 'withdrawal', agreementId: `0x${'11'.repeat(32)}` } as const
    const strange = encodeFrame({ id: 1n, replyTo: 0n, message: withdrawal })
    expect(failure(() => decodeAuctionFrame(strange))?.code).to.equal('FRAME_EMPTY')
    const standing = {
      type: 'standing',
      intent: '0x',
      revision: 0n,
      place: 'open',
      price: 1n,
      step: 1n,
    } as const
    const nameless = encodeAuctionFrame({ id: 1n, replyTo: 0n, message: standing })
    expect(failure(() => decodeAuctionFrame(nameless))).to.include({
      code: 'LENGTH_WRONG',
      field: 'standing.intent',
    })
    const misplaced = encodeAuctionFrame({
      id: 1n,
      replyTo: 0n,
      message: { ...standing, intent: `0x${'11'.repeat(32)}`, place: 'open' },
    })
    // The place is left out where it is the first: so it is written behind, as field 3 of the last message.
    misplaced[3] = (misplaced[3] ?? 0) + 2
    const wrong = new Uint8Array([...misplaced, 0x18, 9])
    expect(failure(() => decodeAuctionFrame(wrong))).to.include({
      code: 'VALUE_UNKNOWN',
      field: 'standing.place',
    })
  })
})
