import { expect } from 'chai'
import fc from 'fast-check'
import { ranked } from '../../../agent/query/rank.ts'

const half = () => 0.5

describe('the order in which peers are asked', () => {
  it('is by measured time, else by distance, and last those that misbehaved', () => {
    const peers = [
      { name: 'guilty', guilt: 0.9, roundTrip: 10 },
      { name: 'far', guilt: 0, distance: 9_000 },
      { name: 'slow', guilt: 0, roundTrip: 80 },
      { name: 'near', guilt: 0, distance: 10 },
      { name: 'fast', guilt: 0, roundTrip: 2 },
    ]
    expect(ranked(peers, half).map(({ name }) => name)).to.deep.equal([
      'fast',
      'near',
      'slow',
      'guilty',
      'far',
    ])
  })

  it('is left to the lot among peers that are as good, and leaves nobody out', () => {
    const draw = fc.nat({ max: 99 }).map((lot) => lot / 100)
    fc.assert(
      fc.property(fc.array(draw, { minLength: 8, maxLength: 8 }), (lots) => {
        const peers = lots.map((lot) => ({ guilt: 0, lot }))
        const drawn = [...lots]
        const order = ranked(peers, () => drawn.shift() ?? 0)
        expect(order.map(({ lot }) => lot)).to.deep.equal(lots.toSorted((a, b) => a - b))
      }),
    )
  })

  it('spreads questions over peers on one machine, whose times differ by chance', () => {
    // Numerical Recipes' generator, so that a failure can be seen again.
    let state = 1
    const draw = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state / 2 ** 32
    }
    const peers = Array.from({ length: 10 }, (_, index) => ({ index, guilt: 0, roundTrip: 0.3 + index / 20 }))
    const counts = new Map<number, number>()
    for (let run = 0; run < 1000; run++) {
      const [first] = ranked(peers, draw)
      if (first !== undefined) counts.set(first.index, (counts.get(first.index) ?? 0) + 1)
    }
    expect(Math.max(...counts.values())).to.be.below(200)
    expect(Math.min(...counts.values())).to.be.above(50)
  })
})
