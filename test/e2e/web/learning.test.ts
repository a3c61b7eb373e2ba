import { expect } from 'chai'
import type { Page } from 'playwright-core'
import type { HDAccount } from 'viem/accounts'
import { type ServedMarket, serveMarket } from '../../indexer/support/api.ts'
import { removeDataDirs } from '../../indexer/support/index-of.ts'
import { LearningRound } from '../../indexer/support/learning.ts'
import { type Dashboard, startDashboard } from './support/dashboard.ts'

describe('the dashboard: learning', function () {
  this.timeout(120_000)
  let served: ServedMarket
  let dashboard: Dashboard
  let round: LearningRound
  let member: HDAccount
  let page: Page

  before(async function () {
    dashboard = await startDashboard(this)
    served = await serveMarket()
    member = await served.market.join(3)
    page = await dashboard.open(`${served.indexer.url}/learning`)
  })
  after(async () => {
    await dashboard?.close()
    await served?.stop()
    removeDataDirs()
  })

  const updates = () => page.getByRole('region', { name: 'Updates of the round' })

  it('shows a round when it is opened, and who takes part', async () => {
    await page.getByText('No round has come to a model yet.').waitFor()
    round = await LearningRound.open(served.market, served.buyer, 1n)
    const link = page.getByRole('link', { name: `${round.id.slice(0, 6)}…${round.id.slice(-4)}` })
    await link.click()
    await page.getByText('Nobody has committed to an update yet.').waitFor()
    await round.commit(member, 3n, 'a')
    await updates().getByText('sealed').waitFor()
    expect(await page.locator('.phases .now').textContent()).to.include('Commit')
  })

  it('goes on to the model that came of it, and what was paid', async () => {
    await round.pass('commitUntil')
    await round.reveal(member, 0, 'a')
    await updates().getByText('revealed').waitFor()
    await round.pass('attestUntil')
    await round.propose(member, 'better model')
    await round.pass('closeAt')
    await round.settle()
    await round.claim(0)
    const root = round.rootOf('better model')
    await page.locator('.lineage').getByTitle(root).waitFor()
    await updates().getByText('100.00', { exact: true }).waitFor()
    await page.getByText('equally: no scores stood').waitFor()
    expect(dashboard.complaints).to.deep.equal([])
  })
})
