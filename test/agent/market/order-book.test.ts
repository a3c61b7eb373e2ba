import { expect } from 'chai'
import fc from 'fast-check'
import { packBook, unpackBook } from '../../../agent/market/order-book.ts'
import { MeshError } from '../../../protocol/errors.ts'
import type { SlotOrder } from '../../../protocol/types.ts'

const step = fc.record({
  price: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  quantity: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
})
const order: fc.Arbitrary<SlotOrder> = fc.record({
  account: fc
    .uint8Array({ minLength: 20, maxLength: 20 })
    .map((bytes) => `0x${Buffer.from(bytes).toString('hex')}` as const),
  side: fc.constantFrom('buy' as const, 'sell' as const),
  tariff: fc.bigInt({ min: 0n, max: 2n ** 48n - 1n }),
  steps: fc.array(step, { minLength: 1, maxLength: 8 }),
})
const sample: SlotOrder = {
  account: '0x00000000000000000000000000000000000000aa',
  side: 'sell',
  tariff: 3n,
  steps: [{ price: -1n, quantity: 7n }],
}

describe('packBook', () => {
  it('packs what unpackBook reads', () => {
    fc.assert(
      fc.property(fc.array(order, { maxLength: 6 }), (orders) => {
        expect(unpackBook(packBook(orders))).to.deep.equal(orders)
      }),
    )
  })

  it('puts account, tariff, side and number of steps into a head, and two steps into a word', () => {
    expect(packBook([sample])).to.deep.equal([
      (0xaan << 96n) | (3n << 16n) | 0x101n,
      (((2n ** 64n - 1n) << 64n) | 7n) << 128n,
    ])
  })

  it('refuses what does not fit', () => {
    for (const wrong of [
      { steps: [] },
      { steps: Array.from({ length: 9 }, () => ({ price: 1n, quantity: 1n })) },
      { tariff: 2n ** 48n },
      { tariff: -1n },
      { steps: [{ price: 2n ** 63n, quantity: 1n }] },
      { steps: [{ price: 0n, quantity: 2n ** 64n }] },
    ]) {
      expect(() => packBook([{ ...sample, ...wrong }]), JSON.stringify(Object.keys(wrong)))
        .to.throw(MeshError)
        .with.property('code', 'ORDER_INVALID')
    }
    expect(() => unpackBook(packBook([sample]).slice(0, 1))).to.throw(MeshError)
  })
})
