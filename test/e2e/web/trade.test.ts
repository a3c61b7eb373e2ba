import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { hasEnded, type MeshNetwork } from '../../../agent/index.ts'
import { type Indexer, startIndexer } from '../../../indexer/index.ts'
import type { Hex } from '../../../protocol/types.ts'
import { until } from '../../agent/support/until.ts'
import { energyIntent, startMarket, type TestMarket } from '../support/market.ts'
import { type Dashboard, startDashboard } from './support/dashboard.ts'

describe('the dashboard: an intent from the form', function () {
  this.timeout(180_000)
  let market: TestMarket
  let seller: MeshNetwork
  let stranger: MeshNetwork
  let indexer: Indexer
  let dashboard: Dashboard
  let page: Page
  const sold = Promise.withResolvers<Hex>()

  before(async function () {
    dashboard = await startDashboard(this)
    market = await startMarket()
    seller = await market.join({ listen: ['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/tcp/0/ws'] })
    const gateway = await market.join({
      ...{ bootstrapPeers: seller.endpoints, enrolls: false, capabilities: [], domains: ['energy'] },
    })
    stranger = await market.join({
      ...{ bootstrapPeers: seller.endpoints, enrolls: false, capabilities: [], domains: ['energy'] },
    })
    indexer = await startIndexer({ network: market.descriptor(seller.endpoints), gateway, pollInterval: 20 })
    seller.subscribeToIntents((intent) => {
      const { quantity } = intent.value
      seller.offer(intent, { quantity, price: 200_000n }, { duration: 120n }).then(
        ({ type }) => type,
        () => undefined,
      )
    })
    seller.onDealChange(({ id, state }) => {
      if (state === 'opened') sold.resolve(id)
    })
    page = await dashboard.open(`${indexer.url}/trade`)
  })
  after(async () => {
    await dashboard?.close()
    await indexer?.stop()
    await market?.stop()
  })

  it('asks for a key before anything else, and for figures that make sense', async () => {
    const publish = page.getByRole('button', { name: 'Sign and publish' })
    expect(await publish.isDisabled()).to.equal(true)
    await page.getByRole('button', { name: 'Make a burner key' }).click()
    await page.getByRole('button', { name: 'Get 10 test dollars' }).click()
    await page.getByText('10.0000 $').waitFor()
    await page.getByLabel('Energy').fill('half')
    await page.getByText('A whole number of watt-hours, such as 50.').waitFor()
    expect(await publish.isDisabled()).to.equal(true)
    await page.getByLabel('Energy').fill('50')
  })

  it('says so where nobody trades', async () => {
    await page.getByText('Nobody trades energy at this moment.').waitFor()
    expect(await page.getByRole('button', { name: 'Sign and publish' }).isDisabled()).to.equal(true)
  })

  it('takes the slot that agents are in, and not the one that a stranger named last', async () => {
    await seller.publishIntent({ ...energyIntent(10n), side: 'sell' })
    const { start } = energyIntent(10n)
    await stranger.publishIntent({ ...energyIntent(10n), start: start + 7n, end: start + 907n })
    const slots = page.getByLabel('Delivered')
    await until(async () => (await slots.locator('option').count()) === 2)
    expect(await slots.inputValue()).to.equal(`${start}-${start + 900n}`)
  })

  it('is offered to, bought, delivered and settled on chain', async () => {
    await page.getByRole('button', { name: 'Sign and publish' }).click()
    await page.getByRole('button', { name: 'Accept' }).click()
    const id = await sold.promise
    await page.getByText('Opened on chain, the payment in escrow').waitFor()
    await seller.deliver(id, 50n)
    await page.getByRole('button', { name: 'I received it: pay' }).click()
    await page.getByText('Settled: 0.0100 $ paid').waitFor()
    const deal = await seller.untilDeal(id, hasEnded, { signal: AbortSignal.timeout(30_000) })
    expect(deal.state).to.equal('settled')
    await page.locator('.course').getByRole('link').last().click()
    await page.waitForURL(`${indexer.url}/agreements/${id}`)
    await page
      .getByText(/settled/i)
      .first()
      .waitFor()
  })

  it('has an agent of the page join the mesh and hear what is asked', async () => {
    await page.goto(`${indexer.url}/trade`)
    await page.getByRole('button', { name: 'Join the mesh from this page' }).click()
    await page.getByText(/In the mesh as/).waitFor()
    await seller.publishIntent({ ...energyIntent(123n), side: 'sell' })
    await page.getByText(/wishes to sell 123 Wh/).waitFor()
  })

  it('has nothing to complain of but that a delivery was not there when it was asked for', () => {
    expect(dashboard.complaints.filter((text) => !/status of 404/.test(text))).to.deep.equal([])
  })
})
