import { expect } from 'chai'
import fc from 'fast-check'
import { award, bid, type LotBid } from '../../../../agent/market/rides/bidding.ts'
import { totalOf, UNMATCHED } from '../../../../agent/market/rides/cost-matrix.ts'
import { limitOf } from '../../../../agent/market/rides/limit.ts'
import { optimalMatching } from '../../../../agent/market/rides/optimal.ts'
import { anyMatrix } from './support/matrices.ts'

describe('bid', () => {
  it('makes the best lot an increment worse than the second best', () => {
    expect(bid([10, 30], [0, 0], 100, 1)).to.deep.equal({ lot: 0, price: 21, profit: -31 })
    expect(bid([10, 30], [25, 0], 100, 1)).to.deep.equal({ lot: 1, price: 6, profit: -36 })
  })

  it('goes up to its limit, and no further', () => {
    expect(bid([10], [0], 50, 7)).to.deep.equal({ lot: 0, price: 40, profit: -50 })
    expect(bid([10], [33], 50, 7)).to.deep.equal({ lot: 0, price: 40, profit: -50 })
    expect(bid([10], [34], 50, 7)).to.equal(undefined)
    expect(bid([Number.POSITIVE_INFINITY], [0], 50, 7)).to.equal(undefined)
    expect(bid([], [], 50, 7)).to.equal(undefined)
  })
})

describe('award', () => {
  it('goes to the highest bid, of equals to the first, and to none that does not raise the price', () => {
    expect(award(20, [{ price: 21 }, { price: 25 }, { price: 25 }], 1)).to.equal(1)
    expect(award(20, [{ price: 20 }, { price: 20.5 }], 1)).to.equal(undefined)
    expect(award(20, [], 1)).to.equal(undefined)
  })
})

describe('bids and awards among agents that hear late of prices', () => {
  it('end within an increment a pair of the least cost, in whatever order messages come', () => {
    fc.assert(
      fc.property(
        anyMatrix(8),
        fc.integer({ min: 100, max: 5_000 }),
        fc.infiniteStream(fc.nat()),
        (matrix, epsilon, lots) => {
          const total = totalOf(matrix, trade(matrix, epsilon, lots))
          const least = totalOf(matrix, optimalMatching(matrix))
          expect(total.matched).to.equal(least.matched)
          expect(total.cost).to.be.within(least.cost, least.cost + total.matched * epsilon)
        },
      ),
    )
  })

  /** Each rider knows prices of its own, and a message of anybody may be the next to arrive. */
  function trade(matrix: Parameters<typeof limitOf>[0], epsilon: number, draw: Iterator<number>): Int32Array {
    const { riders, drivers, costs } = matrix
    const limit = limitOf(matrix) + riders * epsilon
    const prices = new Float64Array(drivers)
    const heard = Array.from({ length: riders }, () => new Float64Array(drivers))
    const riderOf = new Int32Array(drivers).fill(UNMATCHED)
    const matching = new Int32Array(riders).fill(UNMATCHED)
    const onTheWay: { rider: number; offer: LotBid }[] = []
    const speak = (rider: number) => {
      const row = costs.subarray(rider * drivers, (rider + 1) * drivers)
      const offer = bid(row, heard[rider] as Float64Array, limit, epsilon)
      if (offer) onTheWay.push({ rider, offer })
    }
    for (let rider = 0; rider < riders; rider++) speak(rider)
    while (onTheWay.length > 0) {
      const index = (draw.next().value as number) % onTheWay.length
      const [{ rider, offer }] = onTheWay.splice(index, 1) as [{ rider: number; offer: LotBid }]
      const { lot } = offer
      const known = heard[rider] as Float64Array
      if (award(prices[lot] as number, [offer], epsilon) === undefined) {
        known[lot] = prices[lot] as number
        speak(rider)
        continue
      }
      prices[lot] = offer.price
      known[lot] = offer.price
      const outbid = riderOf[lot] as number
      riderOf[lot] = rider
      matching[rider] = lot
      if (outbid === UNMATCHED) continue
      matching[outbid] = UNMATCHED
      ;(heard[outbid] as Float64Array)[lot] = offer.price
      speak(outbid)
    }
    return matching
  }
})
