import { expect } from 'chai'
import fc from 'fast-check'
import { isBounded } from '../../../agent/compute/bounds.ts'
import { mixing } from '../../../examples/compute-seller/check.ts'
import {
  ARRAY,
  bytes,
  F64,
  functionType,
  I32,
  importedMemory,
  leb,
  MEMORY,
  moduleOf,
  name,
  PREAMBLE,
  STRUCT,
  section,
  TABLE,
  TAG,
  V128,
  vector,
} from './modules.ts'

declare const WebAssembly: { validate(module: Uint8Array): boolean }

/** The type of a function whose parameters are counted by these bytes, and are i32 as far as they go. */
const counted = (count: readonly number[], there = 3) =>
  bytes(PREAMBLE, section(1, bytes([1, 0x60], count, new Uint8Array(there).fill(I32), [0])))

describe('the bounds of a module', () => {
  const plain = moduleOf({})
  const bounded = {
    'the one of the example': mixing,
    'one of numbers alone': plain,
    'one that imports its memory': moduleOf({ imports: importedMemory(1) }),
    'one with nothing in it': bytes(PREAMBLE),
    'one with custom sections, whatever is in them': bytes(plain, section(0, name('x')), section(0, [9, 9])),
    'one whose vectors are exact': moduleOf({ code: [0xfd, 0xff, 0x01, 0xfd, 0x95, 0x02] }),
    'one whose lengths take more bytes than they need': counted([0x83, 0x80, 0x80, 0x80, 0]),
  }
  const unbounded = {
    'nothing at all': [],
    text: Buffer.from('(module)'),
    'a component': bytes([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]),
    'a memory of its own': bytes(PREAMBLE, MEMORY),
    'a memory of its own behind the rest': bytes(plain, MEMORY),
    'a table': bytes(PREAMBLE, TABLE),
    'a tag, for exceptions, which are objects': bytes(plain, TAG),
    'a section that is not known': bytes(plain, section(14, [0])),
    'a section whose id is no byte of an id': bytes(plain, [0x80, 0x05, 3, 1, 0, 1]),
    arrays: bytes(PREAMBLE, section(1, vector([ARRAY]))),
    'structures behind a function': bytes(PREAMBLE, section(1, vector([[0x60, 0, 0], STRUCT]))),
    'groups of types': bytes(PREAMBLE, section(1, vector([[0x4e, 1, 0x60, 0, 0]]))),
    vectors: moduleOf({ from: [V128] }),
    'the first relaxed instruction': moduleOf({ code: [0xfd, 0x80, 0x02] }),
    'the last one, in more bytes than it needs': moduleOf({ code: [0xfd, 0x94, 0x82, 0x80, 0x80, 0] }),
    references: moduleOf({ to: [0x70] }),
    'a type of a value beyond those of numbers': moduleOf({ from: [0x80] }),
    'a section that ends after the module': bytes(PREAMBLE, [1, 9, 0]),
    'a section that has no length': bytes(PREAMBLE, [0]),
    'types that end after their section': bytes(PREAMBLE, section(1, [2, 0x60, 0, 0]), [0, 1, 0]),
    'types that end before it': bytes(PREAMBLE, section(1, [0, 0x60, 0, 0])),
    'more parameters than there are': counted(leb(200)),
    '2^32 - 1 parameters': counted(leb(2 ** 32 - 1)),
    '2^32 parameters': counted(leb(2 ** 32)),
    '2^60 parameters': counted([...new Array(8).fill(0x80), 0x10]),
    'a length that never ends': bytes(PREAMBLE, [0], new Uint8Array(1_000).fill(0x80)),
    '2^32 - 1 types': bytes(PREAMBLE, section(1, leb(2 ** 32 - 1))),
  }

  for (const [what, module] of Object.entries(bounded)) {
    it(`has ${what}`, () => expect(isBounded(Uint8Array.from(module))).to.equal(true))
  }
  for (const [what, module] of Object.entries(unbounded)) {
    it(`has not: ${what}`, () => expect(isBounded(Uint8Array.from(module))).to.equal(false))
  }

  const anyBytes = fc.uint8Array({ maxLength: 200 })

  it('are told of any bytes, and no exception comes of them', () => {
    const begun = anyBytes.map((rest) => bytes(PREAMBLE, rest))
    fc.assert(fc.property(fc.oneof(anyBytes, begun), (module) => typeof isBounded(module) === 'boolean'))
  })

  it('are not had by any module with a memory, a table or a tag in any place', () => {
    const custom = anyBytes.map((body) => section(0, body))
    const own = fc.constantFrom(MEMORY, TABLE, TAG)
    fc.assert(
      fc.property(fc.array(custom), own, fc.array(custom), (before, brought, after) => {
        expect(isBounded(bytes(PREAMBLE, ...before, ...after))).to.equal(true)
        expect(isBounded(bytes(PREAMBLE, ...before, brought, ...after))).to.equal(false)
      }),
    )
  })

  it('are had by functions of any numbers, which the engine takes too, and by none of anything else', () => {
    const numbers = fc.array(fc.integer({ min: F64, max: I32 }), { maxLength: 20 })
    const signature = fc.tuple(numbers, numbers).map(([from, to]) => functionType(from, to))
    const others = fc.nat(255).filter((byte) => byte < F64 || byte > I32)
    const own = functionType([I32], [I32])
    fc.assert(
      fc.property(fc.array(signature, { maxLength: 200 }), numbers, others, (types, from, other) => {
        const module = moduleOf({ types: [own, ...types] })
        expect([isBounded(module), WebAssembly.validate(module)]).to.deep.equal([true, true])
        const wrong = [functionType([...from, other], from), functionType(from, [other, ...from])]
        for (const each of wrong)
          expect(isBounded(moduleOf({ types: [own, ...types, each] }))).to.equal(false)
      }),
    )
  })
})
