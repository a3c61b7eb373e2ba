import { DOLLAR, loadFixture } from '../base.ts'
import { admit, closeGate, deployClearing, deposit, keyOf, nextSlot, order, signAll } from './fixture.ts'
import { BUY, packAll, packSignatures, SELL } from './orders.ts'

const ORDERS = 200
/** All sellers have their last step here, and share what demand leaves of it. */
export const MARGIN = 150_000n

/** A market of 200 members who have used it before: each with a balance, and an order in an earlier slot. */
export async function usedMarket() {
  const d = await deployClearing()
  const keys = Array.from({ length: ORDERS }, (_, i) => keyOf(`home ${i}`))
  const accounts = keys.map(({ address }) => address)
  await admit(d, accounts)
  for (const account of [...accounts, d.balancing.address, d.feeAccount.address]) {
    await deposit(d, account, 10n * DOLLAR)
  }
  const orders = keys.map((key, i) => {
    const n = BigInt(i)
    return i % 2 === 0
      ? order(key, BUY, [280_000n - n, 400n + n], [230_000n - n, 250n], [180_000n - n, 120n])
      : order(key, SELL, [90_000n + n, 300n + n], [120_000n + n, 350n], [MARGIN, 500n])
  })
  return { ...d, keys, orders, book: packAll(orders) }
}

type UsedMarket = Awaited<ReturnType<typeof usedMarket>>

async function trade(d: UsedMarket, slot: bigint): Promise<{ submit: bigint; clear: bigint }> {
  const signatures = await signAll(d, slot, d.orders, d.keys)
  const submitted = await (await d.house.submit(d.market, slot, d.book, packSignatures(signatures))).wait()
  await closeGate(slot)
  const cleared = await (await d.house.clear(d.market, slot, d.book, MARGIN)).wait()
  const { count } = await d.house.slotOf(d.market, slot)
  if (count !== BigInt(ORDERS)) throw new Error(`${count} orders were accepted`)
  return { submit: submitted?.gasUsed ?? 0n, clear: cleared?.gasUsed ?? 0n }
}

/**
 * Gas of one order of 200, for `submit` and `clear` together: whole transactions.
 *
 * @returns the row's name, the gas, and what was measured
 */
export async function measureClearing(): Promise<{ row: string; gas: bigint; note: string }> {
  const d = await loadFixture(usedMarket)
  const slot = await nextSlot()
  await trade(d, slot)
  const { submit, clear } = await trade(d, slot + 4n)
  return {
    row: 'submit + clear, per order',
    gas: (submit + clear) / BigInt(ORDERS),
    note:
      `${ORDERS} orders of ${ORDERS} used accounts in one batch; 3 price steps and an ECDSA signature each, packed in ` +
      `3 words; all trade, the sellers' last step pro rata; submit ${submit}, clear ${clear}`,
  }
}
