import { expect } from 'chai'
import fc from 'fast-check'
import { ReverseAuction } from '../../../agent/market/reverse-auction.ts'

const soon = (price: bigint, revision = 0n) => ({ price, wait: 60, revision })

describe('ReverseAuction', () => {
  const open = (barred: string[] = []) =>
    new ReverseAuction<string>({ opening: 1_600n, maxWait: 300 }, new Set(barred))

  it('is led by whoever is lower by a step', () => {
    const auction = open()
    expect(auction.place('ann', soon(1_501n))).to.equal('open')
    expect(auction.place('ann', soon(1_500n))).to.equal('leads')
    expect(auction.place('bob', soon(1_401n))).to.equal('open')
    expect(auction.place('bob', soon(1_400n))).to.equal('leads')
    expect([auction.placeOf('ann'), auction.placeOf('bob')]).to.deep.equal(['open', 'leads'])
    expect(auction).to.include({ price: 1_400n, step: 100n, revision: 2n })
  })

  it('is led still by whoever leads and bids too little less', () => {
    const auction = open()
    auction.place('ann', soon(1_500n))
    expect(auction.place('ann', soon(1_450n))).to.equal('leads')
    expect(auction.leader).to.deep.equal({ bidder: 'ann', price: 1_500n, wait: 60 })
  })

  it('takes no bid that comes too late to the delivery, nor of those who are barred, nor after its end', () => {
    const auction = open(['eve'])
    expect(auction.place('ann', { ...soon(100n), wait: 301 })).to.equal('closed')
    expect(auction.place('eve', soon(100n))).to.equal('closed')
    expect(auction.leader).to.equal(undefined)
    auction.place('ann', soon(1_000n))
    auction.close()
    expect(auction.place('bob', soon(100n))).to.equal('closed')
    expect([auction.placeOf('ann'), auction.placeOf('bob')]).to.deep.equal(['won', 'closed'])
  })

  it('has no winner when it is called off', () => {
    const auction = open()
    auction.place('ann', soon(1_000n))
    auction.cancel()
    expect(auction.leader).to.equal(undefined)
    expect(auction.placeOf('ann')).to.equal('closed')
  })

  it('begins its second phase above where the first ended, at most where it began, and with nobody in the lead', () => {
    const auction = open()
    auction.place('ann', soon(1_000n))
    auction.refine()
    expect(auction).to.include({ price: 1_200n, step: 10n, leader: undefined })
    const untouched = open()
    untouched.refine()
    expect(untouched.price).to.equal(1_600n)
  })

  it('begins its second phase where it began, where the first is not to be believed', () => {
    const auction = new ReverseAuction<string>({ opening: 1_600n, maxWait: 300, startsOver: true })
    auction.place('eve', soon(0n))
    auction.refine()
    expect(auction).to.include({ price: 1_600n, step: 10n, leader: undefined })
    expect(auction.place('ann', soon(1_500n, auction.revision))).to.equal('leads')
  })

  it('takes no bid in its second phase that was made for a fare of the first', () => {
    const auction = open()
    auction.place('ann', soon(1_000n))
    auction.refine()
    expect(auction.place('ann', soon(900n, 1n))).to.equal('open')
    expect(auction).to.include({ price: 1_200n, leader: undefined })
    expect(auction.place('bob', soon(1_190n, 2n))).to.equal('leads')
  })

  it('has steps of at least one minor unit, so that it ends', () => {
    const auction = new ReverseAuction({ opening: 3n, maxWait: 1 })
    expect(auction.step).to.equal(1n)
    auction.refine()
    expect(auction.step).to.equal(1n)
  })

  it('is won by the lowest bid of its second phase, whoever bids what', () => {
    const bids = fc.array(fc.tuple(fc.constantFrom('ann', 'bob', 'eve'), fc.bigInt(0n, 1_700n)))
    fc.assert(
      fc.property(bids, bids, (first, second) => {
        const auction = open()
        for (const [bidder, price] of first) auction.place(bidder, soon(price))
        auction.refine()
        const taken: { bidder: string; price: bigint }[] = []
        for (const [bidder, price] of second) {
          const before = auction.price
          if (auction.place(bidder, soon(price, auction.revision)) === 'leads' && auction.price < before) {
            expect(before - auction.price >= 10n).to.equal(true)
            taken.push({ bidder, price })
          }
        }
        auction.close()
        const lowest = taken.toSorted((a, b) => Number(a.price - b.price))[0]
        expect(auction.leader).to.deep.equal(lowest && { ...lowest, wait: 60 })
      }),
    )
  })
})
