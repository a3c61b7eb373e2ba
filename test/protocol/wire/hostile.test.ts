import { runInNewContext } from 'node:vm'
import { expect } from 'chai'
import fc from 'fast-check'
import { bytesToHex } from 'viem'
import { hashAgreement } from '../../../protocol/eip712.ts'
import { WireError } from '../../../protocol/errors.ts'
import type { Agreement } from '../../../protocol/types.ts'
import { decodeAgreement, encodeAgreement } from '../../../protocol/wire/bodies.ts'
import { checkSize } from '../../../protocol/wire/codec.ts'
import { decodeFrame, encodeFrame } from '../../../protocol/wire/frames.ts'
import { decodeSigned } from '../../../protocol/wire/gossip.ts'
import * as arbitrary from '../support/arbitraries.ts'
import { bodies } from '../support/bodies.ts'
import { failure } from '../support/failure.ts'
import { concatBytes, LENGTH_DELIMITED, START_GROUP, tag, varint } from '../support/protobuf.ts'

/** How long all decoding of one test may take, in milliseconds: an endless loop would block mocha's own timeout. */
const PATIENCE = 30_000

/** Runs `fn`, and stops it from outside when it does not come to an end. */
function interruptibly(fn: () => void): void {
  runInNewContext('fn()', { fn }, { timeout: PATIENCE })
}

/** What a hostile or broken peer makes of a valid message. */
type Mutation =
  | { type: 'flip'; bits: number[] }
  | { type: 'truncate'; at: number }
  | { type: 'splice'; from: number; to: number; other: Uint8Array; otherFrom: number; otherTo: number }
  | { type: 'overwrite'; at: number; bytes: Uint8Array }

const place = fc.nat({ max: 16_384 })

function mutations(others: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Mutation> {
  return fc.oneof(
    fc.record({ type: fc.constant('flip' as const), bits: fc.array(place, { minLength: 1, maxLength: 8 }) }),
    fc.record({ type: fc.constant('truncate' as const), at: place }),
    fc.record({
      type: fc.constant('splice' as const),
      from: place,
      to: place,
      other: others,
      otherFrom: place,
      otherTo: place,
    }),
    fc.record({
      type: fc.constant('overwrite' as const),
      at: place,
      bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
    }),
  )
}

function mutate(bytes: Uint8Array, mutation: Mutation): Uint8Array {
  const within = (index: number, { length }: Uint8Array) => index % (length + 1)
  switch (mutation.type) {
    case 'flip': {
      const mutated = Uint8Array.from(bytes)
      for (const bit of mutation.bits) {
        const index = (bit >> 3) % mutated.length
        mutated[index] = (mutated[index] ?? 0) ^ (1 << (bit & 7))
      }
      return mutated
    }
    case 'truncate':
      return bytes.subarray(0, within(mutation.at, bytes))
    case 'splice': {
      const { from, to, other, otherFrom, otherTo } = mutation
      return concatBytes(
        bytes.subarray(0, within(from, bytes)),
        other.subarray(within(otherFrom, other), within(otherTo, other)),
        bytes.subarray(within(to, bytes)),
      )
    }
    case 'overwrite': {
      const mutated = Uint8Array.from(bytes)
      mutated.set(mutation.bytes.subarray(0, mutated.length), 0)
      mutated.copyWithin(within(mutation.at, mutated), 0, mutation.bytes.length)
      return mutated
    }
  }
}

describe('wire: hostile bytes', () => {
  it('decodes or refuses with a WireError each of 10,000 mutated frames', function () {
    this.timeout(PATIENCE + 10_000)
    const frames = arbitrary.frame.map(encodeFrame)
    interruptibly(() =>
      fc.assert(
        fc.property(frames, mutations(frames), (bytes, mutation) => {
          const error = failure(() => decodeFrame(mutate(bytes, mutation)))
          expect(error === undefined || error instanceof WireError).to.equal(true)
        }),
        { numRuns: 10_000 },
      ),
    )
  })

  it('decodes or refuses any bytes at all', () => {
    const decoders = [decodeFrame, decodeSigned, ...bodies.map(({ decode }) => decode)]
    interruptibly(() =>
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
          for (const decode of decoders) {
            const error = failure(() => decode(bytes))
            expect(error === undefined || error instanceof WireError).to.equal(true)
          }
        }),
        { numRuns: 1000 },
      ),
    )
  })

  for (const { name, arbitrary: values, encode, decode } of bodies) {
    it(`accepts a mutated ${name} only if it is the one encoding of what it gives`, () => {
      const encoded = values.map(encode)
      interruptibly(() =>
        fc.assert(
          fc.property(encoded, mutations(encoded), (bytes, mutation) => {
            const mutated = mutate(bytes, mutation)
            let value: object | undefined
            const error = failure(() => {
              value = decode(mutated)
            })
            if (value === undefined) expect(error).to.be.instanceOf(WireError)
            else expect(bytesToHex(encode(value))).to.equal(bytesToHex(mutated))
          }),
          { numRuns: 1000 },
        ),
      )
    })
  }

  it('can hash every agreement that it accepts', () => {
    const encoded = arbitrary.agreement.map(encodeAgreement)
    interruptibly(() =>
      fc.assert(
        fc.property(arbitrary.domain, encoded, mutations(encoded), (domain, bytes, mutation) => {
          let agreement: Agreement | undefined
          failure(() => {
            agreement = decodeAgreement(mutate(bytes, mutation))
          })
          if (agreement !== undefined) expect(hashAgreement(domain, agreement)).to.have.lengthOf(66)
        }),
        { numRuns: 500 },
      ),
    )
  })

  /** As much as governance can ever allow. */
  const full = (bytes: Uint8Array) => new Uint8Array(1_048_576).map((_, i) => bytes[i % bytes.length] ?? 0)
  const hostile: Record<string, Uint8Array> = {
    'nothing but groups in groups': full(tag(100, START_GROUP)),
    'a length beyond the end': concatBytes(tag(3, LENGTH_DELIMITED), varint(2 ** 31 - 1)),
    'a length of almost 2^64': concatBytes(tag(3, LENGTH_DELIMITED), varint(2n ** 64n - 1n)),
    'a number that never ends': full(Uint8Array.of(0x80)),
    'nothing but ones': full(Uint8Array.of(0xff)),
    'nothing but zeros': full(Uint8Array.of(0)),
    'field number 0': concatBytes(tag(0, LENGTH_DELIMITED), varint(0)),
    'an undefined wire type': Uint8Array.of(0x0f),
    'the end of a group that never began': Uint8Array.of(0x0c),
  }
  for (const [what, bytes] of Object.entries(hostile)) {
    it(`refuses ${what}`, () => {
      interruptibly(() => {
        for (const decode of [decodeFrame, decodeSigned, ...bodies.map((body) => body.decode)]) {
          expect(failure(() => decode(bytes))).to.be.instanceOf(WireError)
        }
      })
    })
  }

  it('refuses what is larger than allowed, and nothing that is just as large', () => {
    expect(failure(() => checkSize(4097, 4096)))
      .to.be.instanceOf(WireError)
      .and.include({
        code: 'MESSAGE_TOO_LARGE',
        expected: 'at most 4096 bytes',
        received: '4097 bytes',
      })
    expect(failure(() => checkSize(4096, 4096))).to.equal(undefined)
  })
})
