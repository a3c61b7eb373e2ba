import { ScalarType } from '@bufbuild/protobuf'
import { expect } from 'chai'
import fc from 'fast-check'
import { bytesToHex } from 'viem'
import { decodeFrame, encodeFrame } from '../../../protocol/wire/frames.ts'
import { decodeSigned, encodeSigned } from '../../../protocol/wire/gossip.ts'
import * as arbitrary from '../support/arbitraries.ts'
import { bodies } from '../support/bodies.ts'
import { failure } from '../support/failure.ts'
import {
  concatBytes,
  LENGTH_DELIMITED,
  splitFields,
  tag,
  VARINT,
  varint,
  type WireField,
} from '../support/protobuf.ts'

const NUMBERS: ReadonlySet<number> = new Set([ScalarType.UINT32, ScalarType.UINT64])

/** Another encoding of the same fields; undefined where these fields leave no room for it. */
type Rewrite = (fields: WireField[]) => WireField[] | undefined

const unknownField = raw(tag(100, VARINT), varint(7))

const rewrites: Record<string, Rewrite> = {
  'two fields in another order': (fields) => {
    const i = fields.findIndex((field, index) => index > 0 && field.number !== fields[index - 1]?.number)
    const [before, field] = [fields[i - 1], fields[i]]
    if (before === undefined || field === undefined) return undefined
    return fields.toSpliced(i - 1, 2, field, before)
  },
  'all fields in reverse order': (fields) =>
    new Set(fields.map(({ number }) => number)).size > 1 ? fields.toReversed() : undefined,
  'a number that is repeated': (fields) => {
    const i = fields.findIndex(({ wireType }) => wireType === VARINT)
    return i < 0 ? undefined : fields.toSpliced(i, 0, ...fields.slice(i, i + 1))
  },
  'bytes that are repeated': (fields) => [...fields.slice(0, 1), ...fields],
  'an unknown field at the end': (fields) => [...fields, unknownField],
  'an unknown field at the beginning': (fields) => [unknownField, ...fields],
  'an unknown field with bytes': (fields) => [
    ...fields,
    raw(tag(99, LENGTH_DELIMITED), varint(3), Uint8Array.of(1, 2, 3)),
  ],
  'a number with a leading zero group': (fields) =>
    replace(fields, hasRoom, ({ number, payload }) => [tag(number, VARINT), varint(numberOf(payload), 1)]),
  'a number of more than 64 bits that is cut to the same': (fields) =>
    replace(fields, hasRoom, ({ number, payload }) => {
      const groups = varint(numberOf(payload), 10 - payload.length)
      return [tag(number, VARINT), groups.with(9, 0x7e)]
    }),
  'a length with a leading zero group': (fields) =>
    replace(fields, isBytes, ({ number, payload }) => [
      tag(number, LENGTH_DELIMITED),
      varint(payload.length, 1),
      payload,
    ]),
  'a tag with a leading zero group': (fields) =>
    replace(fields, isBytes, ({ number, payload }) => [
      varint((number << 3) | LENGTH_DELIMITED, 1),
      varint(payload.length),
      payload,
    ]),
}

describe('wire: canonical bodies', () => {
  for (const body of bodies) {
    describe(body.name, () => {
      const hasNumbers = body.schema.fields.some(
        (field) => field.fieldKind === 'scalar' && field.scalar !== ScalarType.BYTES,
      )
      for (const [what, rewrite] of Object.entries(rewrites)) {
        // A body without numbers leaves no room for these.
        if (what.startsWith('a number') && !hasNumbers) continue
        it(`is refused with ${what}`, () => {
          fc.assert(
            fc.property(body.arbitrary, (value) => {
              const rewritten = rewrite(splitFields(body.encode(value)))
              fc.pre(rewritten !== undefined)
              const bytes = concatBytes(...rewritten.map((field) => field.bytes))
              const error = failure(() => body.decode(bytes))
              expect(error).to.include({ code: 'BODY_NOT_CANONICAL', field: body.schema.name })
            }),
            { numRuns: 30 },
          )
        })
      }

      const numbers = body.schema.fields.filter(
        (field) => field.fieldKind === 'scalar' && NUMBERS.has(field.scalar),
      )
      for (const field of numbers) {
        it(`is refused with an explicit default: ${field.localName} = 0`, () => {
          fc.assert(
            fc.property(body.arbitrary, (value) => {
              // What is left out stands for 0; the same value with the 0 written down is another encoding of it.
              const others = splitFields(body.encode(value)).filter(({ number }) => number !== field.number)
              const place = others.findIndex(({ number }) => number > field.number)
              const zero = raw(tag(field.number, VARINT), varint(0))
              const at = place < 0 ? others.length : place
              const bytes = concatBytes(...others.toSpliced(at, 0, zero).map((other) => other.bytes))
              expect(failure(() => body.decode(bytes))).to.include({ code: 'BODY_NOT_CANONICAL' })
            }),
            { numRuns: 20 },
          )
        })
      }
    })
  }
})

