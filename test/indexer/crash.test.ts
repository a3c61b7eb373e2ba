import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import type { HDAccount } from 'viem/accounts'
import type { StorePlace } from '../../indexer/store/store.ts'
import { type Anvil, startAnvil } from './support/anvil.ts'
import { onBothStores } from './support/both-stores.ts'
import { dump, dumpFresh, removeDataDirs, startIndex } from './support/index-of.ts'
import { Market } from './support/market.ts'
import { Random, SEED } from './support/random.ts'
import { randomStep } from './support/random-walk.ts'

onBothStores('an index that is killed', function (emptyPlace) {
  this.timeout(120_000)
  let anvil: Anvil
  let market: Market
  let members: HDAccount[]
  let child: ChildProcess | undefined
  /** Rejected with what the index said when its process ends by itself. */
  let failed: Promise<never>

  before(async () => {
    anvil = await startAnvil()
    market = await Market.deploy(anvil.rpcUrl)
    members = [await market.join(1), await market.join(2), await market.join(3)]
  })
  after(async () => {
    await kill()
    await anvil?.stop()
    removeDataDirs()
  })

  /** Starts an index in a process of its own; resolves when it has told where it goes on from. */
  async function spawnIndex(place: StorePlace): Promise<number> {
    const started = fork(new URL('./support/index-process.ts', import.meta.url), { silent: true })
    child = started
    const said = text(started.stderr as Readable)
    failed = new Promise((_, reject) => {
      started.once('exit', async (code) => {
        if (child !== started) return
        child = undefined
        reject(new Error(`The index ended with code ${code}: ${await said}`))
      })
    })
    started.send([anvil.rpcUrl, market.deployment, place])
    const [cursor] = await Promise.race([once(started, 'message'), failed])
    return cursor
  }

  async function kill(): Promise<void> {
    if (child === undefined) return
    const killed = child
    child = undefined
    const exited = once(killed, 'exit')
    killed.kill('SIGKILL')
    await exited
  }

  it(`goes on where it was and ends up equal to one that was never killed (seed ${SEED})`, async () => {
    const random = new Random(SEED)
    const place = await emptyPlace()
    const cursors: number[] = []
    for (let round = 0; round < 4; round++) {
      cursors.push(await spawnIndex(place))
      // The kill lands somewhere between reading, committing and polling, while the chain goes on.
      const commits = 1 + random.below(4)
      let told = 0
      let walking = true
      const enough = new Promise<void>((resolve) => {
        child?.on('message', () => {
          told++
          if (told >= commits) resolve()
        })
      })
      const walk = (async () => {
        while (walking) await randomStep(market, random, members)
      })()
      await Promise.race([enough, failed])
      await kill()
      walking = false
      await walk
    }
    expect(cursors).to.deep.equal(cursors.toSorted((a, b) => a - b))
    expect(cursors.at(-1)).to.be.greaterThan(cursors[0] ?? 0)

    const height = await market.height()
    const survivor = await startIndex(anvil.rpcUrl, market.deployment, place)
    try {
      await survivor.index.waitForBlock(height)
      const fresh = await dumpFresh(anvil.rpcUrl, market.deployment, height)
      expect(await dump(survivor.store)).to.deep.equal(fresh)
    } finally {
      await survivor.stop()
    }
  })
})
