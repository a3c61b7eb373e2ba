import { join } from 'node:path'
import { expect } from 'chai'
import { type Deal, hasEnded, type MeshNetwork, rideCapability, type Trip } from '../../agent/index.ts'
import { until } from '../agent/support/until.ts'
import { startMarket, type TestMarket } from './support/market.ts'
import { agree, balanceOf, east, FARE, METRES, soon, stakeOf } from './support/rides.ts'

const ENDS = { pickUp: east(300), dropOff: east(2_300) }
/** Seconds from the pick-up time to after the deadline, of the driver's margin before that, and past the rider's window. */
const DEADLINE = 3_700
const MARGIN = 1_000
const WINDOW = 700
/** What the driver is paid for a rider that does not come, and what the deadline takes of the driver's stake. */
const FEE = { quantity: METRES / 5n, paid: FARE / 5n }
const SLASHED = (2n * FARE) / 5n

describe('a side of a trip that does not come, or says nothing', function () {
  this.timeout(240_000)
  let market: TestMarket
  const common = { domains: ['ride'], area: '87196bb32ffffff' }
  type Init = Parameters<TestMarket['join']>[0] & object
  let riderInit: Init
  let driverInit: Init
  let rider: MeshNetwork
  let driver: MeshNetwork

  // One for each: where hours have passed on the chain alone, intents have expired that were published just now.
  beforeEach(async () => {
    market = await startMarket()
    riderInit = { ...common, directory: join(market.directory, 'rider'), capabilities: [] }
    rider = await market.join(riderInit)
    driverInit = {
      ...common,
      directory: join(market.directory, 'driver'),
      bootstrapPeers: rider.endpoints,
      capabilities: [rideCapability({ seats: 4 })],
      policy: { reportMargin: BigInt(MARGIN) },
    }
    driver = await market.join(driverInit)
  })

  afterEach(() => market.stop())

  const ended = (agent: MeshNetwork, { id }: Pick<Deal, 'id'>) => agent.untilDeal(id, hasEnded, soon())

  /** The same agent, started again when all is over. */
  const again = (init: Init) => market.join({ ...init, bootstrapPeers: [], enrolls: false })
  const isDelivered = (agent: MeshNetwork, { id }: Trip) =>
    agent.untilDeal(id, ({ state }) => state === 'delivered', soon())

  /** Says that the other did not come as soon as it may be said. */
  async function sayNoShow(trip: Trip): Promise<void> {
    await market.later(200)
    const isRefused = (error: { code: string }) => error.code !== 'TRIP_CLAIM_REFUSED'
    await until(() => trip.noShow().then(() => true, isRefused))
  }

  it('a driver that is gone: its rider says so, has its money back, and its stake pays', async () => {
    const had = await balanceOf(market, rider.address)
    const staked = await stakeOf(market, driver)
    const [riding, driving] = await agree(market, { rider, driver, startsIn: 0 })
    await riding.share(ENDS)
    await driving.until('assigned', soon())
    await driver.disconnect()
    await riding.arrived(ENDS.pickUp)
    await sayNoShow(riding)
    expect(riding.stage, 'the money is still in escrow').to.equal('assigned')
    await market.later(DEADLINE)
    await riding.until('noShow', soon())
    expect(await ended(rider, riding)).to.include({ state: 'refunded' })
    expect(await balanceOf(market, rider.address)).to.equal(had)
    driver = await again(driverInit)
    expect(await ended(driver, driving)).to.include({ state: 'refunded' })
    expect(staked - (await stakeOf(market, driver))).to.equal(SLASHED)
  })

  it('both say nothing at all: the deadline ends it at both sides', async () => {
    const had = await balanceOf(market, rider.address)
    const staked = await stakeOf(market, driver)
    const trips = await agree(market, { rider, driver, startsIn: 0 })
    await market.later(DEADLINE)
    await Promise.all(trips.map((trip) => trip.until('noShow', soon())))
    expect(await balanceOf(market, rider.address)).to.equal(had)
    expect(staked - (await stakeOf(market, driver))).to.equal(SLASHED)
  })

  it('a rider that is gone: the driver has waited, and is paid the fee by its silence', async () => {
    const staked = await stakeOf(market, driver)
    const [riding, driving] = await agree(market, { rider, driver, startsIn: 0 })
    await riding.share(ENDS)
    await driving.until('assigned', soon())
    await rider.disconnect()
    await driving.arrived(ENDS.pickUp)
    await sayNoShow(driving)
    await isDelivered(driver, driving)
    await market.later(DEADLINE - MARGIN)
    await driver.untilDeal(driving.id, ({ state }) => state === 'reported', soon())
    await market.later(WINDOW)
    await driving.until('noShow', soon())
    expect(await ended(driver, driving)).to.deep.include({ state: 'settled', outcome: FEE })
    expect(await stakeOf(market, driver)).to.equal(staked)
    rider = await again(riderInit)
    expect(await ended(rider, riding)).to.deep.include({ state: 'settled', outcome: FEE })
  })

  it('a rider that never tells where it is pays the fee, and not the driver', async () => {
    const had = await balanceOf(market, rider.address)
    const staked = await stakeOf(market, driver)
    const trips = await agree(market, { rider, driver, startsIn: 0 })
    const [riding, driving] = trips
    await sayNoShow(driving)
    await Promise.all(trips.map((trip) => trip.until('noShow', soon())))
    expect(driving.deal).to.deep.include({ state: 'settled', outcome: FEE })
    expect(had - (await balanceOf(market, rider.address))).to.equal(FEE.paid)
    expect(await stakeOf(market, driver)).to.equal(staked)
    expect(await riding.share(ENDS).catch(({ code }) => code)).to.equal('TRIP_PLAN_REFUSED')
  })
})
