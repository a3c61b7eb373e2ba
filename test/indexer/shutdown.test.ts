import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import pg from 'pg'
import { type HttpServer, listen } from '../../indexer/api/server.ts'
import { type Indexer, startIndexer } from '../../indexer/index.ts'
import { until } from '../agent/support/until.ts'
import { type Anvil, startAnvil } from './support/anvil.ts'
import { Market } from './support/market.ts'
import { emptyDatabase } from './support/postgres.ts'

describe('an index that is stopped', function () {
  this.timeout(60_000)
  let anvil: Anvil
  let market: Market
  let database: string
  let indexer: Indexer
  let session: pg.Client
  /** Within a transaction, what others do is seen as it was at first. */
  let watcher: pg.Client

  before(async () => {
    anvil = await startAnvil()
    market = await Market.deploy(anvil.rpcUrl)
    database = await emptyDatabase()
  })
  beforeEach(async () => {
    indexer = await startIndexer({ network: market.network, database, pollInterval: 20 })
    session = new pg.Client(database)
    watcher = new pg.Client(database)
    await Promise.all([session.connect(), watcher.connect()])
  })
  afterEach(async () => {
    await Promise.all([session?.end(), watcher?.end()])
    await indexer?.stop()
  })
  after(() => anvil?.stop())

  /** Sends a request on a connection of its own, and reads all that comes until it is closed. */
  function ask(path: string): { all: Promise<string>; soFar: () => string } {
    const socket = connect(indexer.port, '127.0.0.1')
    let soFar = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      soFar += chunk
    })
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n`)
    return { all: once(socket, 'close').then(() => soFar), soFar: () => soFar }
  }
  const waitsForLock = () =>
    until(async () => {
      const { rows } = await watcher.query(
        "select count(*)::int n from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
      )
      return rows[0].n > 0
    })

  it('lets requests end, and takes no new ones', async () => {
    await session.query('begin; lock table agreements in access exclusive mode')
    const slow = ask('/v1/agreements')
    await waitsForLock()
    const stopped = indexer.stop()
    await until(() =>
      fetch(`${indexer.url}/health`).then(
        () => false,
        () => true,
      ),
    )
    await session.query('rollback')
    expect(await slow.all).to.match(/^HTTP\/1\.1 200[\s\S]*Connection: close[\s\S]*"data":\[\]/)
    await stopped
  })

  it('waits no longer than it may for a request that does not end', async () => {
    await session.query('begin; lock table agreements in access exclusive mode')
    const late = ask('/v1/agreements')
    await waitsForLock()
    const began = performance.now()
    const stopped = indexer.stop()
    expect(await late.all).to.equal('')
    expect(performance.now() - began).to.be.within(4_500, 30_000)
    await session.query('rollback')
    await stopped
  })

  it('ends live streams, and tells their clients when to come back', async () => {
    const stream = ask('/v1/stream')
    await until(() => stream.soFar().includes('text/event-stream'))
    await indexer.stop()
    const retries = [...(await stream.all).matchAll(/^retry:(\d+)$/gm)].map(([, ms]) => Number(ms))
    expect(retries.at(-1)).to.be.within(1_000, 3_000)
  })
})

describe('a server that closes', () => {
  it('does not wait for connections that have asked for nothing', async () => {
    const server: HttpServer = await listen((_, response) => void response.end('here'), '127.0.0.1', 0, {
      all: 8,
      perAddress: 8,
    })
    const socket = connect(server.port, '127.0.0.1')
    await once(socket, 'connect')
    const ended = text(socket)
    const began = performance.now()
    await server.close()
    expect(await ended).to.equal('')
    expect(performance.now() - began).to.be.below(4_000)
  })
})
