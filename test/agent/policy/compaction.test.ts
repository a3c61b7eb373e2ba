import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { expect } from 'chai'
import { Deals, latestDeals } from '../../../agent/policy/deals.ts'
import { openJournal } from '../../../agent/policy/journal.ts'
import { sampleDeal } from '../support/deals.ts'
import { temporaryPaths } from '../support/temporary.ts'

describe('a journal of deals that is opened', () => {
  const path = temporaryPaths()
  const lines = (file: string) => readFileSync(file, 'utf8').split('\n').slice(0, -1)

  async function opened(file: string): Promise<Deals> {
    const { journal, entries } = await openJournal(file, latestDeals)
    return new Deals(journal, entries)
  }

  it('keeps one line of each deal, and none of what came to nothing', async () => {
    const file = path('deals')
    const before = await opened(file)
    const lasting = await before.begin(sampleDeal({ state: 'offered' }))
    const vain = await before.begin(sampleDeal({ state: 'offered' }))
    await before.change(lasting.id, { state: 'signed' })
    await before.change(vain.id, { state: 'void' })
    await before.change(lasting.id, { state: 'opened', gasUsed: 7n })
    await before.close()
    expect(lines(file)).to.have.length(5)

    const after = await opened(file)
    expect([...after.all()]).to.deep.equal([{ ...lasting, state: 'opened', gasUsed: 7n }])
    expect(lines(file)).to.have.length(1)
    expect(statSync(file).mode & 0o777).to.equal(0o600)
    await after.change(lasting.id, { state: 'delivered' })
    await after.close()
    expect([...(await opened(file)).all()].map(({ state }) => state)).to.deep.equal(['delivered'])
  })

  it('is left alone when there is nothing to leave out', async () => {
    const file = path('alone')
    const before = await opened(file)
    await before.begin(sampleDeal({ state: 'offered' }))
    await before.close()
    const { ino } = statSync(file)
    await (await opened(file)).close()
    expect(statSync(file).ino).to.equal(ino)
  })

  it('is whole though an earlier process died while it wrote the shorter one', async () => {
    const file = path('killed')
    const before = await opened(file)
    const deal = await before.begin(sampleDeal({ state: 'offered' }))
    await before.change(deal.id, { state: 'signed' })
    await before.close()
    writeFileSync(`${file}.draft`, lines(file)[0]?.slice(0, 40) ?? '')
    const after = await opened(file)
    expect([...after.all()].map(({ state }) => state)).to.deep.equal(['signed'])
    await after.close()
    const left = readdirSync(dirname(file)).filter((name) => name.startsWith(basename(file)))
    expect(left).to.deep.equal([basename(file)])
  })
})
