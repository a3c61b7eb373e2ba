import { readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { Deals } from '../../../agent/policy/deals.ts'
import { memoryJournal } from '../../../agent/policy/journal.ts'
import { LocalReputation } from '../../../agent/policy/local-reputation.ts'
import { HALF_LIFE } from '../../../agent/policy/reputation.ts'
import type { Address } from '../../../protocol/types.ts'
import { sampleDeal } from '../support/deals.ts'
import { temporaryPaths } from '../support/temporary.ts'

const address = (index: number): Address => `0x${index.toString(16).padStart(40, '0')}`

describe('LocalReputation', () => {
  const path = temporaryPaths()
  let file: string
  let now: bigint
  let errors: unknown[]

  beforeEach(() => {
    file = join(path('agent'), 'reputation.json')
    now = 1_700_000_000n
    errors = []
  })

  const open = () =>
    LocalReputation.open({ path: file, now: () => now, report: (error) => errors.push(error) })

  it('remembers across restarts, and forgets with time', async () => {
    const first = await open()
    first.record(address(1), 'settled', 5_000n)
    first.record(address(1), 'failed', 1_000n)
    await first.close()
    now += BigInt(HALF_LIFE)
    const second = await open()
    expect(second.of(address(1))).to.deep.equal({ good: 2_500, bad: 500, at: Number(now) })
    expect(second.of(address(2))).to.deep.include({ good: 0, bad: 0 })
    expect(errors).to.deep.equal([])
    expect(await readdir(dirname(file)), 'no drafts are left').to.deep.equal(['reputation.json'])
  })

  it('remembers ten thousand agents, and forgets those first that were dealt with longest ago', async () => {
    const reputation = await open()
    for (let index = 0; index < 10_000; index++) reputation.record(address(index), 'settled', 1n)
    reputation.record(address(0), 'failed', 1n)
    reputation.record(address(10_000), 'settled', 1n)
    await reputation.close()
    const again = await open()
    for (const each of [reputation, again]) {
      expect(each.of(address(0)).bad).to.equal(1)
      expect(each.of(address(1)).good).to.equal(0)
      expect(each.of(address(2)).good).to.equal(1)
      expect(each.of(address(10_000)).good).to.equal(1)
    }
  })

  it('does not start on what it cannot read, and leaves it as it is', async () => {
    await (await open()).close()
    const reputation = await open()
    reputation.record(address(1), 'settled', 1n)
    await reputation.close()
    for (const text of [
      '',
      '{}',
      '[["0x12",{"good":1,"bad":0,"at":0}]]',
      `[["${address(1)}",{"good":-1,"bad":0,"at":0}]]`,
    ]) {
      await writeFile(file, text)
      const error = await open().catch((reason: unknown) => reason)
      expect(error, text).to.include({ code: 'REPUTATION_DAMAGED', field: file })
      expect(await readFile(file, 'utf8')).to.equal(text)
    }
  })

  it('learns from each deal that ends, once', async () => {
    const reputation = await LocalReputation.open({ now: () => now, report: (error) => errors.push(error) })
    const deals = new Deals(memoryJournal())
    const stop = reputation.follow(deals)
    const { agreement } = sampleDeal()
    const deal = sampleDeal({
      role: 'buyer',
      state: 'opened',
      agreement: { ...agreement, quantity: 100n, price: 10_000n, lot: 1000n },
    })
    await deals.begin(deal)
    expect(reputation.of(agreement.seller).good).to.equal(0)
    await deals.change(deal.id, { state: 'released' })
    await deals.change(deal.id, { state: 'settled', outcome: { quantity: 100n, paid: 1000n } })
    expect(reputation.of(agreement.seller)).to.deep.include({ good: 1000, bad: 0 })
    stop()
  })
})
