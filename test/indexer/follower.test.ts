import { expect } from 'chai'
import { BlockRange } from '../../indexer/follower/block-range.ts'
import { type Anvil, startAnvil } from './support/anvil.ts'
import { dump, dumpFresh, removeDataDirs, startIndex } from './support/index-of.ts'
import { Market } from './support/market.ts'
import { type RpcCall, startRelay } from './support/relay.ts'

describe('the follower', function () {
  this.timeout(60_000)
  let anvil: Anvil
  let market: Market

  before(async () => {
    anvil = await startAnvil()
    market = await Market.deploy(anvil.rpcUrl)
    const buyer = await market.join(1)
    const seller = await market.join(2)
    for (let trade = 0; trade < 4; trade++) {
      await market.trade(buyer, seller)
      await market.test.mine({ blocks: 150 })
    }
  })
  after(async () => {
    await anvil?.stop()
    removeDataDirs()
  })

  const rangeOf = ({ params }: RpcCall) => {
    const { fromBlock, toBlock } = params[0] as { fromBlock: string; toBlock: string }
    return Number(toBlock) - Number(fromBlock) + 1
  }

  it('asks for less when the provider refuses, and gets through all the same', async () => {
    const relay = await startRelay(anvil.rpcUrl)
    const asked: number[] = []
    relay.before = async (calls) => {
      for (const call of calls.filter(({ method }) => method === 'eth_getLogs')) {
        asked.push(rangeOf(call))
        if (rangeOf(call) > 200) throw new Error('range too large')
      }
    }
    const height = await market.height()
    const running = await startIndex(relay.url, market.deployment)
    await running.index.waitForBlock(height)
    expect(await dump(running.store)).to.deep.equal(await dumpFresh(anvil.rpcUrl, market.deployment, height))
    expect(Math.max(...asked)).to.be.greaterThan(200)
    const taken = asked.filter((size) => size <= 200)
    expect(taken.reduce((sum, size) => sum + size, 0)).to.equal(height)
    await running.stop()
    relay.stop()
  })

  it('goes on after any call fails, whichever it is', async () => {
    const relay = await startRelay(anvil.rpcUrl)
    let calls = 0
    let refused = 0
    relay.before = async () => {
      calls++
      // Triangular numbers: one more call gets through each time, so that every one is the failing one once.
      if (calls !== (refused * (refused + 1)) / 2 + 1) return
      refused++
      throw new Error('try again')
    }
    const height = await market.height()
    const running = await startIndex(relay.url, market.deployment)
    await running.index.waitForBlock(height)
    expect(await dump(running.store)).to.deep.equal(await dumpFresh(anvil.rpcUrl, market.deployment, height))
    expect(refused).to.be.greaterThan(5)
    expect(running.index.failure).to.equal(undefined)
    await running.stop()
    relay.stop()
  })

  it('doubles its range up to a bound, halves it down to one block', () => {
    const range = new BlockRange(6_000)
    range.succeeded(0)
    expect(range.size).to.equal(BlockRange.MAX_BLOCKS)
    range.succeeded(BlockRange.MANY_LOGS + 1)
    expect(range.size).to.equal(BlockRange.MAX_BLOCKS / 2)
    for (let refusal = 0; refusal < 20; refusal++) range.failed()
    expect(range.size).to.equal(1)
  })
})
