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
  after(async () => {
    performance.now = realNow
    await Promise.all(journals.map((journal) => journal.close()))
  })

  /** A relayer, as a process that lives as long as a test lets it, with the deeds that it pays for. */
  async function born(
    file: string,
    paid: string[],
    fate: (deed: string) => Promise<void>,
    chain: { latest: bigint; finalized: bigint | undefined } = { latest: 1n, finalized: 1n },
    followed = { isFinal: true, isChanged: false, hasGoneBack: false },
  ) {
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
      heads: async () => chain,
      follow: async () => followed,
      onTime: () => undefined,
      signal: new AbortController().signal,
      report: (error) => errors.push(error),
    })
    return {
      errors,
      records,
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
  const realNow = performance.now
  let ahead = 0
  /** Time passes, so that what has become of an own order is looked at again. */
  const pass = () => {
    ahead += 3_600_000
    performance.now = () => realNow.call(performance) + ahead
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

  describe('with an own order that is at its end', () => {
    const order = {
      value: { market, slot: SLOT, account, side: 'buy', tariff: 0n, steps: [] },
      signature: '0x',
    } as const

    it('lets it go when no reorganisation of the chain reaches as far', async () => {
      const chain = { latest: 100n, finalized: 90n }
      const { at, records } = await born(path('held.jsonl'), [], async () => undefined, chain)
      await records.addOrder(order)
      await at(times.end)
      expect(records.open(market)).to.deep.equal([SLOT])
      Object.assign(chain, { latest: 130n, finalized: 99n })
      pass()
      await at(times.end + 60n)
      expect(records.open(market)).to.deep.equal([SLOT])
      chain.finalized = 100n
      pass()
      await at(times.end + 120n)
      expect(records.open(market)).to.deep.equal([])
    })

    it('lets it go after an hour on a chain that does not say what is final', async () => {
      const chain = { latest: 100n, finalized: undefined }
      const { at, records } = await born(path('mute.jsonl'), [], async () => undefined, chain)
      await records.addOrder(order)
      await at(times.end)
      pass()
      await at(times.end + 3_599n)
      expect(records.open(market)).to.deep.equal([SLOT])
      pass()
      await at(times.end + 3_600n)
      expect(records.open(market)).to.deep.equal([])
    })

    it('does again what a reorganisation has undone', async () => {
      const paid: string[] = []
      const followed = { isFinal: false, isChanged: false, hasGoneBack: false }
      const keeper = await born(path('undone.jsonl'), paid, async () => undefined, undefined, followed)
      await keeper.records.addOrder(order)
      await keeper.at(from)
      expect(paid).to.deep.equal(['relay'])
      Object.assign(followed, { isChanged: true, hasGoneBack: true })
      pass()
      await keeper.at(from + 1n)
      Object.assign(followed, { isChanged: false, hasGoneBack: false })
      pass()
      await keeper.at(from + 61n)
      expect(paid).to.deep.equal(['relay', 'relay'])
    })
  })
})
