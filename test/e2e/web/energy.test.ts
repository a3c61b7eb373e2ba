import { expect } from 'chai'
import type { HDAccount } from 'viem/accounts'
import { EnergyMarket } from '../../indexer/support/energy.ts'
import { figure, onView } from './support/watched-view.ts'

const step = (price: bigint, quantity: bigint) => ({ price, quantity })
const short = ({ address }: HDAccount) => `${address.slice(0, 6)}…${address.slice(-4)}`

onView('the dashboard: the energy community', '/energy', (watched) => {
  const row = (label: string, home: HDAccount) =>
    watched.page.getByRole('region', { name: label }).getByRole('row', { name: short(home) })
  const SAVED = 'What every home sold, bought and saved'
  const BOOK = 'Wishes and offers for the slot'

  it('says what is missing while nobody has traded', async () => {
    const { page } = watched
    await page.getByText('Nobody has sold energy to anybody yet.').waitFor()
    await page.getByText('No home has traded yet.').waitFor()
  })

  it('shows a trade as soon as it is settled: the flow, and what both saved against the grid', async () => {
    const { page, market, buyer, seller } = watched
    await market.trade(buyer, seller)
    await page.getByRole('img', { name: /1 home sold 250 Wh to 1\./ }).waitFor()
    await figure(page, 'Traded among homes').getByText('250 Wh').waitFor()
    // 0.25 kWh at 0.30 less the 0.0475 paid; those less the fee of 0.000119, and less 0.25 kWh at 0.08.
    await row(SAVED, buyer).getByText('0.028').waitFor()
    await row(SAVED, seller).getByText('0.027').waitFor()
  })

  it('holds savings against the tariff that the reader assumes, and remembers it', async () => {
    const { page, buyer } = watched
    const takes = page.getByRole('spinbutton', { name: 'takes' })
    await takes.fill('0.5')
    await takes.press('Enter')
    // 0.25 kWh at 0.50 less 0.0475.
    await row(SAVED, buyer).getByText('0.078').waitFor()
    await page.reload()
    await row(SAVED, buyer).getByText('0.078').waitFor()
    await takes.fill('0.3')
    await takes.press('Enter')
    await row(SAVED, buyer).getByText('0.028').waitFor()
  })

  it('shows what is wished for in a slot as it is heard, and then that it is agreed', async () => {
    const { page, market, mesh, buyer, seller } = watched
    const { hash } = mesh.intent(buyer, { start: 1_735_689_600n, end: 1_735_690_500n })
    await row(BOOK, buyer).getByText('400 Wh').waitFor()
    await row(BOOK, buyer).getByText('open').waitFor()
    await page.getByRole('img', { name: '00:00–00:15 UTC: 400 Wh wished for, 0 Wh agreed' }).waitFor()
    await market.open(buyer, seller, await market.draft(buyer, seller, { intentHash: hash }))
    await page.getByRole('img', { name: '00:00–00:15 UTC: 400 Wh wished for, 250 Wh agreed' }).waitFor()
    await row(BOOK, buyer).getByText('250 Wh').waitFor()
  })

  it('points out a home', async () => {
    const { page, seller } = watched
    await page.getByLabel('Point out').selectOption(seller.address)
    await page.getByText(`${short(seller)} sold 250 Wh, most to`).waitFor()
    expect(await page.locator('.ribbon.lit').count()).to.equal(1)
  })

  it('draws the book of a clearing house, and its price as soon as a slot is cleared', async () => {
    const { page, market, buyer, seller } = watched
    const energy = await EnergyMarket.create(market, await market.join(3), 1_000n)
    await energy.admit([buyer, seller])
    const slot = (await energy.nextSlot()) + 1n
    await energy.submit(slot, [
      { member: buyer, side: 'buy', steps: [step(250_000n, 500n), step(200_000n, 300n)] },
      { member: seller, side: 'sell', steps: [step(100_000n, 600n)] },
    ])
    await page.reload()
    await page
      .getByRole('img', {
        name: 'The order book: bids of 800 Wh at 0.250 to 0.200 dollars per kilowatt-hour, asks of 600 Wh at 0.100 dollars per kilowatt-hour',
        exact: true,
      })
      .waitFor()
    await energy.clear(slot)
    await watched.caughtUp()
    const { price } = (await watched.get(`/v1/energy/slots/${energy.id}/${slot}`)).body.data
    const words = `cleared: 600 Wh at ${(Number(price) / 1e6).toFixed(3)} dollars per kilowatt-hour`
    await page.getByRole('img', { name: words }).waitFor()
    await page.getByRole('img', { name: '800 Wh wished for, 600 Wh offered, 600 Wh met' }).waitFor()
    await page.getByRole('img', { name: /1 home sold 600 Wh to 1\./ }).waitFor()
    await page.getByLabel('Market').selectOption('bilateral')
    await page.getByRole('img', { name: /1 home sold 250 Wh to 1\./ }).waitFor()
  })

  it('has no sideways scroll on a phone, brings no map, and has nothing to complain of', async () => {
    const { page, dashboard } = watched
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await page.evaluate('document.documentElement.scrollWidth')).to.equal(390)
    expect(dashboard.requests.filter((path) => path.includes('ride'))).to.deep.equal([])
    expect(dashboard.complaints).to.deep.equal([])
  })
})
