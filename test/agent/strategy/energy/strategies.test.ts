import { expect } from 'chai'
import fc from 'fast-check'
import { arbitrage } from '../../../../agent/strategy/energy/arbitrage.ts'
import { inventory } from '../../../../agent/strategy/energy/inventory.ts'
import type { PastSlot, SlotView } from '../../../../agent/strategy/energy/strategy.ts'
import { truthful } from '../../../../agent/strategy/energy/truthful.ts'
import { zeroIntelligence } from '../../../../agent/strategy/energy/zero-intelligence.ts'

const RETAIL = 300_000n
const FEED_IN = 80_000n

function view(loadWh: number, pvWh: number, more: Partial<SlotView> = {}): SlotView {
  return {
    home: 0,
    slot: 0,
    start: 86_400,
    end: 87_300,
    meter: { loadWh, pvWh },
    retailPrice: RETAIL,
    feedInPrice: FEED_IN,
    tariff: 0n,
    battery: undefined,
    past: [],
    ...more,
  }
}

const battery = (storedWh: number) => ({
  storedWh,
  capacityWh: 5000,
  efficiency: 80,
  takesWh: Math.min(500, Math.floor((5000 - storedWh) / 0.8)),
  givesWh: Math.min(500, storedWh),
})

/** A day of four slots, in which a home lacks or has left so much. */
const day = (net: number[], price?: bigint): PastSlot[] =>
  net.map((wh, index) => ({
    start: 1 + index * 21_600,
    meter: { loadWh: Math.max(0, wh), pvWh: Math.max(0, -wh) },
    retailPrice: RETAIL,
    feedInPrice: FEED_IN,
    price,
  }))

const step = (price: bigint, quantity: number) => ({ price, quantity: BigInt(quantity) })

describe('strategies for a slot', () => {
  it('truthful: all that is lacking at the retail price, all that is left at the feed-in price, less the tariff', () => {
    expect(truthful(view(300, 100)).order).to.deep.equal({ side: 'buy', steps: [step(RETAIL, 200)] })
    const sold = truthful(view(100, 300, { tariff: 10_000n })).order
    expect(sold).to.deep.equal({ side: 'sell', steps: [step(90_000n, 200)] })
    expect(truthful(view(100, 100)).order).to.equal(undefined)
  })

  it('truthful: the own battery first', () => {
    expect(truthful(view(700, 0, { battery: battery(1000) })).order?.steps).to.deep.equal([step(RETAIL, 200)])
    expect(truthful(view(0, 700, { battery: battery(1000) })).order?.steps).to.deep.equal([
      step(FEED_IN, 200),
    ])
    expect(truthful(view(0, 300, { battery: battery(1000) })).order).to.equal(undefined)
  })

  it('zero-intelligence: the quantity of the truthful, at a price between its limit and the other side', () => {
    const surplus = fc.integer({ min: -2000, max: 2000 }).filter((wh) => wh !== 0)
    fc.assert(
      fc.property(fc.integer(), fc.nat(), fc.nat(), surplus, (seed, home, slot, wh) => {
        const seen = view(Math.max(0, wh), Math.max(0, -wh), { home, slot })
        const { order } = zeroIntelligence(seed)(seen)
        const [only] = order?.steps ?? []
        expect(only?.quantity).to.equal(truthful(seen).order?.steps[0]?.quantity)
        expect((only?.price ?? 0n) >= FEED_IN && (only?.price ?? 0n) <= RETAIL).to.equal(true)
        expect(zeroIntelligence(seed)(seen)).to.deep.equal({ order })
      }),
    )
  })

  it('zero-intelligence: draws over the whole width, each home and slot its own', () => {
    const prices = Array.from({ length: 400 }, (_, index) => {
      const [home, slot] = [index % 20, Math.floor(index / 20)]
      const { order } = zeroIntelligence(7)(view(100, 0, { home, slot }))
      return Number(order?.steps[0]?.price)
    })
    expect(new Set(prices).size).to.be.above(395)
    const mean = prices.reduce((all, price) => all + price, 0) / prices.length
    // Of 400 uniform draws the mean is within four standard errors, 22% / sqrt(12 * 400) each, of the middle.
    expect(mean).to.be.within(190_000 - 12_800, 190_000 + 12_800)
  })

  it('inventory: keeps what the evening before needed, and sells the rest', () => {
    const past = day([200, 600, -300, 100])
    const { order } = inventory(view(0, 900, { battery: battery(500), past }))
    // 800 Wh are expected to be needed, 300 of them are missing: 375 Wh have to be stored for them.
    expect(order).to.deep.equal({ side: 'sell', steps: [step(FEED_IN, 525), step(240_000n, 375)] })
  })

  it('inventory: with more than it needs it sells from the battery, with less it buys to store', () => {
    const full = inventory(view(0, 100, { battery: battery(4000), past: day([200, -1]) }))
    expect(full.order).to.deep.equal({ side: 'sell', steps: [step(FEED_IN, 600)] })
    const empty = inventory(view(100, 0, { battery: battery(0), past: day([200, -1]) }))
    expect(empty.order).to.deep.equal({ side: 'buy', steps: [step(RETAIL, 100), step(240_000n, 250)] })
  })

  it('arbitrage: charges from the grid when it is cheap, and feeds in when it is dear', () => {
    const past = day([1, 1, 1, 1], 200_000n)
    const cheap = arbitrage(view(0, 0, { battery: battery(1000), past, retailPrice: -1n, feedInPrice: -2n }))
    expect(cheap.gridWh).to.equal(500)
    const dear = arbitrage(
      view(0, 0, { battery: battery(1000), past, retailPrice: 17_720_000n, feedInPrice: 17_500_000n }),
    )
    expect(dear.gridWh).to.equal(-500)
    const usual = arbitrage(view(0, 0, { battery: battery(1000), past: day([0, 0, 0, 0], 200_000n) }))
    expect(usual).to.deep.equal({ gridWh: 0, order: { side: 'sell', steps: [step(200_000n, 500)] } })
    const lacking = arbitrage(view(100, 0, { battery: battery(1000), past: day([0, 0, 0, 0], 200_000n) }))
    expect(lacking.order).to.deep.equal({ side: 'buy', steps: [step(200_000n, 100), step(160_000n, 500)] })
  })

  it('arbitrage: sells nothing cheaply that its home will have to buy again dearly', () => {
    // 700 Wh until the sun shines again, of which 300 are missing; what is beyond fetches 0.10.
    const past = day([300, 400, -900, 0], 100_000n)
    const left = arbitrage(view(0, 800, { battery: battery(400), past }))
    expect(left.order).to.deep.equal({
      side: 'sell',
      // What it cannot store, or does not need, at once; what it will need, at what it would pay for it, less the losses.
      steps: [step(FEED_IN, 425), step(240_000n, 375), step(RETAIL, 400)],
    })
  })
})
