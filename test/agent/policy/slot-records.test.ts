import { expect } from 'chai'
import { openJournal } from '../../../agent/policy/journal.ts'
import type { SlotReceipt } from '../../../agent/policy/slot-receipt.ts'
import { latestSlots, SlotRecords } from '../../../agent/policy/slot-records.ts'
import type { MarketOrder, Signed } from '../../../protocol/types.ts'
import { temporaryPaths } from '../support/temporary.ts'

const MARKET = `0x${'01'.repeat(32)}` as const
const account = `0x${'02'.repeat(20)}` as const
const orderIn = (slot: bigint): Signed<MarketOrder> => ({
  value: { market: MARKET, slot, account, side: 'buy', tariff: 0n, steps: [{ price: -5n, quantity: 7n }] },
  signature: `0x${'03'.repeat(65)}`,
})
const receiptOf = (slot: bigint, stage: SlotReceipt['stage']): SlotReceipt => ({
  ...{ market: MARKET, slot, account, side: 'buy', stage, quantity: 7n, price: -5n, balance: 1n },
  ...{ fee: 0n, reserve: 0n, deviation: undefined, gas: 21_000n },
})

describe('records of slots', () => {
  const path = temporaryPaths()

  async function open(file: string) {
    const { journal, entries } = await openJournal(file, latestSlots)
    return { records: new SlotRecords(journal, entries), entries }
  }

  it('are there after a restart: orders, what was taken up, and receipts', async () => {
    const file = path('a.jsonl')
    const { records } = await open(file)
    await records.addOrder(orderIn(5n))
    await records.takeUp(MARKET, 5n, 'clear', 100n)
    await records.takeUp(MARKET, 5n, 'clear', 130n)
    await records.addReceipt(receiptOf(5n, 'cleared'))
    await records.close()
    const { records: again } = await open(file)
    expect(again.open(MARKET)).to.deep.equal([5n])
    expect(again.orderOf(MARKET, 5n)).to.deep.equal(orderIn(5n))
    expect(again.takenUpAt(MARKET, 5n, 'clear')).to.equal(130n)
    const { deviation: _, ...receipt } = receiptOf(5n, 'cleared')
    expect(again.receiptOf(MARKET, 5n)).to.deep.equal(receipt)
    expect(again.open(`0x${'09'.repeat(32)}`)).to.deep.equal([])
    await again.close()
  })

  it('forget what was done for a slot that is over, and keep its receipt', async () => {
    const file = path('b.jsonl')
    const { records } = await open(file)
    await records.addOrder(orderIn(6n))
    await records.takeUp(MARKET, 6n, 'submit', 100n)
    await records.addReceipt(receiptOf(6n, 'accepted'))
    await records.addReceipt(receiptOf(6n, 'settled'))
    await records.end(MARKET, 6n)
    await records.close()
    const { records: again, entries } = await open(file)
    expect(entries).to.have.lengthOf(1)
    expect(again.open(MARKET)).to.deep.equal([])
    expect(again.receiptOf(MARKET, 6n)?.stage).to.equal('settled')
    await again.close()
  })

  it('know what relaying has cost for a slot and on a day, also when the slot is over, and forget it in two days', async () => {
    const file = path('d.jsonl')
    const { records } = await open(file)
    const day = 86_400n
    await records.addCost(MARKET, 1n, 5n * day - 1n, 100n)
    await records.addCost(MARKET, 1n, 5n * day, 70n)
    await records.addCost(MARKET, 1n, 5n * day + 1n, -20n)
    await records.addCost(MARKET, 2n, 5n * day + 2n, 9n)
    await records.end(MARKET, 1n)
    await records.close()
    const { records: again, entries } = await open(file)
    expect(entries).to.have.lengthOf(3)
    expect([1n, 2n, 3n].map((slot) => again.costOf(MARKET, slot))).to.deep.equal([150n, 9n, 0n])
    expect([4n, 5n, 6n].map((each) => again.costOn(each * day))).to.deep.equal([100n, 59n, 0n])
    await again.addCost(MARKET, 3n, 7n * day, 1n)
    expect([1n, 2n, 3n].map((slot) => again.costOf(MARKET, slot))).to.deep.equal([0n, 0n, 1n])
    await again.close()
  })

  it('keep a thousand receipts, those of open orders first', async () => {
    const { records } = await open(path('c.jsonl'))
    await records.addReceipt(receiptOf(0n, 'accepted'))
    const slots = Array.from({ length: 1_100 }, (_, index) => BigInt(index + 1))
    await Promise.all(slots.map((slot) => records.addReceipt(receiptOf(slot, 'settled'))))
    expect(records.receipts(MARKET)).to.have.lengthOf(1_000)
    expect(records.receiptOf(MARKET, 0n)?.stage).to.equal('accepted')
    expect(records.receiptOf(MARKET, 1n)).to.equal(undefined)
    await records.close()
  })
})
