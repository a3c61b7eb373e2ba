import { expect } from 'chai'
import { simulateSlots } from '../../../../agent/market/energy/simulate.ts'
import type { SimulatedSlot } from '../../../../agent/market/energy/world.ts'
import type { SlotView } from '../../../../agent/strategy/energy/strategy.ts'
import { truthful } from '../../../../agent/strategy/energy/truthful.ts'

const reading = (loadWh: number, pvWh: number) => ({ loadWh, pvWh })
const expected = (loadWh: number, pvWh: number) => ({ loadWh, pvWh, lackWh: [loadWh - pvWh] })

/** Slots in which 100 Wh more is expected of both sides than there is. */
const slots: SimulatedSlot[] = Array.from({ length: 4 }, (_, index) => ({
  ...{ start: index * 900, end: (index + 1) * 900, retailPrice: 300_000n, feedInPrice: 80_000n },
  readings: [reading(0, 200 + index), reading(300, 0)],
  forecast: { homes: [expected(0, 300 + index), expected(400, 0)], horizon: 2 },
}))

describe('a slot that is ordered for by a forecast', () => {
  it('is traded as expected, whatever is measured then', () => {
    const { trades } = simulateSlots(slots, [{ strategy: truthful }, { strategy: truthful }])
    expect(trades.map(({ quantityWh }) => quantityWh)).to.deep.equal([300, 301, 302, 303])
  })

  it('shows homes what they expect of it, and of the past what is known by then: what was measured', () => {
    const views: SlotView[] = []
    const look = (view: SlotView) => {
      if (view.home === 0) views.push(view)
      return {}
    }
    simulateSlots(slots, [{ strategy: look }, { strategy: truthful }])
    expect(views.map(({ meter }) => meter.pvWh)).to.deep.equal([300, 301, 302, 303])
    expect(views.map(({ lackWh }) => lackWh)).to.deep.equal([[-300], [-301], [-302], [-303]])
    const past = views.map((view) => view.past.map(({ meter }) => meter.pvWh))
    expect(past).to.deep.equal([[], [], [200], [200, 201]])
  })
})
