import { expect } from 'chai'
import fc from 'fast-check'
import {
  type Dtype,
  decodeSafetensors,
  encodeSafetensors,
  type Tensor,
  type Tensors,
} from '../../../../agent/learning/encoding/index.ts'
import { ConfigError, WireError } from '../../../../protocol/errors.ts'
import { SEED } from '../../../seed.ts'

const DATA: Record<Dtype, fc.Arbitrary<number>> = {
  F64: fc.double({ noNaN: true, noDefaultInfinity: true }),
  F32: fc.float({ noNaN: true, noDefaultInfinity: true }),
  I32: fc.integer(),
  I8: fc.integer({ min: -128, max: 127 }),
}
const ARRAYS = { F64: Float64Array, F32: Float32Array, I32: Int32Array, I8: Int8Array }

const tensor: fc.Arbitrary<Tensor> = fc
  .record({
    dtype: fc.constantFrom<Dtype>('F64', 'F32', 'I32', 'I8'),
    shape: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
  })
  .chain(({ dtype, shape }) => {
    const length = shape.reduce((product, dimension) => product * dimension, 1)
    return fc
      .array(DATA[dtype], { minLength: length, maxLength: length })
      .map((values) => ({ dtype, shape, data: ARRAYS[dtype].from(values) }) as Tensor)
  })
const name = fc
  .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 12 })
  .filter((text) => text !== '__metadata__')
const file: fc.Arbitrary<Tensors> = fc
  .record({
    tensors: fc.array(fc.tuple(name, tensor), { minLength: 1, maxLength: 5 }),
    metadata: fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })), {
      minLength: 1,
      maxLength: 3,
    }),
    isSaid: fc.boolean(),
  })
  .map(({ tensors, metadata, isSaid }) => ({
    tensors: new Map(tensors),
    ...(isSaid ? { metadata: new Map(metadata) } : {}),
  }))

/** A file of a header and data. */
function fileOf(header: string, data: Uint8Array = new Uint8Array()): Uint8Array {
  const text = new TextEncoder().encode(header)
  const bytes = new Uint8Array(8 + text.length + data.length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true)
  bytes.set(text, 8)
  bytes.set(data, 8 + text.length)
  return bytes
}

/** A header with the blanks that make it a multiple of eight bytes. */
const padded = (json: string) => json.padEnd(Math.ceil(json.length / 8) * 8)
const f32 = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer)

function codeOf(bytes: Uint8Array): string {
  try {
    decodeSafetensors(bytes)
    return 'none'
  } catch (error) {
    expect(error).to.be.an.instanceOf(WireError)
    return `${(error as WireError).code} ${(error as WireError).field}`
  }
}

