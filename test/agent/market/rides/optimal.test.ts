import { expect } from 'chai'
import fc from 'fast-check'
import {
  costMatrix,
  inverse,
  totalOf,
  transpose,
  UNMATCHED,
} from '../../../../agent/market/rides/cost-matrix.ts'
import { optimalMatching } from '../../../../agent/market/rides/optimal.ts'
import { anyMatrix, assignmentVectors, bruteForce } from './support/matrices.ts'

describe('optimalMatching', () => {
  for (const { cost, expected, total } of assignmentVectors.cases) {
    it(`gives the published pairs, ${total} in all`, () => {
      const matching = optimalMatching(costMatrix(cost))
      expect(Array.from(matching, (driver, rider) => cost[rider]?.[driver])).to.deep.equal(expected)
    })
  }

  for (const cost of assignmentVectors.infeasible) {
    it(`matches two of three where three cannot be: ${JSON.stringify(cost)}`, () => {
      const matching = optimalMatching(costMatrix(cost))
      expect(totalOf(costMatrix(cost), matching)).to.deep.equal({ matched: 2, cost: 2000 })
      expect([...matching].filter((driver) => driver === UNMATCHED).length).to.equal(1)
    })
  }

  it('is what trying all matchings finds, for up to seven on a side', () => {
    fc.assert(
      fc.property(anyMatrix(7), (matrix) => {
        expect(totalOf(matrix, optimalMatching(matrix))).to.deep.equal(bruteForce(matrix))
      }),
      { numRuns: 200 },
    )
  })

  it('gives nobody two, and no forbidden pair', () => {
    fc.assert(
      fc.property(anyMatrix(30), (matrix) => {
        const drivers = [...optimalMatching(matrix)].filter((driver) => driver !== UNMATCHED)
        expect(new Set(drivers).size).to.equal(drivers.length)
        expect(totalOf(matrix, optimalMatching(matrix)).cost).to.be.finite
      }),
    )
  })

  it('comes to the same from either side, and in any sequence of riders', () => {
    fc.assert(
      fc.property(anyMatrix(20), (matrix) => {
        const total = totalOf(matrix, optimalMatching(matrix))
        const other = inverse(optimalMatching(transpose(matrix)), matrix.riders)
        expect(totalOf(matrix, other)).to.deep.equal(total)
        const reversed = { ...matrix, costs: matrix.costs.toReversed() }
        expect(totalOf(reversed, optimalMatching(reversed))).to.deep.equal(total)
      }),
    )
  })
})

describe('costMatrix', () => {
  it('names the place of what is no cost', () => {
    expect(() => costMatrix([[1, 2], [3]])).to.throw('cost[1]')
    expect(() => costMatrix([[1, Number.NaN]])).to.throw('cost[0][1]')
  })
})
