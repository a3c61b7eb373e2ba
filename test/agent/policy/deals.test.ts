import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import fc from 'fast-check'
import { type Deal, type DealState, hasEnded } from '../../../agent/policy/deal.ts'
import { Deals } from '../../../agent/policy/deals.ts'
import { memoryJournal, openJournal } from '../../../agent/policy/journal.ts'
import { MeshError, RefusedError } from '../../../protocol/errors.ts'
import type { Hex } from '../../../protocol/types.ts'
import * as arbitrary from '../support/deals.ts'
import { sampleDeal, states } from '../support/deals.ts'
import { temporaryPaths } from '../support/temporary.ts'

describe('Deals', () => {
  const path = temporaryPaths()

  async function openDeals(file: string): Promise<Deals> {
    const { journal, entries } = await openJournal(file)
    return new Deals(journal, entries)
  }

  it('are the same after a restart as before, whatever happened', async () => {
    type Step = { begin: Deal } | { change: number; state: DealState; gasUsed: bigint }
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.record({ begin: arbitrary.deal.map((deal) => ({ ...deal, state: 'offered' as const })) }),
      fc.record({
        change: fc.nat({ max: 5 }),
        state: fc.constantFrom(...states),
        gasUsed: fc.bigInt({ min: 0n, max: 10n ** 6n }),
      }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
        const file = path('deals.jsonl')
        const deals = await openDeals(file)
        const ids: Hex[] = []
        const changes = steps.map((next) => {
          if ('begin' in next) {
            ids.push(next.begin.id)
            return deals.begin(next.begin)
          }
          const id = ids[next.change % Math.max(ids.length, 1)] ?? '0x'
          return deals.change(id, { state: next.state, gasUsed: next.gasUsed }).catch((error: unknown) => {
            // Not every step is possible; one that is refused must leave no trace.
            if (!(error instanceof RefusedError)) throw error
          })
        })
        await Promise.all(changes)
        await deals.close()
        const reopened = await openDeals(file)
        expect([...reopened.all()]).to.deep.equal([...deals.all()])
        expect(reopened.live()).to.have.deep.members(deals.live())
        expect(reopened.live()).to.have.deep.members([...reopened.all()].filter((deal) => !hasEnded(deal)))
        await reopened.close()
      }),
      { numRuns: 30 },
    )
  })

  it('are announced only when they are on disk, in the order of their changes', async () => {
    const file = path('announced.jsonl')
    const deals = await openDeals(file)
    const heard: string[] = []
    deals.onChange((deal) => {
      const last = readFileSync(file, 'utf8')
        .split('\n')
        .findLast((line) => line.includes(deal.id))
      heard.push(`${deal.state}, on disk ${JSON.parse(last ?? '{}').state}`)
    })
    const { id } = await deals.begin(sampleDeal({ state: 'offered' }))
    await deals.change(id, { state: 'signed' })
    await deals.change(id, { state: 'opened' })
    expect(heard).to.deep.equal([
      'offered, on disk offered',
      'signed, on disk signed',
      'opened, on disk opened',
    ])
    await deals.close()
  })

  it('are neither kept nor announced as changed when the change is forbidden', async () => {
    const deals = new Deals(memoryJournal())
    const { id } = await deals.begin(sampleDeal({ state: 'released' }))
    const heard: Deal[] = []
    deals.onChange((deal) => heard.push(deal))
    const error = await deals.change(id, { state: 'signed' }).catch((reason: unknown) => reason)
    expect(error).to.be.instanceOf(RefusedError).that.includes({ code: 'TRANSITION_FORBIDDEN' })
    expect(deals.get(id)?.state).to.equal('released')
    expect(heard).to.deep.equal([])
  })

  it('see two changes of one turn in their order', async () => {
    const deals = new Deals(memoryJournal())
    const { id } = await deals.begin(sampleDeal({ state: 'offered' }))
    const opened = deals.change(id, { state: 'opened' })
    const late = deals.change(id, { state: 'signed' }).catch((error: MeshError) => error.code)
    expect([(await opened).state, await late]).to.deep.equal(['opened', 'TRANSITION_FORBIDDEN'])
  })

  it('stay as they are when they begin a second time', async () => {
    const deals = new Deals(memoryJournal())
    const deal = sampleDeal({ state: 'offered' })
    await deals.begin(deal)
    const signed = await deals.change(deal.id, { state: 'signed' })
    expect(await deals.begin(deal)).to.equal(signed)
  })

  it('are forgotten when they come to nothing, and no other ones', async () => {
    const file = path('void.jsonl')
    const deals = await openDeals(file)
    const [one, other] = [sampleDeal({ state: 'offered' }), sampleDeal({ state: 'offered' })]
    await Promise.all([deals.begin(one), deals.begin(other)])
    await deals.change(one.id, { state: 'void' })
    for (const current of [deals, await openDeals(file)]) {
      expect(current.get(one.id)).to.equal(undefined)
      expect([...current.all()]).to.deep.equal([other])
      const error = await current.change(one.id, { state: 'signed' }).catch((reason: unknown) => reason)
      expect(error).to.be.instanceOf(RefusedError).that.includes({ code: 'DEAL_UNKNOWN', received: one.id })
      await current.close()
    }
  })

  describe('until', () => {
    it('gives the deal at once that fulfils the test already, else the first that does', async () => {
      const deals = new Deals(memoryJournal())
      const { id } = await deals.begin(sampleDeal({ state: 'offered' }))
      expect((await deals.until(id, ({ state }) => state === 'offered')).state).to.equal('offered')
      const opened = deals.until(id, ({ state }) => state === 'opened')
      await deals.begin(sampleDeal({ state: 'opened' }))
      await deals.change(id, { state: 'signed' })
      await deals.change(id, { state: 'opened' })
      await deals.change(id, { state: 'settled' })
      expect(await opened).to.include({ id, state: 'opened' })
    })

    it('sees a deal come to nothing', async () => {
      const deals = new Deals(memoryJournal())
      const { id } = await deals.begin(sampleDeal({ state: 'offered' }))
      const ended = deals.until(id, hasEnded)
      await deals.change(id, { state: 'void' })
      expect((await ended).state).to.equal('void')
    })

    it('ends with the reason of its signal, before or while it waits', async () => {
      const deals = new Deals(memoryJournal())
      const { id } = await deals.begin(sampleDeal({ state: 'offered' }))
      const reason = new MeshError('ENOUGH', 'Enough.', { remedy: 'Wait.' })
      const aborting = new AbortController()
      const waiting = deals.until(id, hasEnded, aborting.signal).catch((error: unknown) => error)
      aborting.abort(reason)
      expect(await waiting).to.equal(reason)
      expect(await deals.until(id, hasEnded, aborting.signal).catch((error: unknown) => error)).to.equal(
        reason,
      )
    })
  })

  it('end a subscription when they are told to', async () => {
    const deals = new Deals(memoryJournal())
    const heard: DealState[] = []
    const stop = deals.onChange(({ state }) => heard.push(state))
    const { id } = await deals.begin(sampleDeal({ state: 'offered' }))
    stop()
    await deals.change(id, { state: 'signed' })
    expect(heard).to.deep.equal(['offered'])
  })
})
