import { join } from 'node:path'
import { expect } from 'chai'
import { type Deal, feeOf, hasEnded, paymentOf, rideCapability } from '../../agent/index.ts'
import { uniformDraws } from '../../agent/market/uniform-draws.ts'
import { SEED } from '../seed.ts'
import type { Claim } from './fixtures/trip-process.ts'
import { startMarket, type TestMarket } from './support/market.ts'
import { balanceOf } from './support/rides.ts'
import { TripProcess } from './support/trip-process.ts'

describe('a rider and a driver that are killed in the middle of a trip', function () {
  this.timeout(600_000)
  let market: TestMarket
  let rider: TripProcess
  let driver: TripProcess

  before(async () => {
    market = await startMarket()
    const common = { domains: ['ride'], area: '87196bb32ffffff' }
    rider = new TripProcess(market, { ...common, directory: join(market.directory, 'rider') })
    driver = new TripProcess(market, {
      ...common,
      directory: join(market.directory, 'driver'),
      capabilities: [rideCapability({ seats: 4 })],
    })
    await rider.start()
    await driver.start(rider.endpoints)
  })

  after(async () => {
    await Promise.all([rider, driver].map((agent) => agent?.kill()))
    await market?.stop()
  })

  async function balances(): Promise<[rider: bigint, driver: bigint]> {
    if (rider.address === undefined || driver.address === undefined) throw new Error('not started')
    return [await balanceOf(market, rider.address), await balanceOf(market, driver.address)]
  }

  const newest = (agent: TripProcess): Deal | undefined => [...agent.deals.values()].at(-1)
  const hasSaid = (agent: TripProcess, claim: Claim) => agent.trip?.said.includes(claim) === true

  /** A ride that both have signed, and go through, each as far as it is told. */
  async function ride(upTo: { rider?: Claim; driver?: Claim } = {}): Promise<void> {
    const known = driver.deals.size
    for (const agent of [rider, driver]) agent.trip = undefined
    rider.send({ type: 'ride', ...(upTo.rider && { upTo: upTo.rider }) })
    driver.send({ type: 'drive', ...(upTo.driver && { upTo: upTo.driver }) })
    await driver.until(() => driver.deals.size > known && driver.trip !== undefined)
    await rider.until(() => rider.trip !== undefined)
  }

  /** Kills some, and starts them again when all are dead. */
  async function killed(...victims: TripProcess[]): Promise<void> {
    await Promise.all(victims.map((victim) => victim.kill()))
    for (const victim of victims) {
      const other = victim === rider ? driver : rider
      await victim.start(victims.includes(other) && victim === victims[0] ? [] : other.endpoints)
    }
  }

  /** The deal as both have it at its end, which is the same. */
  async function ended(): Promise<Deal> {
    // Who is not told that its deal was settled looks when a quarter of its window is over: 150 s.
    for (const agent of [rider, driver])
      await agent.until(() => [...agent.deals.values()].every(hasEnded), 240_000)
    const [bought, sold] = [newest(rider), newest(driver)]
    if (bought === undefined || sold === undefined) throw new Error('no deal')
    const { id, state, outcome } = sold
    expect(bought).to.deep.include({ id, state, outcome })
    return sold
  }

  /** Who had so much, and has been through a trip to its end, has paid, or was paid, for what both say. */
  async function expectPaid([riderHad, driverHad]: [bigint, bigint], deal: Deal): Promise<void> {
    const driven = { ...deal.agreement, quantity: deal.agreement.quantity - 100n }
    const paid = paymentOf(driven)
    expect(deal).to.deep.include({ state: 'settled', outcome: { quantity: driven.quantity, paid } })
    expect(await balances()).to.deep.equal([riderHad - paid, driverHad + paid - feeOf(driven)])
  }

  it('a driver at the pick-up: it goes on, with what the rider said meanwhile', async () => {
    const before = await balances()
    await ride({ driver: 'arrived' })
    await driver.until(() => hasSaid(driver, 'arrived'))
    await killed(driver)
    await expectPaid(before, await ended())
  })

  it('a rider in the vehicle: it says what is left to say', async () => {
    const before = await balances()
    await ride({ rider: 'pickedUp' })
    await rider.until(() => hasSaid(rider, 'pickedUp'))
    await killed(rider)
    await expectPaid(before, await ended())
  })

  it('both at once, in the vehicle', async () => {
    const before = await balances()
    await ride({ rider: 'pickedUp', driver: 'pickedUp' })
    for (const agent of [rider, driver]) await agent.until(() => hasSaid(agent, 'pickedUp'))
    await killed(rider, driver)
    await expectPaid(before, await ended())
  })

  it(`each whenever it may be (seed ${SEED})`, async () => {
    const random = uniformDraws(SEED)
    for (const [index, victims] of [[driver], [rider], [driver, rider]].entries()) {
      const before = await balances()
      await ride()
      const delay = Math.floor(random() * 150)
      console.log(`        round ${index}: killed after ${delay} ms`)
      await new Promise((resolve) => setTimeout(resolve, delay))
      await killed(...victims)
      const deal = await ended()
      // What was not opened before the offer expired has come to nothing.
      if (deal.state === 'void') expect(await balances()).to.deep.equal(before)
      else await expectPaid(before, deal)
    }
  })
})
