import type { Hex } from 'viem'
import { clearSlot } from '../../../agent/market/clearing.ts'
import type { SlotOrder } from '../../../protocol/types.ts'
import { DOLLAR, expect, isInstrumented, loadFixture } from '../base.ts'
import {
  admit,
  closeGate,
  deployClearing,
  deposit,
  keyOf,
  nextSlot,
  order,
  signAll,
  takeSnapshot,
} from './fixture.ts'
import { measureClearing } from './gas.ts'
import { BUY, packAll, packSignatures, SELL, type Step } from './orders.ts'

/** The most gas that a transaction may take (EIP-7825). */
const TRANSACTION_GAS = 2n ** 24n
const STEPS = 8n

/** As many members as a book takes; every other has nothing yet, and buys at prices below zero. */
async function crowdedMarket() {
  const d = await deployClearing()
  const count = Number(await d.house.MAX_ORDERS())
  const keys = Array.from({ length: count }, (_, i) => keyOf(`crowd ${i}`))
  for (let i = 0; i < count; i += 100) {
    await admit(
      d,
      keys.slice(i, i + 100).map(({ address }) => address),
    )
  }
  for (const [i, { address }] of keys.entries()) if (i % 2 === 1) await deposit(d, address, 100n * DOLLAR)
  const orders = keys.map((key, i) => {
    const prices = Array.from({ length: Number(STEPS) }, (_, j) => -200_000n - BigInt(j) * 1_111n - BigInt(i))
    const quantities = (price: bigint): Step => [price, 1_111n]
    return i % 2 === 0
      ? order(key, BUY, ...prices.map(quantities))
      : order(
          key,
          SELL,
          ...prices
            .map((price) => price - 50_000n)
            .toReversed()
            .map(quantities),
        )
  })
  const ada = keyOf('ada')
  await admit(d, [ada.address])
  return { ...d, keys, orders, ada, slot: await nextSlot() }
}

/** What the price would be were the last order void. */
function priceWithoutLast({ orders, rules }: Awaited<ReturnType<typeof crowdedMarket>>): bigint {
  const known = orders.slice(0, -1).map(({ account, side, tariff, steps }): SlotOrder => {
    const named = steps.map(([price, quantity]) => ({ price, quantity }))
    return { account: account as Hex, side: side === BUY ? 'buy' : 'sell', tariff, steps: named }
  })
  const plenty = known.map(() => 2n ** 128n - 1n)
  return clearSlot(known, plenty, rules).price
}

describe('ClearingHouse: cost', function () {
  this.timeout(120_000)
  if (isInstrumented) return

  it('submits and clears for at most 25,000 gas per order', async () => {
    const { gas, note } = await measureClearing()
    expect(gas, note).to.be.at.most(25_000n)
  })

  it('clears the largest book, every step used and every balance new, in one transaction', async () => {
    const d = await loadFixture(crowdedMarket)
    const signatures = await signAll(d, d.slot, d.orders, d.keys)
    for (let i = 0; i < d.orders.length; i += 100) {
      const part = packAll(d.orders.slice(i, i + 100))
      await d.house.submit(d.market, d.slot, part, packSignatures(signatures.slice(i, i + 100)))
    }
    const extra = order(d.ada, BUY, [0n, 1n])
    const signed = packSignatures(await signAll(d, d.slot, [extra], [d.ada]))
    await expect(d.house.submit(d.market, d.slot, packAll([extra]), signed))
      .to.emit(d.house, 'OrderRejected')
      .withArgs(d.market, d.slot, extra.account, 1n)
    const last = (side: number) =>
      d.orders.filter((each) => each.side === side).map(({ steps }) => steps.at(-1)?.[0] ?? 0n)
    const lowestBid = last(BUY).reduce((low, price) => (price < low ? price : low))
    const highestOffer = last(SELL).reduce((high, price) => (price > high ? price : high))
    const price = (lowestBid + highestOffer) >> 1n
    for (const hint of [price, priceWithoutLast(d)]) {
      const snapshot = await takeSnapshot()
      await closeGate(d.slot)
      const receipt = await (await d.house.clear(d.market, d.slot, packAll(d.orders), hint)).wait()
      const [cleared] = await d.house.queryFilter(d.house.filters.Cleared, receipt?.blockNumber)
      expect(cleared?.args.price).to.equal(price)
      expect(cleared?.args.quantity).to.equal(BigInt(d.orders.length / 2) * STEPS * 1_111n)
      expect(receipt?.gasUsed).to.be.at.most(TRANSACTION_GAS)
      await snapshot.restore()
    }
  })
})
