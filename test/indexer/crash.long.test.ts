import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import type { HDAccount } from 'viem/accounts'
import type { StorePlace } from '../../indexer/store/store.ts'
import { SEED } from '../seed.ts'
import { type Anvil, startAnvil } from './support/anvil.ts'
import { onBothStores } from './support/both-stores.ts'
import { dump, dumpFresh, removeDataDirs, startIndex } from './support/index-of.ts'
import { Market } from './support/market.ts'
import { Random } from './support/random.ts'
import { randomStep } from './support/random-walk.ts'

/** Kills between two comparisons with a fresh index. */
const KILLS_PER_SESSION = 4
/** `MESH_TEST_KILLS=200` kills it two hundred times. */
const sessions = Math.ceil(Number(process.env.MESH_TEST_KILLS ?? KILLS_PER_SESSION) / KILLS_PER_SESSION)

onBothStores('an index that is killed', function (emptyPlace) {
  this.timeout(120_000)
  let anvil: Anvil
  let market: Market
  let members: HDAccount[]
  let child: ChildProcess | undefined
  /** Rejected with what the index said when its process ends by itself. */
  let failed: Promise<never>

  before(async () => {
    // It is never asked to go back, and of ten thousand blocks 4,096 states took all of the machine's memory.
    anvil = await startAnvil('--prune-history', '64')
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
    // Who is killed early may not have read what it was sent.
    started.on('error', () => {})
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

  /** Kills it somewhere between start, reading, committing and polling. */
  async function killSomewhere(random: Random, place: StorePlace, cursors: number[]): Promise<void> {
    // One in ten is killed while it opens its store, the others after some commits, and a moment later.
    const isEarly = random.below(10) === 0
    const started = spawnIndex(place).then((cursor) => cursors.push(cursor))
    if (isEarly) {
      started.catch(() => {})
      await sleep(random.below(1_000))
    } else {
      await started
      const commits = 1 + random.below(4)
      for (let told = 0; told < commits; told++) {
        await Promise.race([once(child as ChildProcess, 'message'), failed])
      }
      await sleep(random.below(50))
    }
    await kill()
  }

  it(`goes on where it was and ends up equal to one that was never killed (seed ${SEED})`, async function () {
    this.timeout(sessions * 120_000)
    const random = new Random(SEED)
    const place = await emptyPlace()
    const cursors: number[] = []
    for (let session = 0; session < sessions; session++) {
      for (let round = 0; round < KILLS_PER_SESSION; round++) {
        let walking = true
        const walk = (async () => {
          while (walking) await randomStep(market, random, members)
        })()
        // A walk that fails makes no more blocks, so nobody would be killed after the next one.
        const killed = killSomewhere(random, place, cursors)
        await Promise.race([killed, walk]).finally(() => {
          walking = false
        })
        await Promise.all([killed, walk])
      }
      const height = await market.height()
      const survivor = await startIndex(anvil.rpcUrl, market.deployment, place)
      try {
        await survivor.index.waitForBlock(height)
        const fresh = await dumpFresh(anvil.rpcUrl, market.deployment, height)
        expect(await dump(survivor.store)).to.deep.equal(fresh)
      } finally {
        await survivor.stop()
      }
    }
    expect(cursors).to.deep.equal(cursors.toSorted((a, b) => a - b))
    expect(cursors.at(-1)).to.be.greaterThan(cursors[0] ?? 0)
  })
})
