import { expect } from 'chai'
import { readBatches } from '../agent/market/rides/support/batches.ts'
import { skip } from '../agent/support/skip.ts'
import { Faults } from './support/faults.ts'
import { startMarket, type TestMarket } from './support/market.ts'
import { matchOverMesh } from './support/ride-batch.ts'

describe('a batch of real trips over the mesh', () => {
  let market: TestMarket

  before(async function () {
    this.timeout(120_000)
    market = await startMarket()
  })

  after(() => market?.stop())

  /** Matches the first of the smaller batch's riders and drivers. @returns the part by which they drive more than they had to */
  async function match(count: { riders: number; drivers: number }, period: number) {
    const [{ riders, drivers }] = readBatches() as [ReturnType<typeof readBatches>[number]]
    const batch = { riders: riders.slice(0, count.riders), drivers: drivers.slice(0, count.drivers) }
    const faults = new Faults()
    const result = await matchOverMesh(market, batch, { period, onError: faults.hear })
    const { total, optimum, bids, rounds, seconds } = result
    const above = total / optimum - 1
    const percent = `${(above * 100).toFixed(2)} % above the optimum`
    console.log(
      `      ${percent}, ${bids} bids, ${rounds} rounds, ${seconds.toFixed(1)} s`,
      ...new Set(faults.codes),
    )
    return above
  }

  it('8 riders and 10 drivers agree within 3 % of the optimum, and on chain', async function () {
    this.timeout(600_000)
    expect(await match({ riders: 8, drivers: 10 }, 16_000)).to.be.below(0.03)
  })

  it('all 28 riders and 35 drivers do', async function () {
    if (process.env.MESH_TEST_DEEP === undefined) {
      skip(this, 'five minutes of both cores, for 980 connections: MESH_TEST_DEEP=1 has it')
    }
    this.timeout(1_800_000)
    expect(await match({ riders: 28, drivers: 35 }, 200_000)).to.be.below(0.03)
  })
})
