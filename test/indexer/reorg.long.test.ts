import { expect } from 'chai'
import type { HDAccount } from 'viem/accounts'
import { UNDO_DEPTH } from '../../indexer/store/progress.ts'
import { SEED } from '../seed.ts'
import { type Anvil, startAnvil } from './support/anvil.ts'
import { onBothStores } from './support/both-stores.ts'
import {
  caughtUp,
  dump,
  dumpFresh,
  expectEqualToFresh,
  type RunningIndex,
  removeDataDirs,
  startIndex,
} from './support/index-of.ts'
import { Market } from './support/market.ts'
import { Random } from './support/random.ts'
import { randomStep } from './support/random-walk.ts'
import { type RpcCall, startRelay } from './support/relay.ts'

onBothStores('reorganisations', function (emptyPlace) {
  this.timeout(120_000)
  let anvil: Anvil
  let market: Market
  let running: RunningIndex
  let members: HDAccount[]

  before(async () => {
    anvil = await startAnvil()
    market = await Market.deploy(anvil.rpcUrl)
    members = [await market.join(1), await market.join(2), await market.join(3)]
    running = await startIndex(anvil.rpcUrl, market.deployment, await emptyPlace())
  })
  after(async () => {
    await running?.stop()
    await anvil?.stop()
    removeDataDirs()
  })

  const [buyer, seller] = [() => members[0] as HDAccount, () => members[1] as HDAccount]

  it('undoes what a revert took back and takes in what came instead', async () => {
    await market.trade(buyer(), seller())
    const open = await market.draft(buyer(), seller())
    await market.open(buyer(), seller(), open)
    await caughtUp(running, market)
    const before = await dump(running.store)

    const snapshot = await market.test.snapshot()
    await market.settle(buyer(), open)
    await market.register(buyer(), 'https://agents.example/gone')
    await market.trade(seller(), buyer(), { quantity: 999n })
    await caughtUp(running, market)
    expect(await dump(running.store)).not.to.deep.equal(before)

    await market.test.revert({ id: snapshot })
    await caughtUp(running, market)
    expect(await dump(running.store)).to.deep.equal(before)

    await market.trade(buyer(), seller(), { quantity: 4_321n })
    await expectEqualToFresh(running, market)
    const status = await running.store.transaction((tx) =>
      tx.selectFrom('agreements').select('status').where('id', '=', market.idOf(open)).executeTakeFirst(),
    )
    expect(status).to.deep.equal({ status: 'open' })
  })

  it('tells of it in the live events', async () => {
    await caughtUp(running, market)
    const height = await market.height()
    const snapshot = await market.test.snapshot()
    await market.trade(buyer(), seller())
    await caughtUp(running, market)
    await market.test.revert({ id: snapshot })
    await caughtUp(running, market)
    const last = await running.store.transaction((tx) =>
      tx.selectFrom('outbox').selectAll().orderBy('id', 'desc').limit(1).executeTakeFirstOrThrow(),
    )
    expect(last.type).to.equal('reorg')
    expect(JSON.parse(last.data).data).to.deep.equal({ from: height + 1 })
  })

  it('follows a chain that replaced its newest blocks by others of the same heights', async () => {
    for (let trade = 0; trade < 3; trade++) await market.trade(buyer(), seller())
    await caughtUp(running, market)
    const height = await market.height()
    const hash = running.index.cursor.hash
    // The last five blocks lose their transactions.
    await market.reorg(5)
    expect(await market.height()).to.equal(height)
    await caughtUp(running, market)
    expect(running.index.cursor.hash).not.to.equal(hash)
    await expectEqualToFresh(running, market)
  })

  it('sees a reorganisation of which it missed the beginning and the end', async () => {
    const snapshot = await market.test.snapshot()
    await market.trade(buyer(), seller())
    await caughtUp(running, market)
    await running.index.stop()
    await market.test.revert({ id: snapshot })
    for (let trade = 0; trade < 3; trade++) await market.trade(seller(), buyer(), { quantity: 77n })
    await running.store.close()
    running = await startIndex(anvil.rpcUrl, market.deployment, running.place)
    await expectEqualToFresh(running, market)
  })

  for (const moment of ['eth_getLogs', 'eth_getBlockByNumber'] as const) {
    it(`sees one that happens while it reads, at ${moment}`, async () => {
      const relay = await startRelay(anvil.rpcUrl)
      const watched = await startIndex(relay.url, market.deployment, await emptyPlace())
      const snapshot = await market.test.snapshot()
      await market.trade(buyer(), seller(), { quantity: 1_111n })
      await watched.index.waitForBlock(await market.height())
      const { number, hash } = watched.index.cursor

      // The chain is replaced, the cursor's block too, after the index has found that block in place.
      const isMoment = ({ method, params }: RpcCall) =>
        method === moment && (moment === 'eth_getLogs' || Number(params[0]) > number)
      let replaced = false
      relay.before = async (calls) => {
        if (replaced || !calls.some(isMoment)) return
        replaced = true
        await market.test.revert({ id: snapshot })
        for (let trade = 0; trade < 3; trade++) await market.trade(seller(), buyer(), { quantity: 2_222n })
      }
      await market.test.mine({ blocks: 2 })
      await watched.index.waitFor((cursor) => cursor.number > number && replaced, AbortSignal.timeout(20_000))
      const height = await market.height()
      const block = await market.client.getBlock()
      await watched.index.waitFor((cursor) => cursor.hash === block.hash, AbortSignal.timeout(20_000))
      expect((await market.client.getBlock({ blockNumber: BigInt(number) })).hash).not.to.equal(hash)
      expect(await dump(watched.store)).to.deep.equal(
        await dumpFresh(anvil.rpcUrl, market.deployment, height),
      )
      await watched.stop()
      relay.stop()
    })
  }

  it(`is equal to a fresh index after any walk (seed ${SEED})`, async () => {
    const random = new Random(SEED)
    for (let round = 0; round < 6; round++) {
      for (let step = random.below(4); step >= 0; step--) await randomStep(market, random, members)
      const snapshot = await market.test.snapshot()
      for (let step = random.below(5); step >= 0; step--) await randomStep(market, random, members)
      if (random.below(2) === 0) await caughtUp(running, market)
      if (random.below(3) > 0) await market.test.revert({ id: snapshot })
      await expectEqualToFresh(running, market)
    }
  })

  it(`is equal to a fresh index after reorganisations of any depth up to 256 (seed ${SEED})`, async () => {
    const random = new Random(SEED)
    // Members joined below what may be replaced.
    await market.test.mine({ blocks: UNDO_DEPTH })
    for (const depth of [UNDO_DEPTH, ...Array.from({ length: 4 }, () => 1 + random.below(UNDO_DEPTH))]) {
      for (let step = random.below(4); step >= 0; step--) {
        await randomStep(market, random, members)
        await market.test.mine({ blocks: 1 + random.below(60) })
      }
      await caughtUp(running, market)
      await market.reorg(depth)
      if (random.below(2) === 0) await randomStep(market, random, members)
      await expectEqualToFresh(running, market)
    }
  })

  it('goes back as far as 256 blocks, and stops with a clear error beyond', async () => {
    await market.test.mine({ blocks: 300 })
    await caughtUp(running, market)
    const deep = await market.test.snapshot()
    await market.trade(buyer(), seller())
    await market.test.mine({ blocks: 10 })
    const within = await market.test.snapshot()
    await market.trade(buyer(), seller())
    await market.test.mine({ blocks: 250 })
    await caughtUp(running, market)
    await market.test.revert({ id: within })
    await expectEqualToFresh(running, market)

    await market.test.mine({ blocks: 260 })
    await caughtUp(running, market)
    await market.test.revert({ id: deep })
    await market.trade(seller(), buyer())
    const failure = await running.index
      .waitFor(() => false, AbortSignal.timeout(20_000))
      .catch((error: unknown) => error)
    expect(failure).to.include({ name: 'ChainError', code: 'REORG_TOO_DEEP' })
    expect((failure as Error).message).to.match(/Delete the data directory/)
  })
})
