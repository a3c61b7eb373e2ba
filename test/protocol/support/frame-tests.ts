import { expect } from 'chai'
import fc from 'fast-check'
import type { Frame } from '../../../protocol/wire/codec.ts'
import { frameOf } from './arbitraries.ts'
import { failure } from './failure.ts'
import { concatBytes, LENGTH_DELIMITED, tag, varint } from './protobuf.ts'

/** What holds for the frames of every protocol. */
export function testFrames<Message>(
  message: fc.Arbitrary<Message>,
  encode: (frame: Frame<Message>) => Uint8Array,
  decode: (bytes: Uint8Array) => Frame<Message>,
  { numRuns }: { numRuns: number },
): void {
  const frame = frameOf(message)

  it('come out of the wire as they went in, of every type', () => {
    fc.assert(
      fc.property(frame, (value) => {
        expect(decode(encode(value))).to.deep.equal(value)
      }),
      { numRuns },
    )
  })

  it('may have fields that this version does not know', () => {
    const addition = concatBytes(tag(50, LENGTH_DELIMITED), varint(2), Uint8Array.of(104, 105))
    fc.assert(
      fc.property(frame, (value) => {
        expect(decode(concatBytes(encode(value), addition))).to.deep.equal(value)
      }),
      { numRuns: 50 },
    )
  })

  it('are refused without a message', () => {
    const empty = concatBytes(tag(1, 0), varint(1))
    expect(failure(() => decode(empty))).to.include({ code: 'FRAME_EMPTY' })
  })
}
