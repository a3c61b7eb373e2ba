import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { openJournal } from '../../../agent/policy/journal.ts'
import { MAX_HANDLED } from '../../../agent/protocols/negotiation/constants.ts'
import { HandledOffers, stillBinding } from '../../../agent/protocols/negotiation/handled-offers.ts'
import { MAX_OFFER_LIFE } from '../../../protocol/limits.ts'
import type { Hex } from '../../../protocol/types.ts'
import { NOW } from '../support/intents.ts'
import { temporaryPaths } from '../support/temporary.ts'

const id = (number: number): Hex => `0x${number.toString(16).padStart(64, '0')}`

describe('HandledOffers', () => {
  const path = temporaryPaths()

  async function opened(file: string, now = NOW): Promise<HandledOffers> {
    const { journal, entries } = await openJournal(file, (all) => stillBinding(all, now))
    return new HandledOffers(journal, entries)
  }

  it('are known to a process that starts again', async () => {
    const file = path('offers')
    const before = await opened(file)
    await before.add(id(1), NOW + 15n)
    await before.forestall(id(2), NOW)
    await before.close()
    const after = await opened(file)
    expect(after.add(id(1), NOW + 15n)).to.equal(undefined)
    expect(after.add(id(2), NOW + 15n), 'one that had not come yet').to.equal(undefined)
    expect(after.add(id(3), NOW + 15n)).to.be.instanceOf(Promise)
    await after.close()
  })

  it('are known to whoever comes in the same turn, before they are on disk', async () => {
    const offers = await opened(path('turn'))
    const [first, second] = [offers.add(id(1), NOW), offers.add(id(1), NOW)]
    expect(first).to.be.instanceOf(Promise)
    expect(second).to.equal(undefined)
    await offers.close()
  })

  it('are not forgotten for as many as somebody takes back that never were', async () => {
    const offers = await opened(path('made-up'))
    await offers.add(id(0), NOW + 15n)
    const madeUp = Array.from({ length: MAX_HANDLED + 1 }, (_, index) => offers.forestall(id(index + 1), NOW))
    await Promise.all(madeUp)
    expect(offers.add(id(0), NOW + 15n)).to.equal(undefined)
    await offers.close()
  })

  it('take no more room on disk than those that bind, while the process goes on', async () => {
    const file = path('grown')
    let now = NOW
    const { journal } = await openJournal(file, (all) => stillBinding(all, now))
    const offers = new HandledOffers(journal)
    for (let turn = 0; turn < 20; turn++) {
      now += 20n
      await Promise.all(
        Array.from({ length: 500 }, (_, index) => offers.add(id(turn * 500 + index), now + 15n)),
      )
    }
    await offers.close()
    const lines = readFileSync(file, 'utf8').split('\n').length - 1
    expect(lines).to.be.within(500, 2_000)
  })

  it('are forgotten, on disk too, when nobody could take them any more', async () => {
    const file = path('expired')
    const before = await opened(file)
    await before.add(id(1), NOW + 15n)
    await before.forestall(id(2), NOW)
    await before.close()
    const { journal, entries } = await openJournal(file, (all) => stillBinding(all, NOW + 16n))
    expect(entries).to.deep.equal([{ id: id(2), until: NOW + BigInt(MAX_OFFER_LIFE), isForestalled: true }])
    await journal.close()
  })
})
