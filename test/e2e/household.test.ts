import { expect } from 'chai'
import { hasEnded, type MeshNetwork, type Outcome, type ReceivedIntent } from '../../agent/index.ts'
import { MAX_DECLINED_COUNTERS } from '../../agent/trading/buying.ts'
import type { Household } from '../../community/household.ts'
import { joinHome, LIMITS, SLOT } from './support/homes.ts'
import { startMarket, type TestMarket } from './support/market.ts'

const soon = () => AbortSignal.timeout(10_000)

describe('a home', function () {
  this.timeout(60_000)
  let market: TestMarket
  let seller: MeshNetwork
  let home: Household
  let intent: ReceivedIntent

  before(async () => {
    market = await startMarket()
    seller = await market.join()
  })

  beforeEach(async () => {
    home = await joinHome(market, seller.endpoints)
    const heard = new Promise<ReceivedIntent>((resolve) => {
      seller.subscribeToIntents((received) => received.value.agent === home.address && resolve(received))
    })
    home.startSlot({ ...SLOT, loadWh: 400, pvWh: 0 })
    intent = await heard
  })

  afterEach(() => home.stop())
  after(() => market.stop())

  it('does not release what was delivered before the interval is over, and does when it is', async () => {
    const outcome = await seller.offer(intent, { quantity: 400n, price: LIMITS.low }, { duration: 60n })
    if (outcome.type !== 'agreed') throw new Error(`declined: ${outcome.reason} ${outcome.detail}`)
    const { id } = outcome.deal
    await seller.untilDeal(id, ({ state }) => state === 'opened', { signal: soon() })
    expect((await seller.deliver(id, 400n)).state, 'not released').to.equal('delivered')
    expect(home.books()).to.include({ settled: 0, open: 1 })

    home.closeSlot(SLOT.index)
    expect((await seller.untilDeal(id, hasEnded, { signal: soon() })).state).to.equal('settled')
  })

  describe('whose counter-offers a seller declines', () => {
    let counters: number
    beforeEach(() => {
      counters = 0
    })

    /** An offer that is dearer than the home would pay, and no to whatever it says to that. */
    const waste = (): Promise<Outcome> =>
      seller.offer(
        intent,
        { quantity: 400n, price: LIMITS.high },
        {
          duration: 60n,
          decide: () => {
            counters += 1
            return { type: 'decline', reason: 'price' }
          },
        },
      )

    it(`stops after ${MAX_DECLINED_COUNTERS} of them: until they expire, that seller could open them all the same`, async () => {
      const outcomes: Outcome[] = []
      for (let index = 0; index < MAX_DECLINED_COUNTERS + 3; index++) outcomes.push(await waste())
      expect(counters).to.equal(MAX_DECLINED_COUNTERS)
      for (const outcome of outcomes.slice(MAX_DECLINED_COUNTERS)) {
        expect(outcome).to.include({ type: 'declined', reason: 'filled' })
      }
    })

    it('goes on with others', async () => {
      for (let index = 0; index <= MAX_DECLINED_COUNTERS; index++) await waste()
      const other = await market.join({ bootstrapPeers: seller.endpoints })
      const outcome = await other.offer(intent, { quantity: 400n, price: LIMITS.high }, { duration: 60n })
      expect(outcome.type).to.equal('agreed')
    })
  })
})