describe('wire: envelopes', () => {
  const additions: Record<string, Uint8Array> = {
    number: unknownField.bytes,
    text: concatBytes(tag(50, LENGTH_DELIMITED), varint(2), Uint8Array.of(104, 105)),
  }
  for (const [what, addition] of Object.entries(additions)) {
    it(`accept a frame with an unknown ${what} before and after what is known`, () => {
      fc.assert(
        fc.property(arbitrary.frame, (frame) => {
          const bytes = encodeFrame(frame)
          expect(decodeFrame(concatBytes(bytes, addition))).to.deep.equal(frame)
          expect(decodeFrame(concatBytes(addition, bytes))).to.deep.equal(frame)
        }),
        { numRuns: 30 },
      )
    })

    it(`accept gossip with an unknown ${what}`, () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 100 }), arbitrary.signature, (body, signature) => {
          const signed = decodeSigned(concatBytes(encodeSigned(body, signature), addition))
          expect(bytesToHex(signed.body)).to.equal(bytesToHex(body))
          expect(signed.signature).to.equal(signature)
        }),
        { numRuns: 30 },
      )
    })
  }

  it('still refuse a body inside that is not canonical', () => {
    fc.assert(
      fc.property(arbitrary.frame, arbitrary.delivery, arbitrary.signature, (frame, delivery, signature) => {
        const message = { type: 'delivered', delivery, signature } as const
        const [body] = splitFields(encodeFrame({ ...frame, message })).filter(({ number }) => number === 7)
        const parts = splitFields(body?.payload ?? new Uint8Array())
        const inner = concatBytes(parts[0]?.payload ?? new Uint8Array(), unknownField.bytes)
        const value = concatBytes(
          tag(1, LENGTH_DELIMITED),
          varint(inner.length),
          inner,
          ...parts.slice(1).map((part) => part.bytes),
        )
        const bytes = concatBytes(
          tag(1, VARINT),
          varint(1),
          tag(7, LENGTH_DELIMITED),
          varint(value.length),
          value,
        )
        expect(failure(() => decodeFrame(bytes))).to.include({
          code: 'BODY_NOT_CANONICAL',
          field: 'Delivery',
        })
      }),
      { numRuns: 30 },
    )
  })
})

function raw(...parts: Uint8Array[]): WireField {
  return { number: 0, wireType: 0, bytes: concatBytes(...parts), payload: new Uint8Array() }
}

/** Rewrites the first field that `test` picks. */
function replace(
  fields: WireField[],
  test: (field: WireField) => boolean,
  fn: (field: WireField) => Uint8Array[],
): WireField[] | undefined {
  const i = fields.findIndex(test)
  const field = fields[i]
  return field === undefined ? undefined : fields.with(i, raw(...fn(field)))
}

/** A varint has ten groups at most: the largest numbers leave no room for a leading zero. */
function hasRoom({ wireType, payload }: WireField): boolean {
  return wireType === VARINT && payload.length < 10
}

function isBytes({ wireType }: WireField): boolean {
  return wireType === LENGTH_DELIMITED
}

function numberOf(payload: Uint8Array): bigint {
  return payload.reduceRight((value, byte) => (value << 7n) | BigInt(byte & 0x7f), 0n)
}
