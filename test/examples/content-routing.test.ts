import { expect } from 'chai'
import fc from 'fast-check'
import { cheapestFirst, UNIT, unitOf, unitsOf } from '../../examples/content-routing/metering.ts'
import { type ExampleMarket, startExampleMarket } from './running-example.ts'

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

  describe('in a market', function () {
    this.timeout(120_000)
    let market: ExampleMarket
    before(async () => {
      market = await startExampleMarket()
    })
    after(() => market.stop())

    it('fetches from the cheapest who has it, and every unit is settled on chain', async () => {
      const example = market.run('content-routing')
      expect(await example.exited, example.output).to.equal(0)
      const fetched = [
        ...example.output.matchAll(/^(\S+) fetched \S+ from (\S+): (\d+) bytes, (\d+) units/gm),
      ]
      expect(fetched.map(([, ...parts]) => parts.join(' '))).to.deep.equal([
        'edge-a origin 300000 5',
        'edge-b edge-a 300000 5',
        'edge-c edge-a 300000 5',
        'edge-c origin 50000 1',
      ])
      const settled = [...example.output.matchAll(/^settled on chain: (.*)$/gm)].map(([, text]) => text)
      expect(settled).to.have.members([
        'edge-a paid origin 0.004500 test dollars for 5 units',
        'edge-b paid edge-a 0.001000 test dollars for 5 units',
        'edge-c paid edge-a 0.001000 test dollars for 5 units',
        'edge-c paid origin 0.000900 test dollars for 1 units',
      ])
    })
  })
})
