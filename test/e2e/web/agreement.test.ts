import { expect } from 'chai'
import type { Page, Route } from 'playwright-core'
import type { Agreement, Hex } from '../../../protocol/types.ts'
import { type ServedMarket, serveMarket } from '../../indexer/support/api.ts'
import { Court } from '../../indexer/support/court.ts'
import { removeDataDirs } from '../../indexer/support/index-of.ts'
import { type Dashboard, startDashboard } from './support/dashboard.ts'

describe('the dashboard: one agreement', function () {
  this.timeout(120_000)
  let served: ServedMarket
  let dashboard: Dashboard
  let agreement: Agreement
  let id: Hex
  let page: Page

  before(async function () {
    dashboard = await startDashboard(this)
    served = await serveMarket()
    const { market, buyer, seller } = served
    agreement = await market.draft(buyer, seller)
    id = await market.open(buyer, seller, agreement)
    await served.caughtUp()
    page = await dashboard.open(addressOf(id))
  })
  after(async () => {
    await dashboard?.close()
    await served?.stop()
    removeDataDirs()
  })

  const addressOf = (of: Hex) => `${served.indexer.url}/agreements/${of}`
  const verdict = () => page.locator('.verdict')
  const outcomeOf = async (name: string) => {
    const check = page.locator('.checks li', { hasText: name })
    return check.locator('.mark').getAttribute('aria-label')
  }

  /** Opens an agreement with a chain that answers something else about its transaction. */
  async function openForged(of: Hex, forge: (input: string) => string): Promise<void> {
    await page.route(`${served.market.rpcUrl}/**`, async (route: Route) => {
      const response = await route.fetch()
      const body = await response.json()
      if (typeof body.result?.input === 'string') body.result.input = forge(body.result.input)
      await route.fulfill({ response, json: body })
    })
    await page.goto(addressOf(of))
    await verdict().waitFor()
    await page.unrouteAll()
  }

  it('verifies both signatures in the browser', async () => {
    await verdict().getByText('Verified in this browser').waitFor()
    expect(await page.locator('.checks li').count()).to.equal(6)
    expect(await page.locator('.checks li.ok').count()).to.equal(6)
    await page.getByText('0.047500 $ went into escrow.').waitFor()
  })

  it('goes on as the agreement does, and says who was paid', async () => {
    const { market, buyer, seller } = served
    await market.deliver(seller, agreement)
    await page.getByText('The seller says it delivered 250 Wh of 250 Wh.').waitFor()
    await market.settle(buyer, agreement)
    await page.getByText('0.047382 $ went to the seller.').waitFor()
    expect(await page.locator('.parts li').allInnerTexts()).to.satisfy(
      ([seller, fee, ...others]: string[]) =>
        seller?.includes('0.047382 $') && fee?.includes('0.000118 $') && others.length === 0,
    )
  })

  it('does not verify a transaction that carries other terms', async () => {
    const { market, buyer, seller } = served
    const other = market.idOf(await market.trade(buyer, seller, { price: 1_000_000n }))
    await served.caughtUp()
    const { data } = (await served.get(`/v1/agreements/${other}`)).body
    const { input } = await market.client.getTransaction({ hash: data.openedTx })
    await openForged(id, () => input)
    await verdict().getByText('Not verified: something does not hold').waitFor()
    expect([await outcomeOf('Terms'), await outcomeOf('Seller’s signature')]).to.deep.equal([
      ...['does not hold', 'does not hold'],
    ])
  })

  it('does not verify a signature that is of somebody else', async () => {
    const { buyer, seller } = served
    const digest = { hash: id }
    const [right, wrong] = [await seller.sign(digest), await buyer.sign(digest)].map((text) => text.slice(2))
    await openForged(id, (input) => input.replace(right as string, wrong as string))
    await verdict().getByText('Not verified: something does not hold').waitFor()
    expect([await outcomeOf('Terms'), await outcomeOf('Buyer’s signature')]).to.deep.equal(['holds', 'holds'])
    expect(await outcomeOf('Seller’s signature')).to.equal('does not hold')
  })

  it('says so when the chain cannot be asked, and verifies when it can', async () => {
    await page.route(`${served.market.rpcUrl}/**`, (route) => route.abort())
    await page.goto(addressOf(id))
    await verdict().getByText('not everything could be checked').waitFor()
    await page.unrouteAll()
    await page.getByRole('button', { name: 'Check again' }).click()
    await verdict().getByText('Verified in this browser').waitFor()
    for (const complaint of dashboard.complaints.splice(0)) expect(complaint).to.match(/Failed to load/)
  })

  it('verifies a spot trade, of which the index knows no price', async () => {
    const { market, buyer, seller } = served
    const spot = await market.spotTrade(buyer, seller)
    await served.caughtUp()
    await page.goto(addressOf(market.idOf(spot)))
    await page.getByText('Traded and settled at once').waitFor()
    await verdict().getByText('Verified in this browser').waitFor()
  })

  it('shows a dispute with what is brought to it', async () => {
    const { market, buyer, seller } = served
    const court = new Court(market)
    const contested = await market.draft(buyer, seller, {}, court.address)
    const hash = await market.open(buyer, seller, contested)
    await served.caughtUp()
    await page.goto(addressOf(hash))
    await market.deliver(seller, contested)
    await market.dispute(buyer, contested)
    await page.getByText('The buyer contests 0.047500 $.').waitFor()
    await court.match(seller, hash)
    const hostile = 'https://evil.example/<img src=x onerror=alert(1)>'
    await court.submitEvidence(seller, hash, hostile)
    await page.locator('.evidence').getByText(hostile).waitFor()
    expect(dashboard.requests.filter((url) => url.includes('evil.example'))).to.deep.equal([])
    expect(dashboard.complaints).to.deep.equal([])
  })
})
