import { expect, loadFixture, time } from '../base.ts'
import {
  balanceOf,
  clear,
  closeGate,
  endOf,
  gateOf,
  type OpenMarket,
  openMarket,
  order,
  RETAIL,
  signAll,
  submit,
  takeSnapshot,
} from './fixture.ts'
import { BUY, type Order, packAll, packSignatures, SELL, treeOf } from './orders.ts'

/** Ada and cem want 901 Wh; ben and dua offer 500 Wh below 0.10, and 801 Wh at it. */
const tied = async () => {
  const d = await openMarket()
  const orders = [
    order(d.ada, BUY, [250_000n, 600n]),
    order(d.ben, SELL, [90_000n, 300n], [100_000n, 401n]),
    order(d.cem, BUY, [250_000n, 200n], [120_000n, 101n]),
    order(d.dua, SELL, [95_000n, 200n], [100_000n, 400n]),
  ]
  return { ...d, orders, price: 100_000n }
}

/** What becomes of the slot when the search for its price begins at the hint; undone at once. */
async function clearedFrom(d: OpenMarket, orders: readonly Order[], hint: bigint) {
  const snapshot = await takeSnapshot()
  await closeGate(d.slot)
  await d.house.clear(d.market, d.slot, packAll(orders), hint)
  const state = await d.house.slotOf(d.market, d.slot)
  await snapshot.restore()
  return state
}

