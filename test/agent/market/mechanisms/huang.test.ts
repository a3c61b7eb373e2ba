import { expect } from 'chai'
import { clearBook } from '../../../../agent/market/mechanisms/clear-book.ts'

const orders = (prefix: string, list: [price: bigint, quantity: bigint][]) =>
  list.map(([price, quantity], index) => ({
    id: `${prefix}${index}`,
    actor: `${prefix}${index}`,
    price,
    quantity,
  }))

/** What each buyer gets, by its id. */
function bought(bids: [bigint, bigint][], offers: [bigint, bigint][]) {
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
    expect(
      bought(
        [
          [9n, 12n],
          [8n, 8n],
          [5n, 9n],
        ],
        [
          [1n, 14n],
          [2n, 15n],
        ],
      ),
    ).to.deep.equal({ b0: 9n, b1: 5n })
  })

  it('takes no more off an order than it has, and the rest off the others', () => {
    // 2 + 10 + 10 are wanted and 7 are for sale: the first gives up its 2, the others 13 together.
    expect(
      bought(
        [
          [9n, 2n],
          [8n, 10n],
          [7n, 10n],
          [5n, 9n],
        ],
        [
          [1n, 7n],
          [2n, 24n],
        ],
      ),
    ).to.deep.equal({
      b1: 4n,
      b2: 3n,
    })
  })

  it('leaves the odd Wh to the same order, whoever bids more', () => {
    const offers: [bigint, bigint][] = [
      [1n, 13n],
      [2n, 40n],
    ]
    expect(
      bought(
        [
          [9n, 10n],
          [8n, 10n],
          [5n, 30n],
        ],
        offers,
      ),
    ).to.deep.equal({ b0: 7n, b1: 6n })
    expect(
      bought(
        [
          [7n, 10n],
          [8n, 10n],
          [5n, 30n],
        ],
        offers,
      ),
    ).to.deep.equal({ b0: 7n, b1: 6n })
  })

  it('trades nothing where one side has but its last order to trade', () => {
    expect(
      bought(
        [[9n, 2n]],
        [
          [1n, 1n],
          [2n, 1n],
        ],
      ),
    ).to.deep.equal({})
  })
})
