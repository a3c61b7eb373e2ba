import { expect } from 'chai'
import pg from 'pg'
import { type Indexer, type IndexerOptions, startIndexer } from '../../indexer/index.ts'
import { until } from '../agent/support/until.ts'
import { type Anvil, startAnvil } from './support/anvil.ts'
import { Market } from './support/market.ts'
import { emptyDatabase } from './support/postgres.ts'

describe('/ready', function () {
  this.timeout(90_000)
  let anvil: Anvil
  let market: Market
  let database: string
  const running: Indexer[] = []
  const sessions: pg.Client[] = []

  before(async () => {
    anvil = await startAnvil()
    market = await Market.deploy(anvil.rpcUrl)
  })
  beforeEach(async () => {
    database = await emptyDatabase()
  })
  afterEach(async () => {
    for (const session of sessions.splice(0)) await session.end()
    for (const indexer of running.splice(0)) await indexer.stop()
  })
  after(() => anvil?.stop())

  async function start(options: Partial<IndexerOptions> = {}): Promise<Indexer> {
    const indexer = await startIndexer({ network: market.network, pollInterval: 20, database, ...options })
    running.push(indexer)
    return indexer
  }

  async function readiness({ url }: Indexer): Promise<Record<string, unknown>> {
    const response = await fetch(`${url}/ready`)
    return { ...((await response.json()) as object), status: response.status }
  }
  const isReady = (indexer: Indexer) =>
    until(async () => {
      const answer = await readiness(indexer)
      return answer.status === 200 && answer
    }, 30_000)
  /** The problem of one kind, once there is one. */
  const problem = (indexer: Indexer, type: string) =>
    until(async () => {
      const answer = await readiness(indexer)
      return answer.type === `urn:mesh:problem:${type}` && answer
    }, 30_000)

  /** Has every statement wait that does something with a table, as a lock of this kind says. */
  async function lock(table: string, mode: string): Promise<{ release(): Promise<unknown> }> {
    const session = new pg.Client(database)
    sessions.push(session)
    await session.connect()
    await session.query(`begin; lock table ${table} in ${mode} mode`)
    return { release: () => session.query('rollback') }
  }

  it('is not when more blocks are missing than may, here or at the process that writes', async () => {
    const limits = { maxLagBlocks: 3, maxLagSeconds: 3600 }
    const writer = await start(limits)
    const reader = await start({ ...limits, readOnly: true })
    await isReady(writer)
    await isReady(reader)
    const { release } = await lock('progress', 'exclusive')
    await market.test.mine({ blocks: 4 })
    const received = { field: 'blocks', expected: 'at most 3 blocks behind', status: 503 }
    expect(await problem(writer, 'catching-up')).to.include({ ...received, received: '4 blocks behind' })
    // Nothing of a writer that waits for the database reaches the others, not even that it lives.
    expect(await problem(reader, 'writer-silent')).to.include({ field: 'writer', status: 503 })
    expect((await fetch(`${writer.url}/health`)).status).to.equal(200)
    await release()
    const height = await market.height()
    for (const indexer of [writer, reader]) {
      await indexer.waitForBlock(height, { signal: AbortSignal.timeout(30_000) })
      expect(await isReady(indexer)).to.include({ blockNumber: height, head: height, lag: 0 })
    }
  })

  it('is not when a block is missing for longer than may be', async () => {
    const indexer = await start({ maxLagSeconds: 1 })
    await isReady(indexer)
    const { release } = await lock('progress', 'exclusive')
    await market.test.mine({ blocks: 1 })
    const answer = await problem(indexer, 'catching-up')
    expect(answer).to.include({ field: 'seconds', expected: 'at most 1 seconds behind', status: 503 })
    expect(answer.received).to.match(/^\d+ seconds behind$/)
    expect(answer.remedy).to.match(/database/)
    await release()
    await isReady(indexer)
  })

  it('is not when the database does not answer', async () => {
    const indexer = await start()
    await isReady(indexer)
    const { release } = await lock('progress', 'access exclusive')
    expect(await problem(indexer, 'database-silent')).to.include({ field: 'database', status: 503 })
    expect((await fetch(`${indexer.url}/health`)).status).to.equal(200)
    await release()
    await isReady(indexer)
  })

  it('is not any more when the chain was reorganised further back than can be undone', async () => {
    const indexer = await start()
    const snapshot = await market.test.snapshot()
    await market.test.mine({ blocks: 300 })
    await indexer.waitForBlock(await market.height(), { signal: AbortSignal.timeout(30_000) })
    await isReady(indexer)
    await market.test.revert({ id: snapshot })
    await market.test.mine({ blocks: 301, interval: 7 })
    const answer = await problem(indexer, 'reorg-too-deep')
    expect(answer).to.include({ status: 503 })
    expect(answer.remedy).to.match(/rebuilt/)
  })
})
