import { expect } from 'chai'
import { rideDraft } from '../../../agent/index.ts'
import { capabilityOf } from '../../../protocol/capability.ts'
import { figure, onView } from './support/watched-view.ts'

const RIDE = {
  ...{ pickup: '8a1f8d099907fff', dropoff: '8a1f8d0999a7fff', seats: 2, wait: 300, detour: 0 },
  way: { metres: 4_200, seconds: 600 },
}

onView('the dashboard: the rides', '/rides', (watched) => {
  let hash: `0x${string}`

  it('says what is missing while nobody drives', async () => {
    const { page, dashboard } = watched
    await page.getByText('Nobody has ridden yet.').waitFor()
    await figure(page, 'Drivers').getByText('0', { exact: true }).waitFor()
    expect(dashboard.requests.filter((path) => path.includes('ride-map'))).to.deep.equal([])
  })

  it('draws a driver and a request as soon as they are heard', async () => {
    const { page, mesh, buyer, seller } = watched
    mesh.capability(seller, {
      ...{ agentId: 2n, capabilities: [capabilityOf('ride.drive')], area: '871f8d099ffffff' },
    })
    hash = mesh.intent(buyer, {
      ...rideDraft({ ...RIDE, earliest: BigInt(Math.floor(Date.now() / 1_000)) }, 9_000_000n),
    }).hash
    await page
      .getByRole('img', { name: /^Map of .* Drivers: 1\. Trips under way: 0\. Open requests: 1\./ })
      .waitFor()
    await page.getByText('≤ 9.00 $, waits 5 min').waitFor()
    expect(await page.locator('.map .car').count()).to.equal(1)
    expect(await page.locator('.map .cell').count()).to.be.within(20, 700)
  })

  it('shows the trip while it is under way, and then what was driven and paid', async () => {
    const { page, market, buyer, seller } = watched
    const terms = { intentHash: hash, quantity: 4_200n, lot: 4_200n, price: 8_400_000n }
    const agreement = await market.draft(buyer, seller, terms)
    await market.open(buyer, seller, agreement)
    await page.locator('.map .trip.under-way').waitFor({ state: 'attached' })
    await page.getByText('busy').waitFor()
    await page.getByText('Nobody asks at this moment.').waitFor()

    await market.settle(buyer, agreement)
    await figure(page, 'Rides paid').getByText('4.2 km').waitFor()
    await figure(page, 'Average fare').getByText('2.00').waitFor()
    const trips = page.getByRole('region', { name: 'Rides with their fares' })
    await trips.getByRole('row').filter({ hasText: '4.2 km' }).getByText('settled').waitFor()
    expect(await page.locator('.map .trip.under-way').count()).to.equal(0)
    expect(await page.locator('.map .trip').count()).to.equal(1)
  })

  it('has no sideways scroll on a phone, and nothing to complain of', async () => {
    const { page, dashboard } = watched
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await page.evaluate('document.documentElement.scrollWidth')).to.equal(390)
    expect(dashboard.complaints).to.deep.equal([])
  })
})
