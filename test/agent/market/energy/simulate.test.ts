import { expect } from 'chai'
import fc from 'fast-check'
import { clearSlot } from '../../../../agent/market/clearing.ts'
import type { Battery } from '../../../../agent/market/energy/battery.ts'
import { marketKpis } from '../../../../agent/market/energy/market-kpis.ts'
import { simulateSlots } from '../../../../agent/market/energy/simulate.ts'
import type { SimulatedHome, SimulatedSlot } from '../../../../agent/market/energy/world.ts'
import { energyKpis } from '../../../../agent/market/energy-kpis.ts'
import { MAX_PRICE } from '../../../../agent/market/mechanisms/book.ts'
import type { ClearOptions } from '../../../../agent/market/mechanisms/clear-book.ts'
import { arbitrage } from '../../../../agent/strategy/energy/arbitrage.ts'
import { inventory } from '../../../../agent/strategy/energy/inventory.ts'
import type { SlotBid, SlotView } from '../../../../agent/strategy/energy/strategy.ts'
import { truthful } from '../../../../agent/strategy/energy/truthful.ts'
import { zeroIntelligence } from '../../../../agent/strategy/energy/zero-intelligence.ts'
import { everyWay } from '../mechanisms/support/books.ts'

const SLOT = 900

const wh = fc.integer({ min: 0, max: 3_000 })
/** As far as real prices go, and a little further, in minor units per kWh. */
const price = fc.bigInt({ min: -1_000_000n, max: 20_000_000n })
const battery: fc.Arbitrary<Battery & { storedWh: number }> = fc
  .record({
    capacityWh: fc.integer({ min: 1, max: 9_000 }),
    powerW: fc.integer({ min: 1, max: 9_000 }),
    efficiency: fc.integer({ min: 1, max: 100 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ share, ...own }) => ({ ...own, storedWh: Math.floor(share * own.capacityWh) }))
const anyHome: fc.Arbitrary<SimulatedHome> = fc.record({
  strategy: fc.oneof(
    ...[truthful, inventory, arbitrage].map((strategy) => fc.constant(strategy)),
    fc.integer().map(zeroIntelligence),
  ),
  battery: fc.option(battery, { nil: undefined }),
  tariff: fc.option(fc.bigInt({ min: 0n, max: 50_000n }), { nil: undefined }),
})
/** A day in few slots, so that what strategies remember matters. */
const STEP = 21_600
const anySlots = (homes: number): fc.Arbitrary<SimulatedSlot[]> =>
  fc
    .array(
      fc.record({
        readings: fc.array(fc.record({ loadWh: wh, pvWh: wh }), { minLength: homes, maxLength: homes }),
        retailPrice: price,
        feedInPrice: price,
      }),
      { minLength: 1, maxLength: 10 },
    )
    .map((slots) => slots.map((slot, index) => ({ ...slot, start: index * STEP, end: index * STEP + SLOT })))
const community = fc
  .array(anyHome, { minLength: 2, maxLength: 6 })
  .chain((homes) => fc.record({ homes: fc.constant(homes), slots: anySlots(homes.length) }))
const rules: fc.Arbitrary<ClearOptions> = fc
  .record({
    way: fc.constantFrom(...everyWay.filter(({ mechanism }) => mechanism !== 'mcafee')),
    gridFee: fc.bigInt({ min: 0n, max: 100_000n }),
  })
  .map(({ way, gridFee }) => ({ ...way, gridFee }))

/** Takes down what homes see and order. */
function recorded(homes: readonly SimulatedHome[]) {
  const seen: { view: SlotView; order: SlotBid | undefined }[] = []
  const watched = homes.map((home) => ({
    ...home,
    strategy: (view: SlotView) => {
      const plan = home.strategy(view)
      seen.push({ view, order: plan.order })
      return plan
    },
  }))
  return { seen, watched }
}

const sum = (values: readonly bigint[]) => values.reduce((all, value) => all + value, 0n)

describe('simulateSlots', () => {
  it('works out the example of its documentation', () => {
    const readings = [
      { loadWh: 100, pvWh: 400 },
      { loadWh: 250, pvWh: 0 },
    ]
    const slot = { start: 0, end: SLOT, readings, retailPrice: 300_000n, feedInPrice: 80_000n }
    const { trades, slots } = simulateSlots([slot], [{ strategy: truthful }, { strategy: truthful }])
    expect(trades).to.deep.equal([
      { slot: 0, buyer: 1, seller: 0, quantityWh: 250, payment: 20_000n, fee: 0n },
    ])
    expect(slots).to.deep.equal([
      { start: 0, orders: 2, tradedWh: 250, price: 80_000n, welfare: 55_000_000n, optimum: 55_000_000n },
    ])
  })

  it('conserves energy and money, whatever homes, prices, mechanism and fees', () => {
    fc.assert(
      fc.property(community, rules, ({ homes, slots }, options) => {
        const simulation = simulateSlots(slots, homes, options)
        const readings = slots.map((slot) => slot.readings)
        const kpis = energyKpis(readings, simulation.trades, slots, simulation.storage)
        expect(kpis.paid).to.equal(kpis.received + kpis.fees)
        for (const trades of Map.groupBy(simulation.trades, ({ slot }) => slot).values()) {
          expect(sum(trades.map(({ fee }) => fee)) >= 0n).to.equal(true)
        }
        expect(sum(kpis.homes.map(({ billWithMarket }) => billWithMarket))).to.equal(kpis.billWithMarket)
        // What homes pay in all is what the grid gets for what they draw, less what it gives, and the fees.
        let grid = 0n
        for (const [index, slot] of slots.entries()) {
          for (const [home, { loadWh, pvWh }] of slot.readings.entries()) {
            const trades = simulation.trades.filter((trade) => trade.slot === index)
            const bought = trades.reduce(
              (all, { buyer, seller, quantityWh }) =>
                all + (buyer === home ? quantityWh : seller === home ? -quantityWh : 0),
              0,
            )
            const before = loadWh - pvWh + (simulation.storage?.community[index]?.[home] ?? 0)
            // The grid pays nobody for what a home bought and did not draw: it comes from no roof.
            const drawn = bought > 0 && before < bought ? Math.min(before, 0) : before - bought
            grid += BigInt(drawn) * (drawn > 0 ? slot.retailPrice : slot.feedInPrice)
          }
        }
        const difference = grid + kpis.fees * 1000n - kpis.billWithMarket * 1000n
        expect(difference >= 0n && difference < 1000n * BigInt(homes.length)).to.equal(true)
      }),
    )
  })

  it("takes the grid's fee, and the tariffs of both sides, of every trade", () => {
    const way = fc.constantFrom(
      ...everyWay.filter(({ mechanism }) => mechanism !== 'mcafee' && mechanism !== 'huang'),
    )
    fc.assert(
      fc.property(
        community,
        way,
        fc.bigInt({ min: 0n, max: 100_000n }),
        ({ homes, slots }, options, gridFee) => {
          for (const { buyer, seller, quantityWh, fee } of simulateSlots(slots, homes, {
            ...options,
            gridFee,
          }).trades) {
            const each = gridFee + (homes[buyer]?.tariff ?? 0n) + (homes[seller]?.tariff ?? 0n)
            const due = each * BigInt(quantityWh)
            // Each side is off by less than a unit.
            expect(fee * 1000n - due > -2000n && fee * 1000n - due < 2000n).to.equal(true)
          }
        },
      ),
    )
  })

  it('keeps batteries between empty and full, and within their power, and loses nothing but what storing does', () => {
    fc.assert(
      fc.property(community, rules, ({ homes, slots }, options) => {
        const { storage, storedWh } = simulateSlots(slots, homes, options)
        for (const [home, { battery: own }] of homes.entries()) {
          for (const world of ['alone', 'community'] as const) {
            let stored = own?.storedWh ?? 0
            for (const flows of storage?.[world] ?? []) {
              const flow = flows[home] ?? 0
              expect(Math.abs(flow)).to.be.at.most(Math.floor(((own?.powerW ?? 0) * SLOT) / 3600))
              stored += flow > 0 ? Math.floor((flow * (own?.efficiency ?? 0)) / 100) : flow
              expect(stored).to.be.within(0, own?.capacityWh ?? 0)
            }
            expect(storedWh[world][home]).to.equal(stored)
          }
        }
      }),
    )
  })

  it('orders no more than a home has, and trades nothing beyond the limits of an order', () => {
    fc.assert(
      fc.property(community, rules, ({ homes, slots }, options) => {
        const { seen, watched } = recorded(homes)
        const { trades } = simulateSlots(slots, watched, options)
        for (const { view, order } of seen) {
          const { meter, battery: own } = view
          const net = meter.loadWh - meter.pvWh
          const total = Number(sum(order?.steps.map(({ quantity }) => quantity) ?? []))
          const most =
            order?.side === 'buy'
              ? Math.max(0, net) + (own?.takesWh ?? 0)
              : Math.max(0, -net) + (own?.givesWh ?? 0)
          expect(total).to.be.within(0, most)
        }
        // What a home would do alone is asked after what it does in the community.
        const inCommunity = new Map<string, (typeof seen)[number]>()
        for (const each of seen) {
          const key = `${each.view.slot} ${each.view.home}`
          if (!inCommunity.has(key)) inCommunity.set(key, each)
        }
        for (const [key, { view, order }] of inCommunity) {
          const own = trades.filter(
            ({ slot, buyer, seller }) => key === `${slot} ${buyer}` || key === `${slot} ${seller}`,
          )
          let left = BigInt(own.reduce((all, { quantityWh }) => all + quantityWh, 0))
          let limit = 0n
          for (const step of order?.steps ?? []) {
            const filled = step.quantity < left ? step.quantity : left
            limit += filled * step.price
            left -= filled
          }
          expect(left, 'beyond the order').to.equal(0n)
          const tariff = view.tariff * BigInt(own.reduce((all, { quantityWh }) => all + quantityWh, 0))
          if (order?.side === 'buy') {
            expect(sum(own.map(({ payment }) => payment)) * 1000n < limit + tariff + 1000n).to.equal(true)
          } else {
            const received = sum(own.map(({ payment, fee }) => payment - fee)) * 1000n
            // The whole is rounded by less than a unit.
            expect(received > limit - tariff - 1000n).to.equal(true)
          }
        }
      }),
    )
  })

  it('fills and pays the orders of each slot to the unit as the clearing house does on chain, in any sequence', () => {
    const shuffled = community.chain(({ homes, slots }) =>
      fc.record({
        homes: fc.constant(homes),
        slots: fc.constant(slots),
        sequence: fc.shuffledSubarray([...homes.keys()], { minLength: homes.length }),
      }),
    )
    fc.assert(
      fc.property(shuffled, ({ homes, slots, sequence }) => {
        const { seen, watched } = recorded(homes.map(({ battery: _, ...home }) => home))
        const { trades, slots: outcomes } = simulateSlots(slots, watched, { sequence: () => sequence })
        for (const [index, outcome] of outcomes.entries()) {
          const own = seen
            .flatMap(({ view, order }) =>
              view.slot === index && order !== undefined
                ? [{ home: view.home, tariff: view.tariff, ...order }]
                : [],
            )
            .sort((a, b) => sequence.indexOf(a.home) - sequence.indexOf(b.home))
          const account = '0x00000000000000000000000000000000000000aa'
          const cleared = clearSlot(
            own.map((order) => ({ account, ...order })),
            own.map(() => 10n ** 30n),
            { minPrice: -MAX_PRICE, maxPrice: MAX_PRICE, retailPrice: 0n },
          )
          const fills = own.map(({ home }) =>
            trades.reduce(
              (all, { slot, buyer, seller, quantityWh }) =>
                slot !== index
                  ? all
                  : all + BigInt(buyer === home ? quantityWh : seller === home ? -quantityWh : 0),
              0n,
            ),
          )
          expect(fills).to.deep.equal(cleared.fills)
          const money = own.map(({ home }) =>
            sum(
              trades
                .filter(({ slot }) => slot === index)
                .map(({ buyer, seller, payment, fee }) =>
                  buyer === home ? -payment : seller === home ? payment - fee : 0n,
                ),
            ),
          )
          expect(money).to.deep.equal(cleared.deltas)
          if (cleared.quantity > 0n) expect(outcome.price).to.equal(cleared.price)
        }
      }),
    )
  })

  it('is the same once more, and another with another seed', () => {
    fc.assert(
      fc.property(community, rules, ({ homes, slots }, options) => {
        expect(simulateSlots(slots, homes, options)).to.deep.equal(simulateSlots(slots, homes, options))
      }),
      { numRuns: 30 },
    )
    const slot = { start: 0, end: SLOT, retailPrice: 300_000n, feedInPrice: 80_000n }
    const readings = [
      { loadWh: 0, pvWh: 400 },
      { loadWh: 400, pvWh: 0 },
    ]
    const prices = Array.from({ length: 20 }, (_, seed) => {
      const homes = readings.map(() => ({ strategy: zeroIntelligence(seed) }))
      return simulateSlots([{ ...slot, readings }], homes).slots[0]?.price
    })
    expect(new Set(prices).size).to.be.above(5)
  })

  it('leaves nobody worse off, and trades all that can be, where all are truthful and have no battery', () => {
    const way = fc.constantFrom(...everyWay.filter(({ mechanism }) => mechanism === 'uniform'))
    fc.assert(
      fc.property(community, way, ({ homes, slots }, options) => {
        const plain = homes.map((): SimulatedHome => ({ strategy: truthful }))
        const dear = slots.map((slot) => ({
          ...slot,
          retailPrice: slot.feedInPrice + (slot.retailPrice < 0n ? -slot.retailPrice : slot.retailPrice),
        }))
        const simulation = simulateSlots(dear, plain, options)
        const readings = dear.map((slot) => slot.readings)
        const kpis = energyKpis(readings, simulation.trades, dear)
        const market = marketKpis(simulation, kpis, dear)
        expect(kpis.total.tradedWh).to.equal(kpis.total.maxTradableWh)
        expect(market.fairness).to.deep.equal({ worseOff: 0, loss: 0n, worst: 0n })
        expect(market.welfareShare).to.equal(1)
        // Each bill is rounded once.
        const missing = market.possibleGain - market.gain
        expect(missing < 0n ? -missing : missing).to.satisfy((rest: bigint) => rest <= BigInt(homes.length))
      }),
    )
  })

  it('finds who is worse off', () => {
    const readings = [
      { loadWh: 0, pvWh: 1000 },
      { loadWh: 1000, pvWh: 0 },
    ]
    const slots = [{ start: 0, end: SLOT, readings, retailPrice: 300_000n, feedInPrice: 80_000n }]
    const tooCheap = () => ({ order: { side: 'sell' as const, steps: [{ price: 0n, quantity: 1000n }] } })
    const half = () => ({ order: { side: 'buy' as const, steps: [{ price: 10_000n, quantity: 1000n }] } })
    const simulation = simulateSlots(slots, [{ strategy: tooCheap }, { strategy: half }])
    const kpis = energyKpis([readings], simulation.trades, slots)
    expect(marketKpis(simulation, kpis, slots).fairness).to.deep.equal({
      worseOff: 1,
      loss: 75_000n,
      worst: 75_000n,
    })
  })
})
