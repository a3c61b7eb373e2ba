import { ethers, expect, loadFixture, time } from '../base.ts'
import {
  admit,
  balanceOf,
  clear,
  closeGate,
  deposit,
  keyOf,
  openMarket,
  order,
  submit,
  takeSnapshot,
} from './fixture.ts'
import { BUY, type Order, packAll, SELL } from './orders.ts'

/** A market with a member that has nothing yet. */
async function withPauper() {
  const d = await openMarket()
  const pauper = keyOf('pauper')
  await admit(d, [pauper.address])
  return { ...d, pauper, members: [...d.members, pauper] }
}

type Market = Awaited<ReturnType<typeof withPauper>>

/** Whether the pauper's order is void with so much in the ledger, next to others that trade at 0.15. */
async function isVoid(d: Market, own: Order, balance: bigint): Promise<boolean> {
  const snapshot = await ethers.provider.send('evm_snapshot', [])
  if (balance > 0n) await deposit(d, d.pauper.address, balance)
  const others = [order(d.ada, BUY, [150_000n, 500n]), order(d.ben, SELL, [150_000n, 500n])]
  const receipt = await (await clear(d, [...others, own], 150_000n)).wait()
  const [cleared] = await d.house.queryFilter(d.house.filters.Cleared, receipt?.blockNumber)
  await ethers.provider.send('evm_revert', [snapshot])
  return cleared?.args.voided[0] === 4n
}

