import { expect } from 'chai'
import { pino } from 'pino'
import { type Indexer, startIndexer } from '../../indexer/index.ts'
import { until } from '../agent/support/until.ts'
import { type Anvil, startAnvil } from './support/anvil.ts'
import { emptyDataDir, removeDataDirs } from './support/index-of.ts'
import { Market } from './support/market.ts'

type Line = Record<string, unknown>

describe('the log of requests', function () {
  this.timeout(60_000)
  let anvil: Anvil
  let indexer: Indexer
  const lines: Line[] = []

  before(async () => {
    anvil = await startAnvil()
    const { network } = await Market.deploy(anvil.rpcUrl)
    const logger = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) })
    indexer = await startIndexer({ network, logger, dataDir: await emptyDataDir() })
  })
  after(async () => {
    await indexer?.stop()
    await anvil?.stop()
    removeDataDirs()
  })

  const lineOf = (id: string | null) => until(() => lines.find((line) => line.id === id))

  it('has each with its route, status and time, by the id that the answer has', async () => {
    const response = await fetch(`${indexer.url}/v1/trades?limit=1`)
    await response.text()
    const id = response.headers.get('x-request-id')
    expect(id).to.match(/^[\da-f-]{36}$/)
    const line = await lineOf(id)
    expect(line).to.include({
      method: 'GET',
      route: '/v1/trades',
      status: 200,
      level: pino.levels.values.debug,
    })
    expect(line.ms).to.be.a('number')
  })

  it('has no path, query, header or body, which may hold secrets', async () => {
    const response = await fetch(`${indexer.url}/v1/agents/SECRET?key=SECRET`, {
      headers: { Cookie: 'SECRET', 'X-Secret': 'SECRET' },
    })
    const keyed = await fetch(`${indexer.url}/v1/trades`, { headers: { Authorization: 'Bearer SECRET' } })
    const posted = await fetch(`${indexer.url}/v1/intents`, {
      ...{ method: 'POST', body: '{"signature":"SECRET"}' },
      headers: { 'Content-Type': 'application/json' },
    })
    const problem = (await response.json()) as { instance: string }
    const id = response.headers.get('x-request-id')
    expect(problem.instance).to.equal(`urn:uuid:${id}`)
    expect(await lineOf(id)).to.include({ route: '/v1/agents/{agentId}', status: 400 })
    expect(await lineOf(posted.headers.get('x-request-id'))).to.include({
      method: 'POST',
      route: '/v1/intents',
    })
    expect(await lineOf(keyed.headers.get('x-request-id'))).to.include({ status: 401 })
    expect(JSON.stringify(lines)).not.to.include('SECRET')
  })
})
