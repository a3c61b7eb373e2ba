import { expect } from 'chai'
import { clearBook } from '../../../../agent/market/mechanisms/clear-book.ts'

const order = (id: string, price: bigint, quantity: bigint, actor = id) => ({ id, actor, price, quantity })

describe("the markets of Grid Singularity's exchange", () => {
  it('serve the dearest offer first, which may cost half of what could be gained', () => {
    const book = { bids: [order('b', 10n, 5n)], offers: [order('cheap', 2n, 5n), order('dear', 6n, 5n)] }
    const { trades, welfare, optimum, share } = clearBook(book, { mechanism: 'gsy' })
    expect(trades.map(({ offer }) => offer.id)).to.deep.equal(['dear'])
    expect([welfare, optimum, share]).to.deep.equal([20n, 40n, 0.5])
  })

  it('serve of equal orders the one that came last', () => {
    const bids = [order('first', 5n, 5n), order('last', 5n, 5n)]
    const { trades } = clearBook({ bids, offers: [order('s', 1n, 5n)] }, { mechanism: 'gsy' })
    expect(trades.map(({ bid }) => bid.id)).to.deep.equal(['last'])
  })

  it('fill bids in full or not at all at one clearing price', () => {
    const book = { bids: [order('b', 10n, 5n)], offers: [order('s', 2n, 4n)] }
    const { trades, optimum } = clearBook(book, { mechanism: 'gsy', priceRule: 'pay-as-clear' })
    expect([trades, optimum]).to.deep.equal([[], 32n])
  })

  it('know no bar to trade with oneself at one clearing price, and one at the prices of bids', () => {
    const book = { bids: [order('b', 10n, 5n, 'same')], offers: [order('s', 2n, 5n, 'same')] }
    expect(clearBook(book, { mechanism: 'gsy', priceRule: 'pay-as-clear' }).quantity).to.equal(5n)
    expect(clearBook(book, { mechanism: 'gsy' }).quantity).to.equal(0n)
  })
})
