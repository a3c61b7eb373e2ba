import { join } from 'node:path'
import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'chai'
import * as lp from 'it-length-prefixed'
import {
  feeOf,
  hasEnded,
  type MeshNetwork,
  paymentOf,
  rideCapability,
  type Trip,
  verifyTrip,
} from '../../agent/index.ts'
import { protocolName } from '../../agent/network/names.ts'
import { meshDomain } from '../../protocol/deployment.ts'
import { decodeTripFrame, encodeTripFrame } from '../../protocol/wire/trips.ts'
import { until } from '../agent/support/until.ts'
import { Faults } from './support/faults.ts'
import { hostilePeer } from './support/hostile.ts'
import { startMarket, type TestMarket } from './support/market.ts'
import * as rides from './support/rides.ts'
import { east, FARE, METRES, soon, tripOf } from './support/rides.ts'

describe('trips', function () {
  this.timeout(180_000)
  let market: TestMarket
  let rider: MeshNetwork
  let driver: MeshNetwork
  const faults = new Faults()
  const common = { domains: ['ride'], area: '87196bb32ffffff', onError: faults.hear }

  before(async () => {
    market = await startMarket()
    rider = await market.join({ ...common, capabilities: [] })
    driver = await market.join({
      ...common,
      bootstrapPeers: rider.endpoints,
      capabilities: [rideCapability({ seats: 4 })],
    })
  })

  after(() => market.stop())

  const balances = () =>
    Promise.all([rides.balanceOf(market, rider.address), rides.balanceOf(market, driver.address)])

  it('from the wish to the payment: each stage at both sides, and what is paid is what both say', async () => {
    const [riderHad, driverHad] = await balances()
    const { promise: agreed, resolve } = Promise.withResolvers<Trip>()
    const driving = driver
      .rides({ period: 1_000 })
      .drive({ position: east(0), costPerKilometre: 600_000n }, (trip) => {
        resolve(trip)
        return driver.untilDeal(trip.id, hasEnded)
      })
    const request = rider
      .rides({ period: 1_000 })
      .request({ pickup: east(300), dropoff: east(2_300), limit: 9_000_000n, wait: 1_800 })
    const riding = await request.matched
    const drive = await agreed
    expect([riding.role, drive.role]).to.deep.equal(['rider', 'driver'])
    expect([riding.with, drive.with]).to.deep.equal([driver.address, rider.address])

    await drive.until('assigned', soon())
    expect(drive.plan?.pickUp[0]).to.be.closeTo(east(300)[0], 1e-6)
    await drive.onTheWay(east(0))
    await riding.until('onTheWay', soon())
    await drive.arrived(east(290))
    await riding.until('arrived', soon())
    await riding.pickedUp(east(300))
    await drive.pickedUp(east(300))
    await drive.pickedUp(east(1_000))
    await Promise.all([riding.until('pickedUp', soon()), drive.until('pickedUp', soon())])
    const metres = drive.deal.agreement.quantity - 100n
    await riding.droppedOff(east(2_200), metres)
    await drive.droppedOff(east(2_200), metres)
    const [bought, sold] = await Promise.all(
      [rider, driver].map((agent) => agent.untilDeal(drive.id, hasEnded, soon())),
    )
    const paid = paymentOf({ ...drive.deal.agreement, quantity: metres })
    for (const deal of [bought, sold]) {
      expect(deal).to.deep.include({ state: 'settled', outcome: { quantity: metres, paid } })
    }
    expect([riding.stage, drive.stage]).to.deep.equal(['droppedOff', 'droppedOff'])
    expect(await balances()).to.deep.equal([
      riderHad - paid,
      driverHad + paid - feeOf({ ...drive.deal.agreement, quantity: metres }),
    ])

    // Both have the same log, and the payment names it.
    expect(drive.log).to.deep.equal(riding.log)
    const { evidence, driver: said } = verifyTrip(
      meshDomain(market.descriptor().deployment),
      drive.deal,
      drive.log,
    )
    expect(said.metres).to.equal(metres)
    expect(sold?.delivery?.value.evidence).to.equal(evidence)
    driving.end()
  })

  /** A trip at both sides, of a ride that begins so many seconds from now, of which the driver knows where it is. */
  async function agree(startsIn: number, seller = driver): Promise<[Trip, Trip]> {
    const [riding, driving] = await rides.agree(market, { rider, driver: seller, startsIn })
    await riding.share({ pickUp: east(300), dropOff: east(2_300) })
    await driving.until('assigned', soon())
    return [riding, driving]
  }

  const stake = () => rides.stakeOf(market, driver)

  const LATE = FARE / 10n
  for (const { by, when, startsIn, costs } of [
    { by: 'rider', when: 'early', startsIn: 1_000, costs: { rider: 0n, driver: 0n, stake: 0n } },
    { by: 'driver', when: 'early', startsIn: 1_000, costs: { rider: 0n, driver: 0n, stake: 0n } },
    {
      by: 'rider',
      when: 'late',
      startsIn: 200,
      costs: { rider: LATE, driver: (LATE * 25n) / 10_000n - LATE, stake: 0n },
    },
    // Half of what is slashed is burned, the other half the rider's to claim.
    { by: 'driver', when: 'late', startsIn: 200, costs: { rider: 0n, driver: 0n, stake: 2n * LATE } },
  ] as const) {
    it(`cancelled ${when} by the ${by}: both know, and money moves as the conditions say`, async () => {
      const [before, staked] = [await balances(), await stake()]
      const trips = await agree(startsIn)
      await trips[by === 'rider' ? 0 : 1].cancel()
      await Promise.all(trips.map((trip) => trip.until('cancelled', soon())))
      const after = await balances()
      expect({
        rider: before[0] - after[0],
        driver: before[1] - after[1],
        stake: staked - (await stake()),
      }).to.deep.equal(costs)
      for (const trip of trips)
        expect(await trip.onTheWay(east(0)).catch(({ code }) => code)).to.equal('TRIP_CLAIM_REFUSED')
    })
  }

  it('goes on where a driver is started again in the middle, with what the rider said meanwhile', async () => {
    const directory = join(market.directory, 'driver')
    const init = {
      ...common,
      directory,
      bootstrapPeers: rider.endpoints,
      capabilities: [rideCapability({ seats: 4 })],
    }
    const first = await market.join(init)
    const [riding, { id }] = await agree(0, first)
    await tripOf(first, id).arrived(east(300))
    await riding.until('arrived', soon())
    await first.disconnect()
    await riding.pickedUp(east(300))
    const again = await market.join({ ...init, enrolls: false })
    const driving = tripOf(again, id)
    expect(driving.log.driver).to.have.length(1)
    await driving.pickedUp(east(300))
    await driving.until('pickedUp', { signal: AbortSignal.timeout(30_000) })
    await driving.droppedOff(east(2_300), METRES)
    await riding.droppedOff(east(2_300), METRES)
    expect((await again.untilDeal(id, hasEnded, soon())).outcome).to.deep.equal({
      quantity: METRES,
      paid: FARE,
    })
    await again.disconnect()
  })

  it('a stranger is refused, and nothing of it is kept', async () => {
    const [riding] = await agree(1_000)
    const { deployment } = market.descriptor()
    const stranger = await hostilePeer(market.descriptor())
    await stranger.node.dial(rider.endpoints.map((endpoint) => multiaddr(endpoint)))
    const name = protocolName(deployment, { name: 'trips', version: 1 })
    const stream = await stranger.node.dialProtocol(rider.peerId, name, soon())
    const message = { type: 'said', agreementId: riding.id, plan: undefined, reports: [] } as const
    stream.send(lp.encode.single(encodeTripFrame({ id: 1n, replyTo: 0n, message })))
    for await (const bytes of lp.decode(stream)) {
      expect(decodeTripFrame(bytes.subarray()).message).to.include({ type: 'refusal', code: 'TRIP_UNKNOWN' })
      break
    }
    expect(riding.log.driver).to.deep.equal([])
    await stranger.stop()
    await riding.cancel()
    await riding.until('cancelled', soon())
  })

  it('a rider that does not come pays the fee, and a driver that claims too much is contested', async () => {
    const [absent, waiting] = await agree(0)
    const [honest, lying] = await agree(0)
    for (const trip of [honest, lying]) await trip.pickedUp(east(300))
    await lying.until('pickedUp', soon())
    await honest.droppedOff(east(1_000), 1_000n)
    await lying.droppedOff(east(2_300), METRES)
    await driver.untilDeal(lying.id, ({ state }) => state === 'delivered', soon())

    await waiting.arrived(east(300))
    expect(await waiting.noShow().catch(({ code, received }) => [code, received])).to.deep.equal([
      'TRIP_CLAIM_REFUSED',
      'NOT_WAITED',
    ])
    await market.later(200)
    await until(() =>
      waiting.noShow().then(
        () => true,
        () => false,
      ),
    )
    await Promise.all([absent, waiting].map((trip) => trip.until('noShow', soon())))
    const fee = { quantity: METRES / 5n, paid: FARE / 5n }
    expect(waiting.deal).to.deep.include({ state: 'settled', outcome: fee })

    // Until shortly before the deadline, an hour after the pick-up time; and through half of the rider's window.
    await market.later(3_330)
    await driver.untilDeal(lying.id, ({ state }) => state === 'reported', soon())
    await market.later(400)
    await Promise.all([honest, lying].map((trip) => trip.until('disputed', soon())))
  })
})
