import { expect } from 'chai'
import { clearBook } from '../../../../agent/market/mechanisms/clear-book.ts'

/** Orders from `12@9`: 12 Wh at 9 each kWh. */
const orders = (prefix: string, list: string) =>
  list.split(' ').map((order, index) => {
    const [quantity = '', price = ''] = order.split('@')
    const id = `${prefix}${index}`
    return { id, actor: id, price: BigInt(price), quantity: BigInt(quantity) }
  })

/** What each buyer gets, by its id. */
function bought(bids: string, offers: string) {
  const { trades } = clearBook(
    { bids: orders('b', bids), offers: orders('s', offers) },
    { mechanism: 'huang' },
  )
  const sums: Record<string, bigint> = {}
  for (const { bid, quantity } of trades) sums[String(bid.id)] = (sums[String(bid.id)] ?? 0n) + quantity
  return sums
}

describe('the auction of Huang, Scheller-Wolf and Sycara', () => {
  it('takes the same off all of a side that has too much, whatever they asked for', () => {
    // 12 + 8 Wh are wanted and 14 are for sale: 3 less for each.
    expect(bought('12@9 8@8 9@5', '14@1 15@2')).to.deep.equal({ b0: 9n, b1: 5n })
  })

  it('takes no more off an order than it has, and the rest off the others', () => {
    // 2 + 10 + 10 are wanted and 7 are for sale: the first gives up its 2, the others 13 together.
    expect(bought('2@9 10@8 10@7 9@5', '7@1 24@2')).to.deep.equal({ b1: 4n, b2: 3n })
  })

  it('leaves the odd Wh to the same order, whoever bids more', () => {
    const offers = '13@1 40@2'
    expect(bought('10@9 10@8 30@5', offers)).to.deep.equal({ b0: 7n, b1: 6n })
    expect(bought('10@7 10@8 30@5', offers)).to.deep.equal({ b0: 7n, b1: 6n })
  })

  it('trades nothing where one side has but its last order to trade', () => {
    expect(bought('2@9', '1@1 1@2')).to.deep.equal({})
  })
})
