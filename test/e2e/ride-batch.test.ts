import { expect } from 'chai'
import { readBatches } from '../agent/market/rides/support/batches.ts'
import { Faults } from './support/faults.ts'
import { startMarket, type TestMarket } from './support/market.ts'
import { matchOverMesh } from './support/ride-batch.ts'

const [RIDERS, DRIVERS] = [8, 10]
const PERIOD = 16_000

describe('a part of a batch of real trips over the mesh', function () {
  this.timeout(180_000)
  let market: TestMarket
  const faults = new Faults()

  before(async () => {
    market = await startMarket()
  })

  after(() => market?.stop())

  it(`${RIDERS} riders and ${DRIVERS} drivers agree within 3 % of the optimum, and on chain`, async () => {
    const [{ riders, drivers }] = readBatches() as [ReturnType<typeof readBatches>[number]]
    const batch = { riders: riders.slice(0, RIDERS), drivers: drivers.slice(0, DRIVERS) }
    const result = await matchOverMesh(market, batch, { period: PERIOD, onError: faults.hear })
    const { total, optimum, bids, rounds, seconds } = result
    const above = `${((total / optimum - 1) * 100).toFixed(2)} % above the optimum`
    console.log(`      ${above}, ${bids} bids, ${rounds} rounds, ${seconds.toFixed(1)} s`)
    expect(total / optimum, `${faults.codes.join(', ')}`).to.be.below(1.03)
  })
})
