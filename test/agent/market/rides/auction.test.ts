import { expect } from 'chai'
import fc from 'fast-check'
import { auctionMatching } from '../../../../agent/market/rides/auction.ts'
import { costMatrix, totalOf, UNMATCHED } from '../../../../agent/market/rides/cost-matrix.ts'
import { optimalMatching } from '../../../../agent/market/rides/optimal.ts'
import { anyMatrix, assignmentVectors } from './support/matrices.ts'

describe('auctionMatching', () => {
  for (const { cost, expected, total } of assignmentVectors.cases) {
    it(`gives the published pairs, ${total} in all`, () => {
      const matching = auctionMatching(costMatrix(cost))
      expect(Array.from(matching, (driver, rider) => cost[rider]?.[driver])).to.deep.equal(expected)
    })
  }

  for (const cost of assignmentVectors.infeasible) {
    it(`matches two of three where three cannot be: ${JSON.stringify(cost)}`, () => {
      const total = totalOf(costMatrix(cost), auctionMatching(costMatrix(cost)))
      expect(total).to.deep.equal({ matched: 2, cost: 2000 })
    })
  }

  it('is optimal on any costs, on whichever side there are more, whatever is forbidden', () => {
    fc.assert(
      fc.property(anyMatrix(30), (matrix) => {
        const matching = auctionMatching(matrix)
        const drivers = [...matching].filter((driver) => driver !== UNMATCHED)
        expect(new Set(drivers).size).to.equal(drivers.length)
        expect(totalOf(matrix, matching)).to.deep.equal(totalOf(matrix, optimalMatching(matrix)))
      }),
      { numRuns: 300 },
    )
  })

  it('loses at most its increment for each pair, and no pair', () => {
    fc.assert(
      fc.property(anyMatrix(25), fc.integer({ min: 1, max: 3_000_000 }), (matrix, epsilon) => {
        const total = totalOf(matrix, auctionMatching(matrix, { epsilon }))
        const least = totalOf(matrix, optimalMatching(matrix))
        expect(total.matched).to.equal(least.matched)
        expect(total.cost).to.be.within(least.cost, least.cost + total.matched * epsilon)
      }),
      { numRuns: 300 },
    )
  })

  it('comes to the same in any sequence of riders and drivers', () => {
    fc.assert(
      fc.property(anyMatrix(20), (matrix) => {
        const reversed = { ...matrix, costs: matrix.costs.toReversed() }
        expect(totalOf(reversed, auctionMatching(reversed))).to.deep.equal(
          totalOf(matrix, auctionMatching(matrix)),
        )
      }),
    )
  })

  // Prices of an earlier phase would keep the only rider from the cheapest driver for good.
  it('lets go of drivers that were dear in an earlier phase', () => {
    const matrix = costMatrix([
      [0, 0, 1000],
      [0, 0, 1000],
      [1000, 1, 1001],
    ])
    const wide = { riders: 2, drivers: 3, costs: matrix.costs.slice(3) }
    expect(totalOf(wide, auctionMatching(wide))).to.deep.equal({ matched: 2, cost: 1000 })
  })

  it('refuses costs whose sums would not be exact', () => {
    const rows = Array.from({ length: 200 }, () => Array.from({ length: 200 }, (_, i) => i * 1e9))
    expect(() => auctionMatching(costMatrix(rows))).to.throw('larger unit')
  })
})
