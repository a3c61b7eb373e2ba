import { inspect } from 'node:util'
import { expect } from 'chai'
import fc from 'fast-check'
import { encodeAbiParameters, hexToBytes } from 'viem'
import { encodeStruct } from '../../protocol/encode-struct.ts'
import { WireError } from '../../protocol/errors.ts'

const TYPE_HASH = new Uint8Array(32).fill(7)
const ADDRESS = '0x00000000000000000000000000000000000000aa'

function encode(type: string, value: unknown): Uint8Array {
  return encodeStruct(TYPE_HASH, [{ name: 'member', type }], { member: value }).subarray(32)
}

describe('encodeStruct', () => {
  for (const bits of [8, 64, 96, 256]) {
    for (const type of [`uint${bits}`, `int${bits}`]) {
      const [min, max] = type.startsWith('u')
        ? [0n, (1n << BigInt(bits)) - 1n]
        : [-(1n << BigInt(bits - 1)), (1n << BigInt(bits - 1)) - 1n]

      it(`writes any ${type} as viem does`, () => {
        fc.assert(
          fc.property(fc.oneof(fc.bigInt({ min, max }), fc.constantFrom(min, max, 0n)), (value) => {
            expect(encode(type, value)).to.deep.equal(hexToBytes(encodeAbiParameters([{ type }], [value])))
          }),
        )
      })

      it(`refuses what is below or above every ${type}`, () => {
        for (const value of [min - 1n, max + 1n]) expectRefusal(type, value)
      })
    }
  }

  it('writes a small integer that is given as a number', () => {
    expect(encode('uint8', 255)).to.deep.equal(encode('uint8', 255n))
  })

  const others: [type: string, value: unknown][] = [
    ['uint64', undefined],
    ['uint64', '1'],
    ['uint64', 1.5],
    ['uint256', `0x${'11'.repeat(32)}`],
    ['address', `${ADDRESS}00`],
    ['address', ADDRESS.slice(2)],
    ['bytes32', ADDRESS],
    ['bytes32', 1n],
    ['string', 1n],
    ['string[]', 'text'],
    ['string[]', ['text', 1n]],
    ['bool', 1n],
    ['Capability[]', []],
    ['address', `0x${'zz'.repeat(20)}`],
    ['bytes32', `0x${'zz'.repeat(32)}`],
    ['bytes32', `0x${'1 '.repeat(32)}`],
    ['string[]', new Array(2)],
    ['string', 'a lone surrogate \ud800'],
    ['string[]', ['text', '\udfff']],
  ]
  for (const [type, value] of others) {
    it(`refuses ${inspect(value)} for ${type}`, () => expectRefusal(type, value))
  }

  it('says of a long text that is refused how it begins', () => {
    expect(() => encode('uint64', 'x'.repeat(1_000_000)))
      .to.throw(WireError)
      .with.property('received')
      .with.lengthOf.below(300)
  })
})

function expectRefusal(type: string, value: unknown): void {
  expect(() => encode(type, value))
    .to.throw(WireError)
    .that.includes({ code: 'MEMBER_INVALID', field: 'member', expected: type, received: value })
}
