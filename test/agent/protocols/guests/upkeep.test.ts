import { expect } from 'chai'
import type { ChainClient } from '../../../../agent/chain/client.ts'
import type { Deal } from '../../../../agent/policy/deal.ts'
import { Deals } from '../../../../agent/policy/deals.ts'
import type { Journal } from '../../../../agent/policy/journal.ts'
import { HeldOffers } from '../../../../agent/protocols/guests/held-offers.ts'
import { type Book, Upkeep } from '../../../../agent/protocols/guests/upkeep.ts'

describe('the upkeep of guests’ deals', function () {
  this.timeout(60_000)

  it('lets no deal wait for another: not for one whose buyer is silent for good', async () => {
    const journal = { append: async () => undefined, close: async () => undefined } as unknown as Journal
    const deals = new Deals(journal)
    for (const id of ['0x01', '0x02', '0x03'] as const)
      await deals.begin({ id, state: 'opened' } as unknown as Deal)
    const taken: string[] = []
    const { promise: others, resolve } = Promise.withResolvers<void>()
    const book: Book = {
      deals,
      async advance({ id }) {
        taken.push(id)
        if (taken.length === 3) resolve()
        if (id === '0x01') await new Promise(() => undefined)
      },
    }
    const chain = { now: async () => 0n } as ChainClient
    const upkeep = new Upkeep(
      { chain, held: new HeldOffers(), report: (error) => expect.fail(String(error)) },
      [book],
    )
    upkeep.start()
    const alive = setInterval(() => undefined, 1_000)
    await others.finally(() => {
      clearInterval(alive)
      upkeep.stop()
    })
    expect(taken).to.deep.equal(['0x01', '0x02', '0x03'])
  })
})
