import { expect } from 'chai'
import type { Household } from '../../community/household.ts'
import { startIndexer } from '../../indexer/index.ts'
import { joinHome, SLOT } from './support/homes.ts'
import { startMarket, type TestMarket } from './support/market.ts'
import { emptyProject, type Project } from './support/stranger.ts'

describe('a stranger with the published package alone', function () {
  this.timeout(180_000)
  let market: TestMarket
  let project: Project
  const homes: Household[] = []

  before(async () => {
    project = emptyProject()
    market = await startMarket()
  })

  after(async () => {
    await Promise.all(homes.map((home) => home.stop()))
    await market?.stop()
    project?.remove()
  })

  it('joins, buys from the community, and sees its purchase settled', async () => {
    const seller = await home([])
    const neighbour = await home(seller.endpoints)
    const network = market.descriptor(seller.endpoints)
    const indexer = await startIndexer({ network })
    try {
      // Nobody sells yet, so the neighbour keeps asking, and the stranger hears which slot is traded.
      neighbour.startSlot({ ...SLOT, loadWh: 400, pvWh: 0 })
      const stranger = project.run('examples/buy-energy/index.ts', { MESH_API: indexer.url, MESH_WH: '50' })
      await stranger.line(/^asking for 50 Wh/)
      seller.startSlot({ ...SLOT, loadWh: 0, pvWh: 500 })
      await stranger.line(/^agreed: 50 Wh/)
      seller.closeSlot(0)
      expect(await stranger.line(/^settled: (\d+) minor units for 50 Wh/)).to.be.a('string')
      expect(await stranger.exited).to.equal(0)
    } finally {
      await indexer.stop()
    }
  })

  async function home(bootstrapPeers: string[]): Promise<Household> {
    const household = await joinHome(market, bootstrapPeers, { isBootstrap: homes.length === 0 })
    homes.push(household)
    return household
  }
})
