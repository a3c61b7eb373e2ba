import { expect } from 'chai'
import { memoryJournal } from '../../../agent/policy/journal.ts'
import { RelayBudget } from '../../../agent/policy/relay-budget.ts'
import { SlotRecords } from '../../../agent/policy/slot-records.ts'

const MARKET = `0x${'01'.repeat(32)}` as const
const DAY = 86_400n

describe('what relaying may cost', () => {
  const budget = () =>
    new RelayBudget({ maxRelayGasPerSlot: 100n, maxRelayGasPerDay: 250n }, new SlotRecords(memoryJournal()))
  const refusalOf = (promise: Promise<void>) =>
    promise.then(
      () => undefined,
      (error: unknown) => error,
    )

  it('is bounded for a slot, and what was reserved gives way to what was spent', async () => {
    const slot = budget().of(MARKET, 1n, DAY)
    await slot.reserve(100n)
    const refusal = await refusalOf(slot.reserve(1n))
    expect(refusal).to.include({ code: 'RELAY_LIMIT', field: 'policy.maxRelayGasPerSlot' })
    expect(refusal).to.include({
      expected: 'at most 100 wei',
      received: '101 wei, with the next transaction',
    })
    await slot.spend(40n, 100n)
    await slot.reserve(60n)
    expect(await refusalOf(slot.reserve(1n))).to.include({ code: 'RELAY_LIMIT' })
  })

  it('is bounded on a day, for all slots and markets, and begins anew on the next', async () => {
    const all = budget()
    for (const slot of [1n, 2n]) await all.of(MARKET, slot, DAY).reserve(100n)
    const other = `0x${'02'.repeat(32)}` as const
    const refusal = await refusalOf(all.of(other, 1n, 2n * DAY - 1n).reserve(51n))
    expect(refusal).to.include({ code: 'RELAY_LIMIT', field: 'policy.maxRelayGasPerDay' })
    await all.of(other, 1n, 2n * DAY).reserve(51n)
  })
})
