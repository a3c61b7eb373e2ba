import { expect } from 'chai'
import fc from 'fast-check'
import { Timetable } from '../../examples/bus-lines/timetable.ts'

describe('the example bus-lines', () => {
  describe('knows what a timetable costs', () => {
    const line = (name: string, offset: number) => ({ name, headway: 20, offset, wanted: 0, stiffness: 5 })
    const transfer = { from: 'a', to: 'b', stop: 'market', minutes: 0, people: 3 }
    const table = (a: number, b: number, transfers = [transfer]) =>
      new Timetable({ lines: [line('a', a), line('b', b)], transfers })

    it('those who change: they wait for the next bus', () => {
      const waiting = (timetable: Timetable) => Number(/wait (\d+) min/.exec(String(timetable))?.[1])
      expect([0, 1, 19].map((offset) => waiting(table(0, offset)))).to.deep.equal([0, 3, 57])
      expect(waiting(table(1, 0))).to.equal(57)
      expect(waiting(table(1, 0, [{ ...transfer, minutes: -18 }]))).to.equal(3)
      expect(() => String(table(0, 0, [{ ...transfer, to: 'c' }]))).to.throw(RangeError, 'no line c')
    })

    it('a line: waiting of those whom it brings, and how far it is from what it wants, around the hour', () => {
      expect(table(0, 2).costOf('a')).to.equal(6_000)
      expect(table(0, 2).costOf('b')).to.equal(10)
      expect(table(0, 19).costOf('b')).to.equal(5)
      expect(() => table(0, 0).costOf('c')).to.throw(RangeError)
    })

    it('when a line is shifted around the hour, and as before when it is shifted back', () => {
      fc.assert(
        fc.property(fc.nat(19), fc.nat(19), fc.integer({ min: -9, max: 9 }), (a, b, minutes) => {
          const before = table(a, b)
          const there = before.shifted('b', minutes)
          expect(String(there)).to.equal(String(table(a, (b + minutes + 20) % 20)))
          expect(String(there.shifted('b', -minutes))).to.equal(String(before))
          expect(String(before)).to.equal(String(table(a, b)))
        }),
      )
      expect(() => table(0, 0).shifted('c', 1)).to.throw(RangeError, 'no line c')
      for (const minutes of [0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        expect(() => table(0, 0).shifted('b', minutes)).to.throw(RangeError, 'whole minutes')
      }
    })
  })
})
