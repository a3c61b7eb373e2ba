/** A cleared slot, and the readings of its meters. */
import { DOLLAR, time } from '../base.ts'
import { clear, endSlot, nextSlot, type OpenMarket, openMarket, order } from './fixture.ts'
import { BUY, type Key, type Measured, packAll, SELL, signReading, treeOf } from './orders.ts'

/** Ada and cem bought 1000 and 500 Wh at 0.15; ben and dua sold 900 and 600 Wh. */
export async function clearedMarket() {
  return trade(await openMarket())
}

/** The same, and the balancing account has withdrawn everything before. */
export async function unfundedMarket() {
  const d = await openMarket()
  await d.ledger.connect(d.balancing).requestWithdrawal(d.token, 10n * DOLLAR)
  await time.increase(await d.ledger.withdrawalDelay())
  await d.ledger.connect(d.balancing).withdraw(d.token, d.balancing)
  return trade({ ...d, slot: await nextSlot() })
}

async function trade(d: OpenMarket) {
  const orders = [
    order(d.ada, BUY, [200_000n, 1000n]),
    order(d.ben, SELL, [100_000n, 900n]),
    order(d.cem, BUY, [200_000n, 500n]),
    order(d.dua, SELL, [100_000n, 600n]),
  ]
  await clear(d, orders, 150_000n)
  const fills = [1000n, -900n, 500n, -600n]
  const positions = orders.map(({ account }, index) => ({ index, account, quantity: fills[index] ?? 0n }))
  return { ...d, orders, book: packAll(orders), tree: treeOf(positions) }
}

export type ClearedMarket = Awaited<ReturnType<typeof clearedMarket>>

export async function endedMarket() {
  const d = await clearedMarket()
  await endSlot(d.slot)
  return d
}

/** What the meter of an account signs. */
export async function measure(
  d: OpenMarket & { tree: ClearedMarket['tree'] },
  index: number,
  { imported = 0n, exported = 0n }: Partial<Measured>,
  key?: Key,
) {
  const claim = d.tree.claim(index)
  const { account } = claim.position
  const signature = await signReading(key ?? d.meterOf(account), d.domain, d.market, d.slot, {
    account,
    imported,
    exported,
  })
  return { claim, imported, exported, signature }
}
