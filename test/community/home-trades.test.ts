import { expect } from 'chai'
import fc from 'fast-check'
import { type Address, type Deal, shareOf } from '../../agent/index.ts'
import { type HomeTrades, homeTrades } from '../../community/home-trades.ts'
import * as arbitrary from '../agent/support/deals.ts'

const HOMES: Address[] = [1, 2, 3].map((n) => `0x${String(n).repeat(40)}` as const)
const OUTSIDERS: Address[] = [
  '0xaAaAaAaaAaAaAaaAaAAAAAAAAaaaAaAaAaaAaaAa',
  '0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB',
]

/** Deals between anybody, as both sides that are homes have them in their journals. */
const journals = fc
  .array(
    fc.tuple(arbitrary.deal, fc.shuffledSubarray([...HOMES, ...OUTSIDERS], { minLength: 2, maxLength: 2 })),
    { maxLength: 20 },
  )
  .map((all) => {
    const deals = all.map(([deal, [buyer, seller]]) => {
      const feeBps = deal.agreement.feeBps % 1001n
      const outcome = deal.outcome && { ...deal.outcome, quantity: deal.outcome.quantity % 1_000_000n }
      return { ...deal, outcome, agreement: { ...deal.agreement, feeBps, buyer, seller } } as Deal
    })
    const journalOf = (home: Address) =>
      deals.flatMap((deal): Deal[] => {
        if (deal.agreement.buyer === home) return [{ ...deal, role: 'buyer' }]
        return deal.agreement.seller === home ? [{ ...deal, role: 'seller' }] : []
      })
    const isOfHomes = ({ agreement: { buyer, seller } }: Deal) =>
      HOMES.includes(buyer) || HOMES.includes(seller)
    return { deals: deals.filter(isOfHomes), journals: HOMES.map(journalOf) }
  })

describe('homeTrades', () => {
  it('counts each trade of a community once, with outsiders too, however addresses are written', () => {
    fc.assert(
      fc.property(journals, ({ deals, journals }) => {
        const written = HOMES.map((home) => home.toUpperCase().replace('X', 'x') as Address)
        const parts = journals.map((journal) => homeTrades(journal, written))
        const sum = (key: 'settled' | 'open' | 'wh') => parts.reduce((all, part) => all + part[key], 0)
        const paid = deals.filter(({ outcome }) => outcome !== undefined && outcome.paid > 0n)
        expect(sum('settled')).to.equal(paid.length)
        expect(sum('wh')).to.equal(paid.reduce((all, { outcome }) => all + Number(outcome?.quantity), 0))
        const money = (key: 'paid' | 'fees') =>
          parts.reduce((all: bigint, part: HomeTrades) => all + part[key], 0n)
        expect(money('paid')).to.equal(paid.reduce((all, { outcome }) => all + (outcome?.paid ?? 0n), 0n))
        expect(money('fees')).to.equal(
          paid.reduce(
            (all, { outcome, agreement }) => all + shareOf(outcome?.paid ?? 0n, agreement.feeBps),
            0n,
          ),
        )
        const isOpen = ({ state }: Deal) =>
          ['signed', 'opened', 'delivered', 'reported', 'released', 'disputed'].includes(state)
        expect(sum('open')).to.equal(deals.filter(isOpen).length)
      }),
    )
  })
})
