import { expect } from 'chai'
import { isFinal, type MeshNetwork, type SlotMarket, type SlotReceipt } from '../../agent/index.ts'
import { clearSlot } from '../../agent/market/clearing.ts'
import type { SlotOrder } from '../../protocol/types.ts'
import { until } from '../agent/support/until.ts'
import { DOLLAR, type EnergyMarket, startEnergyMarket } from './support/energy-market.ts'

/** Side, price in minor units per kWh, Wh. */
const WISHES = [
  ['buy', 250_000n, 1_500n],
  ['buy', 200_000n, 700n],
  ['buy', 120_000n, 900n],
  ['sell', 90_000n, 1_100n],
  ['sell', 120_000n, 800n],
  ['sell', 210_000n, 600n],
] as const

describe('a slot without an operator', function () {
  this.timeout(40_000)
  let energy: EnergyMarket
  let agents: MeshNetwork[]
  let markets: SlotMarket[]

  before(async () => {
    energy = await startEnergyMarket()
    agents = await energy.join(6)
    await energy.admit(agents)
    markets = await Promise.all(
      agents.map((agent, index) =>
        agent.slots(energy.id, {
          relay: index === 0,
          meter: async ({ market, slot, account }) => {
            const { quantity = 0n } = markets[index]?.receipt(slot) ?? {}
            const [imported, exported] = quantity > 0n ? [quantity + 3n, 0n] : [0n, 5n - quantity]
            return energy.read({ market, slot, account, imported, exported })
          },
        }),
      ),
    )
  })
  after(() => energy.stop())

  it('clears to what its orders come to, and balances follow; then meters answer', async () => {
    const slot = (await (markets[0] as SlotMarket).nextSlot()) + 2n
    const times = energy.timesOf(slot)
    for (const [index, [side, price, quantity]] of WISHES.entries()) {
      await markets[index]?.order({ slot, side, steps: [{ price, quantity }] })
    }
    await until(() => markets[0]?.heard(slot).length === 6)
    await energy.at(times.relayUntil)
    await Promise.all(markets.map((market) => market.until(slot, ({ stage }) => stage === 'accepted')))
    await energy.at(times.clearUntil)
    const receipts = await Promise.all(
      markets.map((market) => market.until(slot, ({ stage }) => stage !== 'accepted')),
    )
    const orders = agents.map(({ address }, index): SlotOrder => {
      const [side, price, quantity] = WISHES[index] as (typeof WISHES)[number]
      return { account: address, side, tariff: 0n, steps: [{ price, quantity }] }
    })
    const book = (await energy.bookOf(slot)).map(({ account }) => account)
    const inSequence = book.map((account) => orders.find((order) => order.account === account) as SlotOrder)
    const expected = clearSlot(
      inSequence,
      inSequence.map(() => 10n * DOLLAR),
      energy.rules,
    )
    for (const [index, { address }] of agents.entries()) {
      const place = book.indexOf(address)
      expect(receipts[index]).to.include({ price: expected.price, quantity: expected.fills[place] })
      expect(await energy.balanceOf(address)).to.equal(10n * DOLLAR + (expected.deltas[place] ?? 0n))
    }

    await energy.at(times.end)
    const relayer = markets[0] as SlotMarket
    await until(
      () => relayer.readings(slot).length === receipts.filter(({ quantity }) => quantity !== 0n).length,
    )
    await energy.at(times.readUntil)
    const settled = await Promise.all(markets.map((market) => market.until(slot, isFinal)))
    for (const [index, { address }] of agents.entries()) {
      const receipt = settled[index] as SlotReceipt
      expect(receipt.stage).to.equal('settled')
      expect(await energy.balanceOf(address)).to.equal(10n * DOLLAR + receipt.balance)
      if (receipt.quantity > 0n) expect(receipt.deviation).to.equal(3n)
      if (receipt.quantity < 0n) {
        expect(receipt.deviation).to.equal(5n)
        const earned = (receipt.price * -receipt.quantity) / 1000n + (5n * energy.rules.excessPrice) / 1000n
        expect(receipt.balance - earned).to.be.within(-1n, 0n)
      }
    }
  })
})
