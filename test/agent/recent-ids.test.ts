import { expect } from 'chai'
import fc from 'fast-check'
import { RecentIds } from '../../agent/protocols/negotiation/recent-ids.ts'
import type { Hex } from '../../protocol/types.ts'

const id = (number: number): Hex => `0x${number.toString(16).padStart(64, '0')}`

describe('RecentIds', () => {
  it('knows exactly the last ones, however often they come', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 0, max: 9 })),
        (most, numbers) => {
          const ids = new RecentIds(most)
          let expected: number[] = []
          for (const number of numbers) {
            expect(ids.add(id(number))).to.equal(!expected.includes(number))
            if (!expected.includes(number)) expected = [...expected, number].slice(-most)
          }
        },
      ),
    )
  })

  it('takes in new ones though somebody has filled it', () => {
    const ids = new RecentIds(100)
    for (let number = 0; number < 1_000; number++) expect(ids.add(id(number))).to.equal(true)
    expect(ids.add(id(999)), 'the last').to.equal(false)
    expect(ids.add(id(0)), 'the first').to.equal(true)
  })
})
