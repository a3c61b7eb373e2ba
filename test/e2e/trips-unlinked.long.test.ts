import { expect } from 'chai'
import { getResolution, latLngToCell } from 'h3-js'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import {
  type Address,
  hasEnded,
  type MeshNetwork,
  type ReceivedIntent,
  rideCapability,
  type Trip,
} from '../../agent/index.ts'
import { until } from '../agent/support/until.ts'
import { startMarket, type TestMarket } from './support/market.ts'
import { balanceOf, east, soon } from './support/rides.ts'

/** Two doors of one street, in one cell, as strangers are told it; and the station, to which both go. */
const HOME: [number, number] = east(300)
const NEXT_DOOR: [number, number] = [HOME[0] + 0.0001, HOME[1]]
const STATION: [number, number] = east(2_300)
/** What may be the same by chance in two trips of anybody: what a ride is about and when it is. */
const FIGURES = /\.(quantity|price|lot|start|end|expiry|deadline|exposure|max)$/

describe('trips of one rider', function () {
  this.timeout(240_000)
  let market: TestMarket
  let driver: MeshNetwork
  const common = { domains: ['ride'], area: '871fae6e2ffffff' }

  before(async () => {
    market = await startMarket()
    driver = await market.join({ ...common, capabilities: [rideCapability({ seats: 4 })] })
  })

  after(() => market.stop())

  /** What everybody may see of a trip: its intent, and what its agreement says on the chain. */
  interface Seen {
    peerId: string
    intent: ReceivedIntent
    trip: Trip
    payout: Address
  }

  /** A ride by an agent that is there for it alone. */
  async function rideFrom(pickup: [number, number]): Promise<Seen> {
    const rider = await market.join({ ...common, bootstrapPeers: driver.endpoints, capabilities: [] })
    const peerId = String(rider.peerId)
    const seen: ReceivedIntent[] = []
    const stop = driver.subscribeToIntents((intent) => seen.push(intent))
    const payout = privateKeyToAddress(generatePrivateKey())
    const { promise: agreed, resolve } = Promise.withResolvers<Trip>()
    const driving = driver
      .rides({ period: 1_000 })
      .drive({ position: HOME, costPerKilometre: 600_000n, payout: () => payout }, (trip) => {
        resolve(trip)
        return driver.untilDeal(trip.id, hasEnded)
      })
    const request = rider
      .rides({ period: 1_000 })
      .request({ pickup, dropoff: STATION, limit: 9_000_000n, wait: 1_800 })
    const [riding, trip] = await Promise.all([request.matched, agreed])
    await trip.until('assigned', soon())
    for (const each of [riding, trip]) {
      await each.pickedUp(pickup)
      await each.droppedOff(STATION, 2_000n)
    }
    const deals = await Promise.all(
      [rider, driver].map((agent) => agent.untilDeal(trip.id, hasEnded, soon())),
    )
    expect(deals.map(({ state }) => state)).to.deep.equal(['settled', 'settled'])
    driving.end()
    stop()
    await rider.disconnect()
    const intent = await until(() => seen.find(({ hash }) => hash === trip.deal.agreement.intentHash))
    return { peerId, intent, trip, payout }
  }

  /** All that stands in it, each with where. */
  function leavesOf({ peerId, intent, trip }: Seen): string[] {
    const { id, agreement, conditions, signatures } = trip.deal
    const { value, signature, hash } = intent
    const leaves: string[] = []
    const walk = (path: string, found: unknown) => {
      if (typeof found !== 'object' || found === null) leaves.push(`${path} ${found}`)
      else for (const [name, member] of Object.entries(found)) walk(`${path}.${name}`, member)
    }
    walk('', {
      peerId,
      intent: { ...value, signature, hash },
      deal: { id, agreement, conditions, signatures },
    })
    return leaves.filter((leaf) => !FIGURES.test(leaf.split(' ')[0] ?? ''))
  }

  it('have no more in common than those of two, where each is made by an agent of its own', async () => {
    const [one, two, other] = [await rideFrom(HOME), await rideFrom(HOME), await rideFrom(NEXT_DOOR)]
    for (const identify of [({ peerId }: Seen) => peerId, ({ intent }: Seen) => intent.value.agent])
      expect(new Set([one, two, other].map(identify)).size).to.equal(3)
    const [first, second, neighbours] = [one, two, other].map((seen) => new Set(leavesOf(seen)))
    if (first === undefined || second === undefined || neighbours === undefined) throw new Error('no trips')
    const links = [...first].filter((leaf) => second.has(leaf) && !neighbours.has(leaf))
    expect(links).to.deep.equal([])
    expect(first.size, 'they do say something').to.be.above(40)
    // Where the rider is stands in none of it, but the cell; and what it asks for is what everybody says.
    const [lon, lat] = HOME
    expect(one.intent.value.area).to.equal(latLngToCell(lat, lon, 10))
    for (const { intent } of [one, two, other]) {
      const { area, attributes } = intent.value
      expect(attributes.map(({ name }) => name)).to.have.members([
        'dropoff',
        'seats',
        'wait',
        'detour',
        'seconds',
      ])
      const cells = attributes.flatMap((each) => (each.type === 'area' ? each.cells : []))
      for (const cell of [area, ...cells]) expect(getResolution(cell)).to.equal(10)
    }
  })

  it('pay a driver where it says, another account each time', async () => {
    const had = await balanceOf(market, driver.address)
    const { trip, payout } = await rideFrom(HOME)
    const { outcome, agreement } = driver.deals().find(({ id }) => id === trip.id) ?? trip.deal
    expect(agreement.payout).to.equal(payout)
    const paid = outcome?.paid ?? 0n
    expect(await balanceOf(market, payout)).to.equal(paid - (paid * agreement.feeBps) / 10_000n)
    expect(await balanceOf(market, driver.address)).to.equal(had)
  })
})
