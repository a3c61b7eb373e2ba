import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { until } from '../../agent/support/until.ts'
import { type ServedMarket, serveMarket } from '../../indexer/support/api.ts'
import { removeDataDirs } from '../../indexer/support/index-of.ts'
import { type Dashboard, startDashboard } from './support/dashboard.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const VIEWS = ['/', '/energy', '/rides', '/agents', '/learning', '/governance', '/trade']

/** Until nothing is being read any more. The page's policy lets nothing be evaluated in it that could wait there. */
async function untilRead(page: Page): Promise<void> {
  await until(async () => (await page.locator('main .spinner').count()) === 0)
}

/** Violations of WCAG 2.1, levels A and AA, by axe-core. */
async function violationsOn(page: Page): Promise<string[]> {
  // The page's policy lets no script in but its own; DevTools may.
  await page.evaluate(axe)
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: Violation[] }> }
    }
    interface Violation {
      id: string
      nodes: { target: string[]; failureSummary: string }[]
    }
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']
    const { violations } = await axe.run({ runOnly: { type: 'tag', values: tags } })
    return violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join('; ')}`,
    )
  })
}

describe('the dashboard: for everybody', function () {
  this.timeout(180_000)
  let served: ServedMarket
  let dashboard: Dashboard
  let agreement: string

  before(async function () {
    dashboard = await startDashboard(this)
    served = await serveMarket()
    const { market, buyer, seller, mesh } = served
    await market.register(seller, 'data:,seller')
    agreement = market.idOf(await market.trade(buyer, seller))
    mesh.intent(buyer)
    await served.caughtUp()
  })
  after(async () => {
    await dashboard?.close()
    await served?.stop()
    removeDataDirs()
  })

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no violation of WCAG 2.1 AA in ${colorScheme} colours`, async () => {
      const page = await dashboard.open(served.indexer.url, { colorScheme })
      for (const view of [...VIEWS, '/agents/1', `/agreements/${agreement}`]) {
        await page.goto(served.indexer.url + view)
        await page.getByRole('heading', { level: 1 }).waitFor()
        await untilRead(page)
        expect(await violationsOn(page), view).to.deep.equal([])
      }
      await page.context().close()
    })
  }

  it('needs no sideways scrolling at the width of a phone', async () => {
    const page = await dashboard.open(served.indexer.url, { viewport: { width: 390, height: 844 } })
    for (const view of [...VIEWS, '/agents/1', `/agreements/${agreement}`]) {
      await page.goto(served.indexer.url + view)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await untilRead(page)
      const excess = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
      expect(excess, view).to.be.at.most(0)
    }
    await page.context().close()
  })

  it('is walked by the keyboard: past the navigation into the content, and through the views', async () => {
    const page = await dashboard.open(served.indexer.url)
    await page.getByText('Live', { exact: true }).waitFor()
    await page.keyboard.press('Tab')
    expect(await page.evaluate<string>('document.activeElement.textContent')).to.match(/skip to the content/i)
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.id')).to.equal('content')
    await page.context().close()
  })

  it('keeps the colours that were chosen', async () => {
    const page = await dashboard.open(served.indexer.url)
    await page.getByRole('button', { name: /^Colours: auto/ }).click()
    await page.getByRole('button', { name: /^Colours: light/ }).click()
    await page.reload()
    await page.getByRole('button', { name: /^Colours: dark/ }).waitFor()
    expect(await page.evaluate('document.documentElement.dataset.theme')).to.equal('dark')
    await page.context().close()
  })
})
