import { expect } from 'chai'
import fc from 'fast-check'
import { cheapestFirst, UNIT, unitOf, unitsOf } from '../../examples/content-routing/metering.ts'

describe('the example content-routing', () => {
  describe('bills content by units', () => {
    it('that were begun', () => {
      expect([0, 1, UNIT, UNIT + 1].map(unitsOf)).to.deep.equal([0, 1, 1, 2])
      for (const length of [-1, 1.5, Number.NaN]) expect(() => unitsOf(length)).to.throw(RangeError)
    })

    it('which put together are the content', () => {
      fc.assert(
        fc.property(fc.nat(5 * UNIT), (length) => {
          const content = Buffer.alloc(length, 'some text, ')
          const units = Array.from({ length: unitsOf(length) }, (_, index) => unitOf(content, index))
          expect(Buffer.concat(units).equals(content)).to.equal(true)
          expect(unitOf(content, units.length)).to.have.length(0)
        }),
        { numRuns: 30 },
      )
    })

    it('from who asks least for them, and has them', () => {
      const route = (name: string, price: bigint, length: number | undefined) => ({ name, price, length })
      const routes = [route('a', 3n, 1), route('b', 2n, undefined), route('c', 2n, 1), route('d', 2n, 1)]
      expect(cheapestFirst(routes).map(({ name }) => name)).to.deep.equal(['c', 'd', 'a'])
    })

    it('and from nobody who tells a length that cannot be, of which each unit would be asked for', () => {
      const told = ['1e15', '67108865', '-1', '0.5', 'Infinity', 'long', '67108864']
      const routes = told.map((text) => ({ name: text, price: 1n, length: Number(text) }))
      expect(cheapestFirst(routes).map(({ name }) => name)).to.deep.equal(['67108864'])
    })
  })
})