describe('ClearingHouse: clear', () => {
  it('trades at the middle between the last bid and the last offer that are met', async () => {
    const d = await loadFixture(openMarket)
    const orders = [
      order(d.ada, BUY, [250_000n, 600n], [180_001n, 400n]),
      order(d.ben, SELL, [100_000n, 1000n]),
      order(d.cem, BUY, [90_000n, 50n]),
      order(d.dua, SELL, [190_000n, 50n]),
    ]
    const price = 140_000n
    const before = await Promise.all(d.members.map((each) => balanceOf(d, each)))
    const cleared = await clear(d, orders, price)
    const fills = [1000n, -1000n, 0n, 0n]
    const { root } = treeOf(
      fills.map((quantity, index) => ({ index, account: orders[index]?.account ?? '', quantity })),
    )
    await expect(cleared).to.emit(d.house, 'Cleared').withArgs(d.market, d.slot, price, 1000n, root, [0n])
    expect(await d.house.slotOf(d.market, d.slot)).to.deep.equal([4n, true, price, root])
    const after = await Promise.all(d.members.map((each) => balanceOf(d, each)))
    const deltas = after.map((balance, i) => balance - (before[i] ?? 0n))
    expect(deltas).to.deep.equal([-price, price - RETAIL, 0n, 0n])
    expect(await d.ledger.balanceOf(d.token, d.house)).to.equal(RETAIL)
  })

  it('fills what is better, shares the margin in proportion and gives the roundings to the fee account', async () => {
    const d = await loadFixture(tied)
    const before = await Promise.all(d.members.map((each) => balanceOf(d, each)))
    const cleared = await clear(d, d.orders, d.price)
    // 901 Wh wanted, 500 Wh offered for less: 401 of 801 Wh at the margin. Ben's mark is at floor(401 * 401 / 801).
    const fills = [600n, -300n - 200n, 301n, -200n - 201n]
    const { root } = treeOf(
      fills.map((quantity, index) => ({ index, account: d.orders[index]?.account ?? '', quantity })),
    )
    await expect(cleared).to.emit(d.house, 'Cleared').withArgs(d.market, d.slot, d.price, 901n, root, [0n])
    const after = await Promise.all(d.members.map((each) => balanceOf(d, each)))
    const deltas = after.map((balance, i) => balance - (before[i] ?? 0n))
    expect(deltas).to.deep.equal([-60_000n, -100_000n, -30_100n, -80_200n])
    expect(await d.ledger.balanceOf(d.token, d.house)).to.equal(150_000n + 120_300n)
    expect(await balanceOf(d, d.feeAccount)).to.equal(0n)
  })

  it('comes to one price and one outcome, wherever the search begins', async () => {
    const d = await loadFixture(tied)
    await submit(d, d.orders)
    const { minPrice, maxPrice } = d.rules
    const near = [d.price - 1n, d.price, d.price + 1n, 90_000n, 95_000n, 120_000n, 250_000n]
    const far = [0n, minPrice, maxPrice, minPrice - 1n, maxPrice + 1n, -(2n ** 63n), 2n ** 63n - 1n]
    const roots = new Set<string>()
    for (const hint of [...near, ...far]) {
      const { price, commitment } = await clearedFrom(d, d.orders, hint)
      expect(price, `from ${hint}`).to.equal(d.price)
      roots.add(commitment)
    }
    expect(roots.size).to.equal(1)
  })

  it('comes to the middle of the interval in which all can be filled, wherever the search begins', async () => {
    const d = await loadFixture(openMarket)
    const orders = [order(d.ada, BUY, [30n, 10n]), order(d.ben, SELL, [21n, 10n])]
    await submit(d, orders)
    for (const hint of [20n, 21n, 22n, 24n, 25n, 26n, 29n, 30n, 31n, -700n, 900_000n]) {
      expect((await clearedFrom(d, orders, hint)).price, `from ${hint}`).to.equal(25n)
    }
  })

  it('finds a price where nobody sells, or nobody buys, wherever the search begins', async () => {
    const d = await loadFixture(openMarket)
    const { minPrice, maxPrice } = d.rules
    const hints = [minPrice - 1n, minPrice, 29n, 30n, 31n, 49n, 50n, 51n, maxPrice, maxPrice + 1n]
    for (const [side, price] of [
      [BUY, (50n + maxPrice) >> 1n],
      [SELL, (minPrice + 30n) >> 1n],
    ] as const) {
      const snapshot = await takeSnapshot()
      const orders = [order(d.ada, side, [30n, 10n]), order(d.ben, side, [50n, 10n])]
      await submit(d, orders)
      for (const hint of hints) {
        expect((await clearedFrom(d, orders, hint)).price, `from ${hint}`).to.equal(price)
      }
      await snapshot.restore()
    }
  })

  it('rounds the middle down below zero, and lets the seller pay', async () => {
    const d = await loadFixture(openMarket)
    const orders = [order(d.ada, BUY, [-1000n, 501n]), order(d.ben, SELL, [-2001n, 501n])]
    const [ada, ben] = [await balanceOf(d, d.ada), await balanceOf(d, d.ben)]
    await clear(d, orders, -1501n)
    // 752.001 for ada, rounded down; 752.001 and the reserve of 150.300 of ben, rounded up.
    expect(await balanceOf(d, d.ada)).to.equal(ada + 752n)
    expect(await balanceOf(d, d.ben)).to.equal(ben - 752n - 1n - 150_300n)
    expect(await balanceOf(d, d.feeAccount)).to.equal(1n)
  })

  it('takes the tariff of both sides for the fee account', async () => {
    const d = await loadFixture(openMarket)
    await d.house.connect(d.admin).admit(d.market, [d.ada, d.ben], [20_000n, 10_000n])
    const orders = [
      { ...order(d.ada, BUY, [200_000n, 500n]), tariff: 20_000n },
      { ...order(d.ben, SELL, [100_000n, 500n]), tariff: 10_000n },
    ]
    const [ada, ben] = [await balanceOf(d, d.ada), await balanceOf(d, d.ben)]
    await clear(d, orders, 150_000n)
    expect(await balanceOf(d, d.ada)).to.equal(ada - 85_000n)
    expect(await balanceOf(d, d.ben)).to.equal(ben + 70_000n - 150_000n)
    expect(await balanceOf(d, d.feeAccount)).to.equal(15_000n)
  })

  it('clears a book of one side at a price at which nothing trades', async () => {
    const d = await loadFixture(openMarket)
    const { maxPrice } = d.rules
    const price = (300_000n + maxPrice) / 2n
    await expect(clear(d, [order(d.ada, BUY, [300_000n, 5n])], price))
      .to.emit(d.house, 'Cleared')
      .and.not.to.emit(d.house, 'PositionSettled')
    expect((await d.house.slotOf(d.market, d.slot)).price).to.equal(price)
  })

  it('takes only the orders that were submitted, in their sequence, over all batches', async () => {
    const d = await loadFixture(tied)
    const [a, b, c, e] = d.orders as [
      (typeof d.orders)[0],
      (typeof d.orders)[0],
      (typeof d.orders)[0],
      (typeof d.orders)[0],
    ]
    await submit(d, [a, b, c])
    await submit(d, [e])
    await closeGate(d.slot)
    const changed = { ...e, steps: [[95_000n, 200n] as const, [100_000n, 401n] as const] }
    for (const wrong of [[b, a, c, e], [a, b, e, c], [a, b, c], [a, b, c, e, e], [a, b, c, changed], []]) {
      await expect(d.house.clear(d.market, d.slot, packAll(wrong), d.price)).to.be.revertedWithCustomError(
        d.house,
        'WrongBook',
      )
    }
    const book = packAll([a, b, c, e])
    await expect(d.house.clear(d.market, d.slot, [...book, 0n], d.price)).to.be.revertedWithCustomError(
      d.house,
      'WrongBook',
    )
    await expect(d.house.clear(d.market, d.slot, book, d.price)).to.emit(d.house, 'Cleared')
  })

  it('clears once, from the gate on, before the end of the slot', async () => {
    const d = await loadFixture(tied)
    await submit(d, d.orders)
    await submit(d, d.orders, d.slot + 1n)
    const clearIt = (slot: bigint) => d.house.clear(d.market, slot, packAll(d.orders), d.price)
    await time.setNextBlockTimestamp(gateOf(d.slot) - 1)
    await expect(clearIt(d.slot))
      .to.be.revertedWithCustomError(d.house, 'NotClearable')
      .withArgs(d.slot, gateOf(d.slot), endOf(d.slot), gateOf(d.slot) - 1)
    await closeGate(d.slot)
    await expect(clearIt(d.slot)).to.emit(d.house, 'Cleared')
    await expect(clearIt(d.slot))
      .to.be.revertedWithCustomError(d.house, 'NothingToClear')
      .withArgs(d.market, d.slot)
    const untouched = await Promise.all(d.members.map((each) => balanceOf(d, each)))
    await time.setNextBlockTimestamp(endOf(d.slot + 1n))
    await expect(clearIt(d.slot + 1n)).to.be.revertedWithCustomError(d.house, 'NotClearable')
    expect(await Promise.all(d.members.map((each) => balanceOf(d, each)))).to.deep.equal(untouched)
  })

  it('has nothing to clear where nobody ordered', async () => {
    const d = await loadFixture(openMarket)
    await closeGate(d.slot)
    await expect(d.house.clear(d.market, d.slot, [], 0n))
      .to.be.revertedWithCustomError(d.house, 'NothingToClear')
      .withArgs(d.market, d.slot)
  })

  it('replays nothing in another market with the same members', async () => {
    const d = await loadFixture(tied)
    const rules = { ...d.rules, capacity: d.rules.capacity + 1n }
    const market = await d.house.marketIdOf(rules)
    await d.house.connect(d.balancing).createMarket(rules, '0x')
    await d.house.connect(d.admin).admit(
      market,
      d.members,
      d.members.map(() => 0n),
    )
    const signatures = await signAll(d, d.slot, d.orders, d.members)
    await expect(d.house.submit(market, d.slot, packAll(d.orders), packSignatures(signatures)))
      .to.emit(d.house, 'OrderRejected')
      .withArgs(market, d.slot, d.ada, 6n)
      .and.not.to.emit(d.house, 'OrdersSubmitted')
  })

  it('keeps what was accepted when the admin dismisses everybody', async () => {
    const d = await loadFixture(tied)
    await submit(d, d.orders)
    await d.house.connect(d.admin).dismiss(d.market, d.members)
    await closeGate(d.slot)
    await expect(d.house.clear(d.market, d.slot, packAll(d.orders), d.price)).to.emit(d.house, 'Cleared')
  })
})
