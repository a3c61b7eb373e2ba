import { expect } from 'chai'
import type { MarketRules } from '../../../../agent/market/market-rules.ts'
import { checkSlot, checkSteps } from '../../../../agent/protocols/slot-market/check-order.ts'
import type { MarketOrder, PriceStep } from '../../../../protocol/types.ts'
import { failure } from '../../../protocol/support/failure.ts'

const account = `0x${'02'.repeat(20)}` as const
const rules: MarketRules = {
  ...{ admin: account, token: account, attester: account, balancing: account, feeAccount: account },
  ...{ slotLength: 900n, gateLead: 300n, readingWindow: 3_600n, capacity: 1_000n },
  ...{ minPrice: -50n, maxPrice: 50n, retailPrice: 30n, excessPrice: 8n },
}
const order = (side: MarketOrder['side'], ...steps: [bigint, bigint][]): MarketOrder => ({
  ...{ market: `0x${'01'.repeat(32)}`, slot: 100n, account, side, tariff: 0n },
  steps: steps.map(([price, quantity]): PriceStep => ({ price, quantity })),
})
const refusal = (value: MarketOrder) => failure(() => checkSteps(value, rules))

describe('an order for a slot', () => {
  it('is as the market allows: prices within bounds, from the best to the worst, within the capacity', () => {
    expect(refusal(order('buy', [50n, 500n], [-50n, 500n]))).to.equal(undefined)
    expect(refusal(order('sell', [-50n, 1n], [50n, 999n]))).to.equal(undefined)
  })

  const wrong: Record<string, [value: MarketOrder, field: string]> = {
    'with a price above the highest': [order('buy', [51n, 1n]), 'order.steps[0].price'],
    'with a price below the lowest': [order('sell', [-51n, 1n]), 'order.steps[0].price'],
    'to buy at rising prices': [order('buy', [1n, 1n], [2n, 1n]), 'order.steps[1].price'],
    'to sell at falling prices': [order('sell', [2n, 1n], [1n, 1n]), 'order.steps[1].price'],
    'with a price twice': [order('sell', [2n, 1n], [2n, 1n]), 'order.steps[1].price'],
    'with a step of nothing': [order('sell', [2n, 0n]), 'order.steps[0].quantity'],
    'beyond the capacity': [order('sell', [2n, 600n], [3n, 401n]), 'order.steps'],
    'without a step': [order('sell'), 'order.steps'],
    'with nine steps': [
      order('sell', ...Array.from({ length: 9 }, (_, i) => [BigInt(i), 1n] as [bigint, bigint])),
      'order.steps',
    ],
  }
  for (const [name, [value, field]] of Object.entries(wrong)) {
    it(`is refused ${name}`, () => {
      expect(refusal(value)).to.include({ name: 'RefusedError', code: 'ORDER_REFUSED', field })
    })
  }

  it('comes before the gate of its slot, and not more than a day ahead', () => {
    const gate = 100n * 900n - 300n
    expect(failure(() => checkSlot(100n, rules, gate - 1n))).to.equal(undefined)
    expect(failure(() => checkSlot(100n, rules, gate))).to.include({
      code: 'SLOT_CLOSED',
      field: 'order.slot',
    })
    expect(failure(() => checkSlot(99n + 96n, rules, gate - 1n))).to.equal(undefined)
    expect(failure(() => checkSlot(99n + 97n, rules, gate - 1n))).to.include({ code: 'SLOT_CLOSED' })
  })
})
