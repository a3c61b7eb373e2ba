import { expect } from 'chai'
import { createPublicClient, http } from 'viem'
import * as ledger from '../../agent/chain/actions/ledger.ts'
import {
  type Address,
  feeOf,
  hasEnded,
  type MeshNetwork,
  paymentOf,
  rideCapability,
  type Trip,
  verifyTrip,
} from '../../agent/index.ts'
import { meshDomain } from '../../protocol/deployment.ts'
import { Faults } from './support/faults.ts'
import { startMarket, type TestMarket } from './support/market.ts'

/** A street of Nootdorp, and places so many metres east of where it begins. */
const east = (metres: number): [number, number] => [4.39 + metres / 68_500, 52.045]
const FARE = 9_000_000n
const soon = () => ({ signal: AbortSignal.timeout(20_000) })

describe('trips', function () {
  this.timeout(60_000)
  let market: TestMarket
  let rider: MeshNetwork
  let driver: MeshNetwork
  const faults = new Faults()

  before(async () => {
    market = await startMarket()
    const common = { domains: ['ride'], area: '871fae6e2ffffff', onError: faults.hear }
    rider = await market.join({ ...common, capabilities: [] })
    driver = await market.join({
      ...common,
      bootstrapPeers: rider.endpoints,
      capabilities: [rideCapability({ seats: 4 })],
    })
  })

  after(() => market.stop())

  function balance(account: Address): Promise<bigint> {
    const { rpcUrl, deployment } = market.descriptor()
    const { treasury, testDollar } = deployment.contracts
    const client = createPublicClient({ transport: http(rpcUrl), cacheTime: 0 })
    return ledger.balanceOf(client, treasury, testDollar, account)
  }

  const balances = async () => [await balance(rider.address), await balance(driver.address)] as const

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
      .request({ pickup: east(300), dropoff: east(2_300), limit: FARE, wait: 1_800 })
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
})
