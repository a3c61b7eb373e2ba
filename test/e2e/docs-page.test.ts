import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import { skip } from '../agent/support/skip.ts'
import { type ServedMarket, serveMarket } from '../indexer/support/api.ts'
import { removeDataDirs } from '../indexer/support/index-of.ts'
import { chromiumPath, startChromium } from './support/browser/chromium.ts'

describe('the description of the API in Chromium', function () {
  this.timeout(120_000)
  let served: ServedMarket
  let browser: Browser
  let page: Page
  const complaints: string[] = []
  const requests: string[] = []

  before(async function () {
    const path = chromiumPath()
    if (path === undefined) {
      return skip(this, 'no Chromium here, so nothing is shown of the page: install it, or set CHROMIUM')
    }
    served = await serveMarket()
    browser = await startChromium(path)
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('request', (request) => requests.push(request.url()))
  })
  after(async () => {
    await browser?.close()
    await served?.stop()
    removeDataDirs()
  })

  it('is led to from the dashboard and from the list of routes, and shows routes with their parameters', async () => {
    await page.goto(served.indexer.url)
    await page.getByRole('link', { name: 'The API of this market' }).click()
    await page.getByRole('heading', { name: 'MESH market' }).waitFor()
    await page.getByRole('link', { name: 'Its description' }).click()
    await page.getByText('MESH market API').first().waitFor()
    await page.getByText('/v1/trades', { exact: true }).first().click()
    await page.getByText('nextCursor').first().waitFor()
    if (process.env.SCREENSHOTS !== undefined) {
      await page.screenshot({ path: `${process.env.SCREENSHOTS}/docs.png` })
    }
  })

  it('asks nobody but the server, and has nothing to complain of', () => {
    const foreign = requests.filter(
      (url) => !url.startsWith(`${served.indexer.url}/`) && !url.startsWith('data:'),
    )
    expect(foreign).to.deep.equal([])
    expect(requests.map((url) => new URL(url).pathname)).to.include.members([
      '/docs/viewer.js',
      '/openapi.json',
    ])
    expect(complaints).to.deep.equal([])
  })

  it('lets the viewer be kept for long, and load nothing of elsewhere', async () => {
    const { headers } = await served.get('/docs')
    expect(headers.get('content-security-policy'))
      .to.include("default-src 'none'")
      .and.not.match(/https?:|\*/)
    const source = /src="(\/docs\/viewer\.js\?v=[\d.]+)"/.exec((await served.get('/docs')).body)?.[1] ?? ''
    const viewer = await served.get(source)
    expect(viewer.status).to.equal(200)
    expect(viewer.headers.get('content-type')).to.match(/javascript/)
    expect(viewer.headers.get('cache-control')).to.match(/max-age=31536000, immutable/)
  })
})
