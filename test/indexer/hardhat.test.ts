import { expect } from 'chai'
import type { HDAccount } from 'viem/accounts'
import { type LocalChain, startChain } from '../../community/chain.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { SEED } from '../seed.ts'
import {
  caughtUp,
  expectEqualToFresh,
  type RunningIndex,
  removeDataDirs,
  startIndex,
} from './support/index-of.ts'
import { Market } from './support/market.ts'
import { Random } from './support/random.ts'

/** The local chain makes blocks whose parent hash is zero when it mines many at once. */
describe('an index of the local chain', function () {
  this.timeout(120_000)
  const files = temporaryDirectory()
  let chain: LocalChain
  let market: Market
  let running: RunningIndex
  let buyer: HDAccount
  let seller: HDAccount

  before(async () => {
    chain = await startChain(files.path('chain.log'))
    market = await Market.deploy(chain.rpcUrl)
    buyer = await market.join(1)
    seller = await market.join(2)
    running = await startIndex(chain.rpcUrl, market.deployment)
  })
  after(async () => {
    await running?.stop()
    await chain?.stop()
    removeDataDirs()
  })

  it('follows blocks whose parent hash is zero', async () => {
    await market.trade(buyer, seller)
    await market.mineMany(1_000)
    const { parentHash } = await market.client.getBlock({
      blockNumber: (await market.client.getBlockNumber()) - 10n,
    })
    expect(parentHash).to.match(/^0x0{64}$/)
    await market.trade(buyer, seller)
    await expectEqualToFresh(running, market)
  })

  it('sees what was reverted below such blocks', async () => {
    await caughtUp(running, market)
    const snapshot = await market.test.snapshot()
    await market.trade(buyer, seller, { quantity: 111n })
    await market.mineMany(100)
    await caughtUp(running, market)
    await market.test.revert({ id: snapshot })
    await market.trade(seller, buyer, { quantity: 222n })
    await market.mineMany(100)
    await expectEqualToFresh(running, market)
    const quantities = await running.store.transaction((tx) =>
      tx.selectFrom('agreements').select('quantity').where('quantity', 'in', [111n, 222n]).execute(),
    )
    expect(quantities).to.deep.equal([{ quantity: 222n }])
  })

  it('sees that the chain became shorter', async () => {
    const snapshot = await market.test.snapshot()
    await market.trade(buyer, seller)
    await caughtUp(running, market)
    await market.test.revert({ id: snapshot })
    await expectEqualToFresh(running, market)
  })

  it(`is equal to a fresh index whatever was mined at once and reverted (seed ${SEED})`, async () => {
    const random = new Random(SEED)
    for (let round = 0; round < 4; round++) {
      const snapshot = await market.test.snapshot()
      await market.mineMany(1 + random.below(100))
      await market.trade(buyer, seller)
      await market.mineMany(1 + random.below(150))
      if (random.below(3) > 0) await caughtUp(running, market)
      await market.test.revert({ id: snapshot })
      if (random.below(2) === 0) await market.trade(seller, buyer)
      if (random.below(2) === 0) await market.mineMany(1 + random.below(300))
      await expectEqualToFresh(running, market)
    }
  })
})
