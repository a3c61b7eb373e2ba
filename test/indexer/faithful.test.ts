import { expect } from 'chai'
import type { HDAccount } from 'viem/accounts'
import { SEED } from '../seed.ts'
import { type Anvil, startAnvil } from './support/anvil.ts'
import { expectLikeContracts, expectRoundsLikeContracts } from './support/contract-views.ts'
import {
  caughtUp,
  expectEqualToFresh,
  type RunningIndex,
  removeDataDirs,
  startIndex,
} from './support/index-of.ts'
import { Market } from './support/market.ts'
import { Random } from './support/random.ts'
import { learnAtRandom, randomStep } from './support/random-walk.ts'

describe('the rows of an index and the contracts', function () {
  this.timeout(180_000)
  let anvil: Anvil
  let market: Market
  let running: RunningIndex
  let members: HDAccount[]

  before(async () => {
    anvil = await startAnvil()
    market = await Market.deploy(anvil.rpcUrl)
    members = [await market.join(1), await market.join(2), await market.join(3)]
    running = await startIndex(anvil.rpcUrl, market.deployment)
  })
  after(async () => {
    await running?.stop()
    await anvil?.stop()
    removeDataDirs()
  })

  it(`say the same after any walk, and after what was taken back of it (seed ${SEED})`, async () => {
    const random = new Random(SEED)
    const compared: Record<string, number> = {}
    for (let round = 0; round < 5; round++) {
      for (let step = 0; step < 8; step++) await randomStep(market, random, members)
      const snapshot = await market.test.snapshot()
      for (let step = random.below(4); step >= 0; step--) await randomStep(market, random, members)
      await caughtUp(running, market)
      if (random.below(2) === 0) await market.test.revert({ id: snapshot })
      await caughtUp(running, market)
      Object.assign(compared, await expectLikeContracts(running.store, market))
    }
    expect(Math.min(compared.agents ?? 0, compared.accounts ?? 0)).to.be.greaterThan(2)
  })

  it(`say the same of learning (seed ${SEED})`, async () => {
    const random = new Random(SEED)
    for (let round = 0; round < 3; round++) {
      await learnAtRandom(market, random, members)
      const snapshot = await market.test.snapshot()
      await learnAtRandom(market, random, members)
      await caughtUp(running, market)
      if (random.below(2) === 0) await market.test.revert({ id: snapshot })
      await caughtUp(running, market)
      expect(await expectRoundsLikeContracts(running.store, market)).to.be.greaterThan(round)
    }
    await expectEqualToFresh(running, market)
  })
})