describe('ClearingHouse: void orders', () => {
  it('voids an order that its account cannot cover at the worst price that it accepts', async () => {
    const d = await loadFixture(withPauper)
    const tariff = 1000n
    await d.house.connect(d.admin).admit(d.market, [d.pauper], [tariff])
    for (const [own, worst] of [
      [order(d.pauper, BUY, [150_000n, 400n]), 151n * 400n],
      [order(d.pauper, BUY, [149_000n, 7n]), 150n * 7n],
      // The worst of: 400 Wh at 0.14, 900 Wh at 0.10, 1000 Wh at 0.01.
      [order(d.pauper, BUY, [140_000n, 400n], [100_000n, 500n], [10_000n, 100n]), 101n * 900n],
      [order(d.pauper, BUY, [149_999n, 1n]), 151n],
      // A seller keeps 0.30 per kWh in reserve, out of what it earns at least.
      [order(d.pauper, SELL, [150_000n, 400n]), 151n * 400n],
      [order(d.pauper, SELL, [200_000n, 400n]), 101n * 400n],
      [order(d.pauper, SELL, [200_000n, 400n], [280_000n, 9000n]), 21n * 9400n],
    ] as const) {
      const tariffed = { ...own, tariff }
      expect(await isVoid(d, tariffed, worst), `${own.steps}: ${worst}`).to.equal(false)
      expect(await isVoid(d, tariffed, worst - 1n), `${own.steps}: ${worst} - 1`).to.equal(true)
    }
  })

  it('asks nothing of whom no price can cost anything', async () => {
    const d = await loadFixture(withPauper)
    expect(await isVoid(d, order(d.pauper, BUY, [0n, 400n]), 0n)).to.equal(false)
    expect(await isVoid(d, order(d.pauper, BUY, [-5n, 400n]), 0n)).to.equal(false)
    expect(await isVoid(d, order(d.pauper, SELL, [300_000n, 400n]), 0n)).to.equal(false)
    expect(await isVoid(d, order(d.pauper, SELL, [299_999n, 400n]), 0n)).to.equal(true)
  })

  it('asks a seller below zero for what it pays and for its reserve', async () => {
    const d = await loadFixture(withPauper)
    const own = order(d.pauper, SELL, [-100_000n, 500n])
    await deposit(d, d.pauper.address, 200_000n)
    await clear(d, [order(d.ada, BUY, [-100_000n, 500n]), own], -100_000n)
    expect(await balanceOf(d, d.pauper)).to.equal(0n)
    expect(await d.ledger.balanceOf(d.token, d.house)).to.equal(150_000n)
  })

  it('is as if a void order had never been there', async () => {
    const d = await loadFixture(withPauper)
    const orders = [
      order(d.ada, BUY, [200_000n, 500n]),
      order(d.pauper, BUY, [900_000n, 5000n], [170_000n, 1n]),
      order(d.ben, SELL, [100_000n, 500n]),
    ]
    await expect(clear(d, orders, 150_000n)).to.emit(d.house, 'Cleared')
    expect(await balanceOf(d, d.pauper)).to.equal(0n)
  })

  it('voids the order of an account that has withdrawn, and takes nothing from anybody', async () => {
    const d = await loadFixture(openMarket)
    const account = d.stranger
    await d.house.connect(d.admin).admit(d.market, [account], [0n])
    await deposit(d, account.address, 1_000_000n)
    const orders = [
      order(d.ada, BUY, [200_000n, 500n]),
      order(d.ben, SELL, [100_000n, 400n]),
      order(account, SELL, [90_000n, 100n]),
    ]
    await d.ledger.connect(account).requestWithdrawal(d.token, 1_000_000n)
    const delay = await d.ledger.withdrawalDelay()
    await time.increase(delay)
    const slot = BigInt(Math.floor((await time.latest()) / 900)) + 4n
    const later = { ...d, slot, members: [...d.members, account as unknown as typeof d.ada] }
    await submit(later, orders)
    await d.ledger.connect(account).withdraw(d.token, account)
    await closeGate(slot)
    const before = await Promise.all([d.ada, d.ben].map((each) => balanceOf(d, each)))
    // 400 Wh meet 500: the buyer's price.
    await expect(d.house.clear(d.market, slot, packAll(orders), 200_000n)).to.emit(d.house, 'Cleared')
    expect(await balanceOf(d, d.ada)).to.equal((before[0] ?? 0n) - 80_000n)
    expect(await balanceOf(d, d.ben)).to.equal((before[1] ?? 0n) + 80_000n - 120_000n)
    expect(await balanceOf(d, account)).to.equal(0n)
  })

  for (const [side, own, cost, along] of [
    ['bid', [BUY, 190_000n], 95_000n, 195_000n],
    ['offer', [SELL, 50_000n], 125_000n, 75_000n],
  ] as const) {
    it(`is not held up by an account that makes its ${side} void, or good, at the last moment`, async () => {
      const d = await loadFixture(withPauper)
      const orders = [
        order(d.pauper, own[0], [own[1], 500n]),
        order(d.ada, BUY, [200_000n, 500n]),
        order(d.ben, SELL, [100_000n, 500n]),
      ]
      const without = 150_000n
      for (const [balance, stale, price] of [
        [cost - 1n, along, without],
        [cost, without, along],
      ] as const) {
        const snapshot = await takeSnapshot()
        await deposit(d, d.pauper.address, balance)
        await expect(clear(d, orders, stale)).to.emit(d.house, 'Cleared')
        expect((await d.house.slotOf(d.market, d.slot)).price).to.equal(price)
        await snapshot.restore()
      }
    })
  }

  it('spends a balance once when two slots clear one after the other', async () => {
    const d = await loadFixture(withPauper)
    await deposit(d, d.pauper.address, 100_000n)
    const orders = [order(d.pauper, BUY, [200_000n, 500n]), order(d.ben, SELL, [200_000n, 500n])]
    await submit(d, orders, d.slot)
    await submit(d, orders, d.slot + 1n)
    await closeGate(d.slot + 1n)
    await d.house.clear(d.market, d.slot + 1n, packAll(orders), 200_000n)
    expect(await balanceOf(d, d.pauper)).to.equal(0n)
    // The bid of the other slot is void, and only the offer is left: its price up to the highest.
    await d.house.clear(d.market, d.slot, packAll(orders), (-500_000n + 200_000n) / 2n)
    expect(await balanceOf(d, d.pauper)).to.equal(0n)
  })
})
