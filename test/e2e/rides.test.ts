import { expect } from 'chai'
import { type AgreedRide, type MeshNetwork, rideCapability } from '../../agent/index.ts'
import type { Auctions } from '../../agent/protocols/auctions/index.ts'
import type { Negotiation } from '../../agent/protocols/negotiation/index.ts'
import { until } from '../agent/support/until.ts'
import { Faults } from './support/faults.ts'
import { startMarket, type TestMarket } from './support/market.ts'

/** Two streets of Nootdorp, and places that are so many metres east of the first. */
const [LON, LAT] = [4.39, 52.045]
const east = (metres: number): [number, number] => [LON + metres / 68_500, LAT]
const PERIOD = 6_000
const BIDS = 600_000n

describe('rides over the mesh', function () {
  this.timeout(60_000)
  let market: TestMarket
  let riders: MeshNetwork[]
  let drivers: MeshNetwork[]
  const faults = new Faults()

  before(async () => {
    market = await startMarket()
    const area = '871fae6e2ffffff'
    const common = { domains: ['ride'], area, onError: faults.hear }
    const first = await market.join({ ...common, capabilities: [] })
    const { endpoints: bootstrapPeers } = first
    riders = [first, await market.join({ ...common, bootstrapPeers, capabilities: [] })]
    drivers = []
    for (const maxLiveDeals of [10, 10, 0]) {
      const capabilities = [rideCapability({ seats: 4 })]
      drivers.push(await market.join({ ...common, bootstrapPeers, capabilities, policy: { maxLiveDeals } }))
    }
  })

  after(() => market.stop())

  it('two riders and three drivers: both are driven, by the two that are near, for what both have signed', async () => {
    const trips: AgreedRide[] = []
    const places = [0, 3_000, 9_000].map(east)
    const driving = drivers.map((driver, index) =>
      driver
        .rides({ period: PERIOD })
        .drive({ position: places[index] ?? east(0), costPerKilometre: BIDS }, (trip) => {
          trips.push(trip)
          return new Promise(() => {})
        }),
    )
    const requests = riders.map((rider, index) =>
      rider.rides({ period: PERIOD }).request({
        pickup: east(index * 3_000 + 300),
        dropoff: east(index * 3_000 + 2_300),
        limit: 9_000_000n,
        wait: 1_800,
      }),
    )
    const agreed = await Promise.all(requests.map(({ matched }) => matched))
    // A driver hears last that both have signed.
    await until(() => trips.length === 2)
    for (const [index, ride] of agreed.entries()) {
      expect(ride).to.include({ role: 'rider', with: drivers[index]?.address })
      const { agreement } = ride.deal
      expect(agreement.price < ride.intent.value.price).to.equal(true)
      expect(agreement.price).to.equal(requests[index]?.progress.fare)
      const trip = trips.find(({ deal }) => deal.id === ride.deal.id)
      expect(trip).to.include({ role: 'driver', with: riders[index]?.address })
    }
    expect(driving.map(({ state }) => state === 'engaged')).to.deep.equal([true, true, false])
    for (const each of driving) each.end()
  })

  it('a driver that wins and does not offer: the ride goes to the next, and the rider remembers', async () => {
    const [rider, liar, honest] = [riders[0], drivers[2], drivers[1]] as [
      MeshNetwork,
      MeshNetwork,
      MeshNetwork,
    ]
    const before = await rider.reputationOf(liar.address)
    const request = rider
      .rides({ period: PERIOD })
      .request({ pickup: east(500), dropoff: east(4_000), limit: 9_000_000n, wait: 1_800 })
    // Its policy lets it sign nothing.
    const bluff = liar
      .rides({ period: PERIOD })
      .drive({ position: east(500), costPerKilometre: 0n }, () => undefined)
    await faults.until('BID_NOT_KEPT', 30_000)
    expect(await rider.reputationOf(liar.address)).to.be.below(before)
    const driving = honest
      .rides({ period: PERIOD })
      .drive({ position: east(3_000), costPerKilometre: BIDS }, () => undefined)
    expect((await request.matched).with).to.equal(honest.address)
    driving.end()
    bluff.end()
  })

  it('a driver that bids nothing in each first phase, and no more: no price falls out of reach of the others', async () => {
    const [rider, honest, liar] = [riders[1], drivers[0], drivers[2]] as [
      MeshNetwork,
      MeshNetwork,
      MeshNetwork,
    ]
    const { auctions } = Reflect.get(liar, 'parts').trade as { auctions: Auctions }
    const signal = AbortSignal.timeout(60_000)
    // It listens there, and has no mind to drive.
    const idle = liar
      .rides({ period: PERIOD })
      .drive({ position: east(500), costPerKilometre: 1_000n * BIDS }, () => undefined)
    const end = liar.subscribeToIntents((intent) =>
      auctions.bid(intent, { price: 0n, wait: 0, revision: 0n }, signal),
    )
    const request = rider
      .rides({ period: PERIOD })
      .request({ pickup: east(600), dropoff: east(4_100), limit: 9_000_000n, wait: 1_800 })
    // The first is spoilt; a busy machine may take longer to hear.
    request.onChange(({ round }) => round > 4 && request.cancel())
    const driving = honest
      .rides({ period: PERIOD })
      .drive({ position: east(0), costPerKilometre: BIDS }, () => undefined)
    expect((await request.matched).with).to.equal(honest.address)
    driving.end()
    idle.end()
    end()
  })

  it('a rider that counters with one metre of the way finds no driver for it', async () => {
    const [rider, driver] = [riders[1], drivers[1]] as [MeshNetwork, MeshNetwork]
    const { negotiation } = Reflect.get(rider, 'parts').trade as { negotiation: Negotiation }
    const onOfferTo = negotiation.onOfferTo.bind(negotiation)
    const { promise: outcome, resolve } = Promise.withResolvers<string>()
    negotiation.onOfferTo = (hash) =>
      onOfferTo(hash, ({ offer: { agreement }, outcome: ended }) => {
        ended.then(({ type }) => resolve(type))
        return { type: 'counter', proposal: { quantity: 1n, price: agreement.price } }
      })
    const request = rider
      .rides({ period: PERIOD })
      .request({ pickup: east(600), dropoff: east(4_100), limit: 9_000_000n, wait: 1_800 })
    const driving = driver
      .rides({ period: PERIOD })
      .drive({ position: east(0), costPerKilometre: BIDS }, () => undefined)
    expect(await outcome).to.equal('declined')
    request.cancel()
    driving.end()
    negotiation.onOfferTo = onOfferTo
  })

  it('a rider that cancels is asked for nothing any more, and one without drivers hears so', async () => {
    const rides = (riders[0] as MeshNetwork).rides({ period: PERIOD })
    const wish = { pickup: east(500), dropoff: east(4_000), limit: 9_000_000n }
    const request = rides.request({ ...wish, pickup: [LON, LAT], dropoff: [LON, LAT + 0.02] })
    request.cancel()
    expect(await request.matched.catch(({ code }) => code)).to.equal('RIDE_CANCELLED')
    const hopeless = rides.request({ ...wish, pickup: [LON, LAT], dropoff: [LON, LAT + 0.02], wait: 1 })
    expect(await hopeless.matched.catch(({ code }) => code)).to.equal('NO_DRIVER')
  })
})
