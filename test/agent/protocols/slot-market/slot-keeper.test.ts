import { expect } from 'chai'
import { dutiesOf } from '../../../../agent/market/slot-duties.ts'
import { slotTimes } from '../../../../agent/market/slot-times.ts'
import { type Journal, openJournal } from '../../../../agent/policy/journal.ts'
import { latestSlots, SlotRecords } from '../../../../agent/policy/slot-records.ts'
import { SlotKeeper } from '../../../../agent/protocols/slot-market/slot-keeper.ts'
import { temporaryPaths } from '../../support/temporary.ts'

const account = `0x${'02'.repeat(20)}` as const
const market = `0x${'01'.repeat(32)}` as const
const SLOT = 2_000_000n
const rules = {
  ...{ admin: account, token: account, attester: account, balancing: account, feeAccount: account },
  ...{ slotLength: 900n, gateLead: 300n, readingWindow: 3_600n, capacity: 1_000n },
  ...{ minPrice: -50n, maxPrice: 50n, retailPrice: 30n, excessPrice: 8n },
}
const times = slotTimes(rules, SLOT)

describe('a keeper of slots', () => {
  const path = temporaryPaths()
  const journals: Journal[] = []
  after(() => Promise.all(journals.map((journal) => journal.close())))

  /** A relayer, as a process that lives as long as a test lets it, with the deeds that it pays for. */
  async function born(file: string, paid: string[], fate: (deed: string) => Promise<void>) {
    const { journal, entries } = await openJournal(file, latestSlots)
    journals.push(journal)
    const records = new SlotRecords(journal, entries)
    const errors: unknown[] = []
    let now = 0n
    const keeper = new SlotKeeper({
      ...{ market, rules, agent: account, relays: true, records },
      deeds: {
        async do(deed, slot, pay) {
          if (slot !== SLOT) return
          await pay()
          paid.push(deed)
          await fate(deed)
        },
      },
      now: async () => now,
      heard: () => [SLOT],
      follow: async () => true,
      onTime: () => undefined,
      signal: new AbortController().signal,
      report: (error) => errors.push(error),
    })
    return {
      errors,
      /** Has it see a time. */
      async at(time: bigint) {
        now = time
        await keeper.sweep()
        // What is taken up goes through the journal, which writes at the next turn.
        await journal.append({ kind: 'over', market: `0x${'09'.repeat(32)}`, slot: 0n })
        await new Promise((resolve) => setImmediate(resolve))
      },
    }
  }
  const [relay] = dutiesOf(market, SLOT, times, { agent: account, relays: true, ordered: false })
  const from = relay?.from ?? 0n

  it('does what is due when it is due, and once', async () => {
    const paid: string[] = []
    const { at } = await born(path('once.jsonl'), paid, async () => undefined)
    await at(from - 1n)
    expect(paid).to.deep.equal([])
    await at(from)
    await at(from + 1n)
    expect(paid).to.deep.equal(['relay'])
    await at(times.relayUntil)
    expect(paid).to.deep.equal(['relay', 'relay'])
    await at(times.clearUntil)
    expect(paid.slice(2)).to.deep.equal(['clear'])
  })

  it('does not pay again after a crash for what may still come about, and does when it has not', async () => {
    const file = path('crash.jsonl')
    const paid: string[] = []
    const before = await born(file, paid, () => new Promise(() => undefined))
    await before.at(from)
    expect(paid).to.deep.equal(['relay'])
    const after = await born(file, paid, async () => undefined)
    await after.at(from + 1n)
    expect(paid).to.deep.equal(['relay'])
    await after.at(from + 60n)
    expect(paid).to.deep.equal(['relay', 'relay'])
  })

  it('tries again what failed, not at once, and says so', async () => {
    const paid: string[] = []
    let failures = 1
    const keeper = await born(path('failure.jsonl'), paid, async () => {
      if (failures-- > 0) throw new Error('the chain is away')
    })
    await keeper.at(from)
    await keeper.at(from + 1n)
    expect([paid, keeper.errors.length]).to.deep.equal([['relay'], 1])
    await keeper.at(from + 60n)
    expect(paid).to.deep.equal(['relay', 'relay'])
  })
})
