import { expect } from 'chai'
import fc from 'fast-check'
import { costOf, costOfShift, type Line, waiting } from '../../examples/bus-lines/timetable.ts'
import { type ExampleMarket, startExampleMarket } from './running-example.ts'

describe('the example bus-lines', () => {
  describe('knows what a timetable costs', () => {
    const line = (name: string, offset: number): Line => ({
      name,
      headway: 20,
      offset,
      wanted: 0,
      stiffness: 5n,
      stops: { market: 12 },
    })
    const lines = (a: number, b: number) =>
      new Map([line('a', a), line('b', b)].map((each) => [each.name, each]))
    const transfer = { from: 'a', to: 'b', stop: 'market', people: 3n }

    it('those who change: they wait for the next bus', () => {
      expect([0, 1, 19].map((offset) => waiting(lines(0, offset), transfer))).to.deep.equal([0, 1, 19])
      expect(waiting(lines(1, 0), transfer)).to.equal(19)
      expect(() => waiting(lines(0, 0), { ...transfer, stop: 'harbour' })).to.throw(RangeError)
    })

    it('a line: waiting of those whom it brings, and how far it is from what it wants, around the hour', () => {
      expect(costOf(lines(0, 2), [transfer], 'a')).to.equal(6_000n)
      expect(costOf(lines(0, 2), [transfer], 'b')).to.equal(10n)
      expect(costOf(lines(0, 19), [], 'b')).to.equal(5n)
      expect(() => costOf(lines(0, 0), [], 'c')).to.throw(RangeError)
    })

    it('when a line is shifted, and nothing when it is shifted back', () => {
      fc.assert(
        fc.property(fc.nat(19), fc.nat(19), fc.integer({ min: -9, max: 9 }), (a, b, minutes) => {
          const before = lines(a, b)
          const there = costOfShift(before, [transfer], 'a', { line: 'b', minutes })
          const after = lines(a, (b + minutes + 20) % 20)
          expect(costOfShift(after, [transfer], 'a', { line: 'b', minutes: -minutes })).to.equal(-there || 0n)
          expect(before).to.deep.equal(lines(a, b))
        }),
      )
    })
  })

  describe('in a market', function () {
    this.timeout(120_000)
    let market: ExampleMarket
    before(async () => {
      market = await startExampleMarket()
    })
    after(() => market.stop())

    it('agrees on one shift for nothing and on one for money, which is settled', async () => {
      const example = market.run('bus-lines')
      expect(await example.exited, example.output).to.equal(0)
      // 40 × 19 + 60 × 19 + 10 × 14 minutes; at the end 10 × 14.
      expect(example.output).to.match(/^before: .* passengers wait 2040 min/m)
      expect(example.output).to.match(/^agreed for nothing: R7 leaves 1 min later for T1; signed by 0x/m)
      // B2 loses 20,000 a day and its own passengers save 10,000; T1 saves 40 × 19 × 1,000: half way between.
      expect(example.output).to.match(
        /^agreed for money: B2 leaves 1 min later for T1; settled on chain for 0\.385000 test dollars/m,
      )
      expect(example.output).to.match(/^after: T1 at :0 every 20 min, B2 at :6 .*, R7 at :4 .* wait 140 min/m)
    })
  })
})