describe(`safetensors (seed ${SEED})`, () => {
  it('are laid out as the format says: length, header, numbers', () => {
    // By hand, from the format's description.
    const header =
      '{"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"I8","shape":[],"data_offsets":[8,9]}}'
    const tensors = new Map<string, Tensor>([
      ['a', { dtype: 'I8', shape: [], data: Int8Array.of(-2) }],
      ['b', { dtype: 'F32', shape: [2], data: Float32Array.of(1, -0.5) }],
    ])
    const expected = `7000000000000000${Buffer.from(header.padEnd(112)).toString('hex')}0000803f000000bffe`
    expect(header).to.have.lengthOf(105)
    expect(Buffer.from(encodeSafetensors({ tensors })).toString('hex')).to.equal(expected)
    expect(decodeSafetensors(Buffer.from(expected, 'hex'))).to.deep.equal({ tensors })
  })

  it('say what there is to say before the tensors, by name', () => {
    const tensors = new Map([['x', { dtype: 'I8', shape: [1], data: Int8Array.of(1) } as const]])
    const metadata = new Map([
      ['round', '7'],
      ['model', 'a "b" €'],
    ])
    const bytes = encodeSafetensors({ tensors, metadata })
    expect(Buffer.from(bytes.subarray(8, -1)).toString().trimEnd()).to.equal(
      '{"__metadata__":{"model":"a \\"b\\" €","round":"7"},"x":{"dtype":"I8","shape":[1],"data_offsets":[0,1]}}',
    )
    expect(decodeSafetensors(bytes)).to.deep.equal({ tensors, metadata })
  })

  it('are read as they were written, from any place in memory', () => {
    fc.assert(
      fc.property(file, fc.integer({ min: 0, max: 9 }), (tensors, offset) => {
        const bytes = encodeSafetensors(tensors)
        const moved = Buffer.alloc(bytes.length + offset)
        moved.set(bytes, offset)
        expect(decodeSafetensors(moved.subarray(offset))).to.deep.equal(tensors)
      }),
      { seed: SEED },
    )
  })

  it('have one encoding: it does not depend on the sequence, and whatever is read is written so again', () => {
    fc.assert(
      fc.property(
        file,
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 3 }),
        (tensors, changes) => {
          const bytes = encodeSafetensors(tensors)
          expect(
            encodeSafetensors({ ...tensors, tensors: new Map([...tensors.tensors].reverse()) }),
          ).to.deep.equal(bytes)
          for (const [place, value] of changes) bytes[place % bytes.length] = value
          let read: Tensors
          try {
            read = decodeSafetensors(bytes)
          } catch (error) {
            expect(error).to.be.an.instanceOf(WireError)
            return
          }
          expect(encodeSafetensors(read)).to.deep.equal(bytes)
        },
      ),
      { seed: SEED, numRuns: 1000 },
    )
  })

  it('are refused with one error, whatever bytes they are', () => {
    const json = fc.json().map((text) => fileOf(padded(text)))
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), json), (bytes) => {
        expect(codeOf(bytes)).to.match(/^SAFETENSORS_INVALID /)
      }),
      { seed: SEED, numRuns: 1000 },
    )
  })

  it('are refused when they are cut off anywhere, or longer', () => {
    const tensors = new Map([['x', { dtype: 'F64', shape: [3], data: Float64Array.of(1, 2, 3) } as const]])
    const bytes = encodeSafetensors({ tensors })
    for (let length = 0; length < bytes.length; length++) {
      expect(codeOf(bytes.subarray(0, length)), `${length} bytes`).to.match(/^SAFETENSORS_INVALID/)
    }
    expect(codeOf(Uint8Array.of(...bytes, 0))).to.equal('SAFETENSORS_INVALID data')
  })

  const entry = (name: string, begin: number, end: number, rest = '"dtype":"F32","shape":[1]') =>
    `"${name}":{${rest},"data_offsets":[${begin},${end}]}`
  const two = f32(1, 2)
  const wrong: Record<string, [header: string, data: Uint8Array, field: string]> = {
    'a hole': [`{${entry('a', 0, 4)},${entry('b', 8, 12)}}`, f32(1, 2, 3), 'b.data_offsets'],
    'a hole at the beginning': [`{${entry('a', 4, 8)}}`, two, 'a.data_offsets'],
    'an overlap': [`{${entry('a', 0, 4)},${entry('b', 2, 6)}}`, two, 'b.data_offsets'],
    'the same place twice': [`{${entry('a', 0, 4)},${entry('b', 0, 4)}}`, f32(1), 'b.data_offsets'],
    'a name twice': [`{${entry('a', 0, 4)},${entry('a', 0, 4)}}`, f32(1), 'header'],
    'a name twice, once escaped': [`{${entry('\\u0061', 0, 4)},${entry('a', 0, 4)}}`, f32(1), 'header'],
    'a member twice': [`{${entry('a', 0, 4, '"dtype":"I8","dtype":"F32","shape":[1]')}}`, f32(1), 'header'],
    'a member more': [`{${entry('a', 0, 4, '"dtype":"F32","shape":[1],"x":1')}}`, f32(1), 'header'],
    'another sequence': [`{${entry('b', 0, 4)},${entry('a', 4, 8)}}`, two, 'header'],
    'blanks inside': [`{ ${entry('a', 0, 4)}}`, f32(1), 'header'],
    'metadata that are no texts': [`{"__metadata__":{"a":1},${entry('a', 0, 4)}}`, f32(1), '__metadata__.a'],
    'empty metadata': [`{"__metadata__":{},${entry('a', 0, 4)}}`, f32(1), 'header'],
    'an unknown type': [`{${entry('a', 0, 4, '"dtype":"F8","shape":[4]')}}`, f32(1), 'a.dtype'],
    'a type of the prototype': [
      `{${entry('a', 0, 4, '"dtype":"constructor","shape":[4]')}}`,
      f32(1),
      'a.dtype',
    ],
    'an empty dimension': [`{${entry('a', 0, 0, '"dtype":"F32","shape":[0]')}}`, f32(), 'a.shape'],
    'a shape beyond 2^53': [
      `{${entry('a', 0, 4, '"dtype":"F32","shape":[94906267,94906267]')}}`,
      f32(1),
      'a.shape',
    ],
    'a shape of other values': [
      `{${entry('a', 0, 4, '"dtype":"F32","shape":[2]')}}`,
      f32(1),
      'a.data_offsets',
    ],
    'offsets below 0': [`{${entry('a', -4, 0)}}`, f32(1), 'a.data_offsets'],
    'no tensors': ['{}', f32(), 'header'],
    'a list': ['[]', f32(), 'header'],
    NaN: [`{${entry('a', 0, 8, '"dtype":"F32","shape":[2]')}}`, f32(1, Number.NaN), 'a[1]'],
    infinity: [`{${entry('a', 0, 4)}}`, f32(Number.NEGATIVE_INFINITY), 'a[0]'],
  }
  for (const [what, [header, data, field]] of Object.entries(wrong)) {
    it(`are refused for ${what}`, () => {
      expect(codeOf(fileOf(padded(header), data))).to.equal(`SAFETENSORS_INVALID ${field}`)
    })
  }

  it('are refused for a header that is not padded, or longer than may be', () => {
    expect(codeOf(fileOf(`{${entry('a', 0, 4)}}`, f32(1)))).to.equal('SAFETENSORS_INVALID header')
    expect(codeOf(fileOf(' '.repeat((1 << 20) + 8)))).to.equal('SAFETENSORS_INVALID length')
    const huge = new Uint8Array(16).fill(255)
    expect(codeOf(huge)).to.equal('SAFETENSORS_INVALID length')
  })

  it('are not written of what has no one meaning', () => {
    const one = { dtype: 'F32', shape: [1], data: Float32Array.of(1) } as const
    const bad: Record<string, Tensors> = {
      'none at all': { tensors: new Map() },
      'no name': { tensors: new Map([['', one]]) },
      'the name of the metadata': { tensors: new Map([['__metadata__', one]]) },
      'too few values': { tensors: new Map([['a', { ...one, shape: [2] }]]) },
      NaN: { tensors: new Map([['a', { ...one, data: Float32Array.of(Number.NaN) }]]) },
      'data of another type': { tensors: new Map([['a', { ...one, dtype: 'F64' } as never]]) },
      'half a character': { tensors: new Map([['a', one]]), metadata: new Map([['a', '\ud800']]) },
    }
    for (const [what, tensors] of Object.entries(bad)) {
      expect(() => encodeSafetensors(tensors), what)
        .to.throw(ConfigError)
        .with.property('code', 'TENSORS_INVALID')
    }
  })
})
