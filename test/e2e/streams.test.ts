import { expect } from 'chai'
import { type Deal, hasEnded, type MeshNetwork } from '../../agent/index.ts'
import { Faults } from './support/faults.ts'
import { energyIntent, startMarket, type TestMarket } from './support/market.ts'

const PROPOSAL = { quantity: 100n, price: 200_000n }
const soon = () => AbortSignal.timeout(10_000)

describe('the streams of deals', function () {
  this.timeout(60_000)
  let market: TestMarket
  let buyer: MeshNetwork
  let seller: MeshNetwork
  let faults: { buyer: Faults; seller: Faults }

  before(async () => {
    market = await startMarket()
  })

  beforeEach(async () => {
    faults = { buyer: new Faults(), seller: new Faults() }
    buyer = await market.join({ onError: faults.buyer.hear })
    seller = await market.join({ onError: faults.seller.hear, bootstrapPeers: buyer.endpoints })
    buyer.onOffer(() => ({ type: 'accept' }))
  })

  after(() => market.stop())

  async function opened(): Promise<Deal> {
    const intent = await buyer.publishIntent(energyIntent(100n))
    const outcome = await seller.offer(intent, PROPOSAL, { duration: 60n })
    if (outcome.type !== 'agreed') throw new Error(`declined: ${outcome.reason} ${outcome.detail}`)
    return seller.untilDeal(outcome.deal.id, ({ state }) => state === 'opened', soon())
  }

  it('end without a fault when an agent leaves', async () => {
    const { id } = await opened()
    await seller.deliver(id, 100n)
    await buyer.untilDeal(id, hasEnded, soon())
    await seller.disconnect()
    expect(faults.seller.codes).to.deep.equal([])
    await buyer.disconnect()
    expect(faults.buyer.codes).to.deep.equal([])
  })
})
