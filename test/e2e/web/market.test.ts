import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { type ServedMarket, serveMarket } from '../../indexer/support/api.ts'
import { removeDataDirs } from '../../indexer/support/index-of.ts'
import { type TcpRelay, tcpRelay } from '../support/tcp-relay.ts'
import { type Dashboard, startDashboard } from './support/dashboard.ts'

/** Most bytes of what the first view loads, compressed. */
const FIRST_LOAD = 200 * 1024

describe('the dashboard: the market, live', function () {
  this.timeout(120_000)
  let served: ServedMarket
  let relay: TcpRelay
  let dashboard: Dashboard
  let page: Page
  const figure = (name: string) => page.locator('.figure', { hasText: name }).locator('.value')
  const rows = () => page.getByRole('region', { name: 'The last trades' }).locator('tbody tr')

  before(async function () {
    dashboard = await startDashboard(this)
    served = await serveMarket()
    relay = await tcpRelay([`/ip4/127.0.0.1/tcp/${served.indexer.port}`])
    const url = `http://127.0.0.1:${relay.endpoint.split('/').at(-1)}`
    page = await dashboard.open(url)
  })
  after(async () => {
    await dashboard?.close()
    relay?.stop()
    await served?.stop()
    removeDataDirs()
  })

  it('says that nothing was traded while nothing was', async () => {
    await page.getByText('Nobody has traded yet.', { exact: true }).waitFor()
    await page.getByText('Live', { exact: true }).waitFor()
  })

  it('shows a trade when it happens, without being asked', async () => {
    const { market, buyer, seller } = served
    await market.trade(buyer, seller, { quantity: 42n })
    await rows().first().getByText('42 Wh').waitFor()
    await figure('Trades settled').getByText('1', { exact: true }).waitFor()
    await page
      .locator('.ticker')
      .getByText(/sold 42 Wh/)
      .waitFor()
    // Of a chart that nobody points at.
    await page
      .locator('.u-legend')
      .getByText(/^0\.042 kWh|^42 Wh/)
      .waitFor()
  })

  it('shows an intent when it is heard', async () => {
    served.mesh.intent(served.buyer, { quantity: 777n })
    await page.locator('.wishes').getByText('777 Wh').waitFor()
  })

  it('says that it is cut off, keeps what it shows, and goes on by itself', async () => {
    const { market, buyer, seller } = served
    relay.cut()
    await page.getByText(/^Disconnected/).waitFor()
    expect(await rows().count()).to.equal(1)
    await market.trade(buyer, seller, { quantity: 43n })
    await page.getByText('Live', { exact: true }).waitFor()
    await rows().first().getByText('43 Wh').waitFor()
    await figure('Trades settled').getByText('2', { exact: true }).waitFor()
  })

  it('takes back what a reorganisation took back, and says so', async () => {
    const { market, buyer, seller } = served
    const height = await market.height()
    await market.trade(buyer, seller, { quantity: 44n })
    await rows().first().getByText('44 Wh').waitFor()
    await market.reorg((await market.height()) - height)
    await page
      .getByText(/The chain was reorganised from block/)
      .first()
      .waitFor()
    await rows().first().getByText('43 Wh').waitFor()
    expect(await rows().count()).to.equal(2)
  })

  it('has a view at each address, and says so where there is none', async () => {
    await page.getByRole('link', { name: 'Agents', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'Agents' }).waitFor()
    expect(await page.title()).to.equal('Agents · MESH')
    await page.goBack()
    await page.getByRole('heading', { level: 1, name: 'The market, live' }).waitFor()
  })

  it('loads little, compressed, from this server alone, and has nothing to complain of', async () => {
    const other = await dashboard.open(served.indexer.url)
    await other.getByText('Live', { exact: true }).waitFor()
    await other.context().close()
    const own = dashboard.requests.filter((url) => url.startsWith(served.indexer.url))
    const files = [
      ...new Set(own.map((url) => new URL(url).pathname).filter((path) => !path.startsWith('/v1'))),
    ]
    expect(files)
      .to.include('/')
      .and.to.satisfy((all: string[]) => all.some((path) => path.endsWith('.js')))
    let bytes = 0
    for (const path of files) {
      const response = await fetch(served.indexer.url + path)
      const body = Buffer.from(await response.arrayBuffer())
      // What fits into one packet is not worth compressing.
      if (/\.(js|css)$/.test(path) && body.length > 1_024)
        expect(response.headers.get('content-encoding'), path).to.equal('gzip')
      bytes += path.endsWith('.woff2') ? body.length : gzipSync(body).length
    }
    expect(bytes).to.be.below(FIRST_LOAD)
    const foreign = dashboard.requests.filter(
      (url) => !url.startsWith('http://127.0.0.1:') && !url.startsWith('data:'),
    )
    expect(foreign).to.deep.equal([])
    // Requests that were cut off are the browser's to complain of.
    const faults = dashboard.complaints.filter(
      (text) => !/ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY|ERR_NETWORK/.test(text),
    )
    expect(faults).to.deep.equal([])
  })
})
