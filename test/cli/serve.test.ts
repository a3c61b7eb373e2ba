import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import type { HDAccount } from 'viem/accounts'
import { Store } from '../../indexer/store/store.ts'
import { until } from '../agent/support/until.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { type Anvil, startAnvil } from '../indexer/support/anvil.ts'
import { dump, dumpFresh, removeDataDirs } from '../indexer/support/index-of.ts'
import { Market } from '../indexer/support/market.ts'
import { emptyDatabase } from '../indexer/support/postgres.ts'
import { Random } from '../indexer/support/random.ts'
import { randomStep } from '../indexer/support/random-walk.ts'
import { SseClient } from '../indexer/support/sse-client.ts'
import { SEED } from '../seed.ts'
import { mesh, startMesh } from './mesh.ts'

/** Longest time until another process has noticed and taken over, on a busy machine. */
const TAKEOVER = 30_000

describe('mesh serve', function () {
  this.timeout(120_000)
  const files = temporaryDirectory()
  const children = new Set<ChildProcess>()
  let anvil: Anvil
  let market: Market
  let members: HDAccount[]
  let database: string

  before(async () => {
    anvil = await startAnvil()
    market = await Market.deploy(anvil.rpcUrl)
    members = [await market.join(1), await market.join(2), await market.join(3)]
    database = await emptyDatabase()
    files.write('network.json', JSON.stringify(market.network))
  })
  after(async () => {
    for (const child of children) child.kill('SIGKILL')
    await anvil?.stop()
    removeDataDirs()
  })

  const args = (...more: string[]) => ['serve', '--network', 'network.json', '--port', '0', '--json', ...more]

  /** Starts a process; resolves when its API listens. */
  async function serve(...more: string[]): Promise<{ url: string; kill(): Promise<void> }> {
    const child = startMesh(files.path('.'), args(...more), { DATABASE_URL: database })
    children.add(child)
    const said = text(child.stderr)
    const exited = once(child, 'exit')
    const failed = exited.then(async ([code]) => {
      throw new Error(`mesh serve ended with code ${code}: ${await said}`)
    })
    failed.catch(() => {})
    const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), failed])) as [string]
    return {
      ...(JSON.parse(line) as { url: string }),
      async kill() {
        children.delete(child)
        child.kill('SIGKILL')
        await exited
      },
    }
  }

  /** The block that an API answers from, once it says that it is ready. */
  async function ready(url: string): Promise<number> {
    const { blockNumber } = await until(async () => {
      const response = await fetch(`${url}/ready`)
      const body = (await response.json()) as { blockNumber: number }
      return response.status === 200 && body
    }, TAKEOVER)
    return blockNumber
  }

  const walk = async (random: Random, steps: number) => {
    for (let step = 0; step < steps; step++) await randomStep(market, random, members)
  }

  it(`hands over when the writer is killed, and loses and doubles nothing (seed ${SEED})`, async () => {
    const random = new Random(SEED)
    const writer = await serve()
    const standby = await serve()
    const reader = await serve('--read-only')
    const listener = await SseClient.open(reader.url)
    await walk(random, 6)
    // Killed while it has something to do.
    const walking = walk(random, 6)
    await until(() => listener.events.length > 10, TAKEOVER)
    await writer.kill()
    await walking
    await walk(random, 6)
    const height = await market.height()
    await until(
      async () => (await ready(standby.url)) >= height && (await ready(reader.url)) >= height,
      TAKEOVER,
    )

    const store = await Store.open({ database }, true)
    try {
      expect(await dump(store)).to.deep.equal(await dumpFresh(anvil.rpcUrl, market.deployment, height))
      const outbox = await store.transaction((tx) =>
        tx.selectFrom('outbox').selectAll().orderBy('id').execute(),
      )
      const last = String(outbox.at(-1)?.id)
      await listener.until(({ id }) => id === last)
      const heard = listener.events.map(({ id, event, data }) => ({ id: Number(id), type: event, data }))
      const written = outbox.map(({ id, type, data }) => ({ id, type, data: JSON.parse(data) }))
      expect(heard).to.deep.equal(written.slice(-heard.length))
      // Nothing was told before the listener came, but what came in between.
      expect(heard.length).to.be.greaterThan(12)
    } finally {
      await store.close()
      listener.close()
    }

    await standby.kill()
    const response = await until(async () => {
      const answer = await fetch(`${reader.url}/ready`)
      return answer.status === 503 && answer
    }, TAKEOVER)
    expect(await response.json()).to.include({ type: 'urn:mesh:problem:writer-silent' })
    expect((await fetch(`${reader.url}/v1/trades`)).status).to.equal(200)
    await reader.kill()
  })

  it('says what is missing', async () => {
    const cases: [string[], string][] = [
      [args(), 'DATABASE_URL'],
      [args('--database', 'postgres://mesh:secret@127.0.0.1:1/mesh'), '127.0.0.1:1'],
      [[...args('--database', database), '--network', 'nowhere.json'], 'nowhere.json'],
      [args('--database', await emptyDatabase(), '--read-only'), 'Remedy:'],
    ]
    for (const [line, word] of cases) {
      const { code, stdout, stderr } = await mesh(files.path('.'), ...line)
      expect(stderr).to.include(word).and.include('Remedy:').and.not.include('secret')
      expect(stdout).to.equal('')
      expect(code).to.equal(1)
    }
  })
})
