import { expect } from 'chai'
import { joinMarket } from '../../agent/index.ts'
import { startMarket, type TestMarket } from './support/market.ts'

describe('joining a market', function () {
  this.timeout(60_000)
  let market: TestMarket

  before(async () => {
    market = await startMarket()
  })
  after(() => market.stop())

  it('makes an agent that can trade out of a key that has nothing', async () => {
    const first = await market.join()
    const network = market.descriptor(first.endpoints)
    await using agent = await joinMarket(
      { network, directory: false },
      { stake: 3_000_000n, balance: 2_000_000n },
    )
    expect(await agent.account.agentId()).to.be.above(0n)
    expect(await agent.account.balance()).to.equal(2_000_000n)
  })

  it('leaves again where it fails', async () => {
    const first = await market.join()
    const network = market.descriptor(first.endpoints)
    const elsewhere = { ...network, deployment: { ...network.deployment, chainId: 1 } }
    const failed = await joinMarket({ network: elsewhere, directory: false }).catch((error: unknown) => error)
    expect(failed).to.be.instanceOf(Error)
    const aborted = new AbortController()
    aborted.abort(new Error('no more'))
    const left = joinMarket({ network, directory: false }, {}, { signal: aborted.signal })
    expect(await left.catch((error: Error) => error.message)).to.equal('no more')
  })
})
