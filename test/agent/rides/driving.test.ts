import { expect } from 'chai'
import type { Auctions } from '../../../agent/protocols/auctions/index.ts'
import type { RideComponents } from '../../../agent/rides/components.ts'
import { Driving } from '../../../agent/rides/driving.ts'
import { cellOf, centreOf, rideDraft } from '../../../agent/rides/ride-intent.ts'
import { crowsWay } from '../../../agent/rides/way.ts'
import type { Hex } from '../../../protocol/types.ts'
import { type Bidder, startBidder } from '../support/bidder.ts'
import { NOW, receivedIntent } from '../support/intents.ts'
import { until } from '../support/until.ts'

const [LON, LAT] = [4.39, 52.045]
const cellAt = (metresEast: number) => cellOf([LON + metresEast / 68_500, LAT], 10)
const FARE = 9_600_000n
const STEP = FARE / 16n
/** Longer than the tests: no auction ends. */
const PERIOD = 60_000

describe('Driving, over libp2p', function () {
  this.timeout(30_000)
  const stops: (() => unknown)[] = []

  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop()
  })

  async function agent() {
    const bidder = await startBidder()
    stops.push(bidder.stop)
    return bidder
  }

  /** What a rider so many metres east asks for. */
  function wishOf({ identity, endpoints }: Bidder, metres: number) {
    const [pickup, dropoff] = [cellAt(metres), cellAt(metres + 2_000)]
    const way = crowsWay(centreOf(pickup), centreOf(dropoff))
    const ride = { pickup, dropoff, seats: 1, earliest: NOW, wait: 3_600, detour: 0, way }
    const { attributes = [], ...draft } = rideDraft(ride, FARE)
    return receivedIntent({ ...draft, attributes, endpoints }, identity)
  }

  /** Auctions what a rider asks for. */
  function hold({ auctions }: Bidder, { value, hash }: ReturnType<typeof wishOf>) {
    const stopping = new AbortController()
    const times = { period: PERIOD, latest: Number.POSITIVE_INFINITY, now: () => 0 }
    const terms = { ...times, announce: async () => {}, maxWait: 3_600, signal: stopping.signal }
    const held = auctions.hold({ intent: value, hash }, terms)
    held.catch(() => undefined)
    stops.unshift(() => stopping.abort(new Error('the test is over')))
  }

  /** A driver that knows of these riders, and the bids that it makes. */
  function drive({ auctions, faults }: Bidder, wishes: ReturnType<typeof wishOf>[]) {
    const bids: { intent: Hex; price: bigint }[] = []
    const watched: Pick<Auctions, 'bid' | 'onStanding'> = {
      bid(intent, bid, signal) {
        bids.push({ intent: intent.hash, price: bid.price })
        return auctions.bid(intent, bid, signal)
      },
      onStanding: (fn) => auctions.onStanding(fn),
    }
    // What is needed only when a bid has won is not there.
    const components = {
      auctions: watched,
      intents: { join() {}, subscribe: () => () => {}, open: () => wishes },
      ...{ way: crowsWay, period: PERIOD, now: () => Number(NOW) * 1000, report: faults.hear },
    } as unknown as RideComponents
    const stopping = new AbortController()
    stops.unshift(() => stopping.abort())
    const driver = { position: [LON, LAT] as [number, number], costPerKilometre: 450_000n }
    return { driving: new Driving(components, driver, () => {}, stopping.signal), bids }
  }

  it('repeats the bid that leads when fares move elsewhere', async () => {
    const [near, far, rival, driver] = await Promise.all([agent(), agent(), agent(), agent()])
    const wishes = [wishOf(near, 0), wishOf(far, 500)] as const
    hold(near, wishes[0])
    hold(far, wishes[1])
    const underbid = async (rider: 0 | 1, steps: bigint) => {
      const bid = { price: FARE - steps * STEP, wait: 60, revision: 0n }
      const { place } = await rival.auctions.bid(wishes[rider], bid, AbortSignal.timeout(5_000))
      expect(place).to.equal('leads')
    }
    const { driving, bids } = drive(driver, [...wishes])
    const leads = (count: number) => until(() => bids.length === count && driving.state === 'leading')
    await leads(1)
    await underbid(0, 4n)
    await leads(2)
    await underbid(1, 8n)
    await leads(3)
    // It leads at the first, and knows the second.
    await underbid(1, 9n)
    await leads(4)
    const [first, second] = wishes.map(({ hash }) => hash)
    expect(bids).to.deep.equal([
      { intent: first, price: FARE - STEP },
      { intent: second, price: FARE - STEP },
      { intent: first, price: FARE - 5n * STEP },
      { intent: first, price: FARE - 5n * STEP },
    ])
  })

  it('asks a rider that does not answer once more, and then another', async () => {
    const [gone, far, driver] = await Promise.all([agent(), agent(), agent()])
    const wishes = [wishOf(gone, 0), wishOf(far, 500)] as const
    hold(far, wishes[1])
    await gone.auctions.stop()
    const { driving, bids } = drive(driver, [...wishes])
    await until(() => driving.state === 'leading')
    const [first, second] = wishes.map(({ hash }) => hash)
    expect(bids.map(({ intent }) => intent)).to.deep.equal([first, first, second])
  })
})
