import { expect } from 'chai'
import { auctionMatching } from '../../../../agent/market/rides/auction.ts'
import { distanceMatrix, totalOf } from '../../../../agent/market/rides/cost-matrix.ts'
import { greedyByArrival, greedyByCost } from '../../../../agent/market/rides/greedy.ts'
import { haversine } from '../../../../agent/market/rides/haversine.ts'
import { optimalMatching } from '../../../../agent/market/rides/optimal.ts'
import { readBatches } from './support/batches.ts'

/** The vectors state a tenth of a metre; ours counts each of up to 57 distances in millimetres. */
const ROUNDING = 0.05 + 57 * 0.0005

describe('batches of real trips', () => {
  for (const batch of readBatches()) {
    const matrix = distanceMatrix(batch.riders, batch.drivers)
    const everybody = batch.riders.length
    const totals = [
      ['the optimum', optimalMatching, batch.optimal_total_m],
      ['the auction', auctionMatching, batch.optimal_total_m],
      ['greedy by arrival', greedyByArrival, batch.greedy_arrival_order_total_m],
      ['greedy by cost', greedyByCost, batch.greedy_cheapest_pair_total_m],
    ] as const
    for (const [name, match, expected] of totals) {
      it(`come to ${expected} m by ${name}, ${everybody} riders of ${batch.start_local}`, () => {
        const { matched, cost } = totalOf(matrix, match(matrix))
        expect(matched).to.equal(everybody)
        expect(cost / 1000).to.be.closeTo(expected, ROUNDING)
      })
    }
  }

  it('are measured as the haversine formula does', () => {
    expect(haversine([0, 0], [0, 90])).to.be.closeTo((6_371_008.8 * Math.PI) / 2, 1e-6)
    expect(haversine([0, 0], [180, 0])).to.be.closeTo(6_371_008.8 * Math.PI, 1e-6)
    expect(haversine([4.39, 52.04], [4.39, 52.04])).to.equal(0)
  })
})
