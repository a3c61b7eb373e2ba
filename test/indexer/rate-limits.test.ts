import { expect } from 'chai'
import { type Indexer, startIndexer } from '../../indexer/index.ts'
import { skipUnlessLinux } from '../agent/support/skip.ts'
import { type ServedMarket, serveMarket } from './support/api.ts'
import { askFrom } from './support/ask-from.ts'

const READS = 3
const WRITES = 2

describe('how often one may ask', function () {
  this.timeout(60_000)
  let served: ServedMarket
  let indexer: Indexer

  before(async () => {
    served = await serveMarket()
  })
  after(() => served?.stop())
  beforeEach(async () => {
    const { network } = served.market
    indexer = await startIndexer({ network, readsPerMinute: READS, writesPerMinute: WRITES })
  })
  afterEach(() => indexer.stop())

  const read = () => fetch(`${indexer.url}/v1/trades`)
  const write = () =>
    fetch(`${indexer.url}/v1/intents/prepare`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{}',
    })

  it('is told with each answer', async () => {
    const { headers } = await read()
    expect(headers.get('RateLimit')).to.match(/^"anonymous-reads"; r=2; t=\d+$/)
    expect(headers.get('RateLimit-Policy')).to.match(/^"anonymous-reads"; q=3; w=60; pk=:[\w+/=]+:$/)
    const written = await write()
    expect(written.headers.get('RateLimit')).to.match(/^"anonymous-writes"; r=1; t=\d+$/)
  })

  it('has an end, with the time to wait for', async () => {
    for (let sent = 0; sent < READS; sent++) expect((await read()).status).to.equal(200)
    const refused = await read()
    expect(refused.status).to.equal(429)
    expect(Number(refused.headers.get('Retry-After'))).to.be.within(1, 60)
    expect(refused.headers.get('RateLimit')).to.match(/^"anonymous-reads"; r=0/)
    const problem = (await refused.json()) as Record<string, string>
    expect(problem).to.include({ type: 'urn:mesh:problem:too-often', expected: 'at most 3 reads a minute' })
  })

  it('counts reads and writes apart, and what watches the process not at all', async () => {
    for (let sent = 0; sent <= READS; sent++) await read()
    expect((await write()).status).to.equal(400)
    for (const path of ['/health', '/ready']) {
      const { status, headers } = await fetch(indexer.url + path)
      expect(status).to.not.equal(429)
      expect(headers.has('RateLimit')).to.equal(false)
    }
  })

  it('is each address’s own', async function () {
    skipUnlessLinux(this, 'a second address of the loopback answers by itself on Linux alone')
    for (let sent = 0; sent <= READS; sent++) await read()
    expect((await askFrom('127.0.0.2', `${indexer.url}/v1/trades`)).status).to.equal(200)
  })
})
