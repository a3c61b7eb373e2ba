import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { type ServedMarket, serveMarket } from '../../indexer/support/api.ts'
import { rate } from '../../indexer/support/feedback.ts'
import { removeDataDirs } from '../../indexer/support/index-of.ts'
import { account } from '../../indexer/support/market.ts'
import { type Dashboard, startDashboard } from './support/dashboard.ts'

/** What a registration can say that a page must neither run, follow nor believe. */
const HOSTILE = 'https://evil.example/"><img src=x onerror="document.title=1">'

describe('the dashboard: agents', function () {
  this.timeout(120_000)
  let served: ServedMarket
  let dashboard: Dashboard
  let page: Page
  const rows = () => page.getByRole('region', { name: 'Agents' }).locator('tbody tr')

  before(async function () {
    dashboard = await startDashboard(this)
    served = await serveMarket()
    page = await dashboard.open(`${served.indexer.url}/agents`)
  })
  after(async () => {
    await dashboard?.close()
    await served?.stop()
    removeDataDirs()
  })

  it('shows who there is with stake and reputation, and who comes', async () => {
    await rows().nth(1).waitFor()
    expect(await rows().allInnerTexts()).to.satisfy((texts: string[]) =>
      texts.every((text) => text.includes('500,000.00') && text.includes('0.50')),
    )
    await served.market.register(account(5), 'data:,Ada')
    await rows().first().getByRole('link', { name: 'Ada' }).waitFor()
    expect(await rows().count()).to.equal(3)
  })

  it('finds an agent by its name, and says when there is none', async () => {
    await page.getByLabel('Find').fill('ada')
    await rows().nth(1).waitFor({ state: 'detached' })
    expect(await rows().count()).to.equal(1)
    await page.getByLabel('Find').fill('nobody')
    await page.getByText('None of them is called so.').waitFor()
    await page.getByLabel('Find').fill('')
    await page.getByLabel('Sorted by').selectOption('name')
    await rows().first().getByRole('link', { name: 'Ada' }).waitFor()
  })

  it('shows one agent with its trades and its feedback as they come', async () => {
    const { market, buyer, seller } = served
    await page.getByRole('link', { name: 'Agent 2', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'Agent 2' }).waitFor()
    await page.getByText('It has not traded yet.').waitFor()
    await page.getByText('Nobody has said anything about it yet.').waitFor()
    const agreement = await market.trade(buyer, seller, { quantity: 321n })
    const trades = page.getByRole('region', { name: 'Its trades' })
    await trades.getByText('321 Wh').waitFor()
    await trades.getByText('sold', { exact: true }).waitFor()
    await rate(market, buyer, agreement, 90n)
    await page.getByRole('region', { name: 'Feedback, the last first' }).getByText('90.0 %').waitFor()
    await page.getByText('1 of 1 stand on a paid agreement').waitFor()
  })

  it('says that there is no such agent', async () => {
    await page.goto(`${served.indexer.url}/agents/4711`)
    await page.getByText('No agent has this id.').waitFor()
    // The browser itself tells of the status.
    for (const complaint of dashboard.complaints.splice(0)) expect(complaint).to.match(/404/)
  })

  it('shows a hostile registration as the text that it is', async () => {
    const id = await served.market.register(account(6), HOSTILE)
    await served.caughtUp()
    await page.goto(`${served.indexer.url}/agents/${id}`)
    await page.locator('.stranger', { hasText: HOSTILE }).waitFor()
    expect(await page.locator('main img').count()).to.equal(0)
    expect(dashboard.requests.filter((url) => url.includes('evil.example'))).to.deep.equal([])
    expect(dashboard.complaints).to.deep.equal([])
  })
})
