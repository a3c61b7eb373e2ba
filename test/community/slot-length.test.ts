import { expect } from 'chai'
import fc from 'fast-check'
import type { MeteredSlot } from '../../community/dataset.ts'
import { withLength } from '../../community/slot-length.ts'

const wh = fc.integer({ min: 0, max: 5_000 })
const readings = fc.array(fc.record({ loadWh: wh, pvWh: wh }), { minLength: 3, maxLength: 3 })
const data = fc
  .record({ slots: fc.array(readings, { minLength: 1, maxLength: 9 }), first: fc.nat({ max: 7 }) })
  .map(({ slots, first }) =>
    slots.map(
      (homes, index): MeteredSlot => ({
        start: (first + index) * 900,
        end: (first + index + 1) * 900,
        readings: homes.map((home, number) => ({ home: `h${number}`, ...home })),
      }),
    ),
  )

/** What each home used, generated, and had left, slot by slot. */
function sums(slots: readonly MeteredSlot[], kind: 'loadWh' | 'pvWh' | 'left'): number[] {
  return [0, 1, 2].map((home) =>
    slots.reduce((all, slot) => {
      const { loadWh = 0, pvWh = 0 } = slot.readings[home] ?? {}
      return all + { loadWh, pvWh, left: Math.max(0, pvWh - loadWh) }[kind]
    }, 0),
  )
}

describe('withLength', () => {
  for (const minutes of [5, 15, 30, 60]) {
    it(`loses and makes no Wh with slots of ${minutes} minutes`, () => {
      fc.assert(
        fc.property(data, (slots) => {
          const other = withLength(slots, minutes * 60)
          for (const kind of ['loadWh', 'pvWh'] as const)
            expect(sums(other, kind)).to.deep.equal(sums(slots, kind))
          if (minutes <= 15) expect(sums(other, 'left')).to.deep.equal(sums(slots, 'left'))
          for (const { start, end } of other)
            expect([start % (minutes * 60), end - start]).to.deep.equal([0, minutes * 60])
        }),
      )
    })
  }

  it('spreads evenly, and gives the first ones what is over', () => {
    const slots = [{ start: 0, end: 900, readings: [{ home: 'a', loadWh: 8, pvWh: 0 }] }]
    expect(withLength(slots, 300).map(({ readings: [only] }) => only?.loadWh)).to.deep.equal([3, 3, 2])
    expect(withLength(slots, 300).map(({ start }) => start)).to.deep.equal([0, 300, 600])
  })

  it('leaves slots of the same length alone, whenever they begin', () => {
    const slots = [{ start: 60, end: 960, readings: [] }]
    expect(withLength(slots, 900)).to.deep.equal(slots)
  })

  it('refuses lengths of which neither is a multiple of the other', () => {
    const slots = [{ start: 0, end: 900, readings: [] }]
    expect(() => withLength(slots, 600))
      .to.throw('15 minutes')
      .with.property('code', 'SLOT_LENGTH_INVALID')
  })
})
