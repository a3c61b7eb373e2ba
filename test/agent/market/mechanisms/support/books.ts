import fc from 'fast-check'
import type { Order, OrderBook } from '../../../../../agent/market/mechanisms/book.ts'
import { type ClearOptions, mechanisms } from '../../../../../agent/market/mechanisms/clear-book.ts'

/** Every mechanism by every rule that it has. */
export const everyWay: ClearOptions[] = Object.entries(mechanisms).flatMap(([name, { priceRules }]) =>
  (priceRules.length === 0 ? [undefined] : priceRules).map((priceRule) => ({
    mechanism: name as keyof typeof mechanisms,
    priceRule,
  })),
)

export const nameOf = ({ mechanism, priceRule }: ClearOptions) =>
  priceRule === undefined ? `${mechanism}` : `${mechanism} (${priceRule})`

interface BookShape {
  prices?: fc.Arbitrary<bigint>
  quantities?: fc.Arbitrary<bigint>
  /** Whether an actor may have several orders. */
  sharedActors?: boolean
  maxOrders?: number
}

/** Books with few prices and small quantities, so that ties are common, and with ids of both kinds in any sequence. */
export function anyBook({
  prices = fc.bigInt({ min: -12n, max: 12n }),
  quantities = fc.bigInt({ min: 1n, max: 60n }),
  sharedActors = true,
  maxOrders = 9,
}: BookShape = {}): fc.Arbitrary<OrderBook> {
  const side = (name: string) =>
    fc.array(fc.tuple(prices, quantities, fc.nat({ max: 3 })), { maxLength: maxOrders }).chain((orders) =>
      fc.shuffledSubarray(
        orders.map(([price, quantity, actor], index): Order => {
          const id = index % 3 === 0 ? index : `${name}${index}`
          return { id, actor: sharedActors ? actor : `${name}${index}`, price, quantity }
        }),
        { minLength: orders.length },
      ),
    )
  return fc.record({ bids: side('b'), offers: side('o') })
}

/** Books that a mechanism takes: McAfee's auction is for quantities that are all the same. */
export function bookFor({ mechanism }: ClearOptions, shape: BookShape = {}): fc.Arbitrary<OrderBook> {
  if (mechanism !== 'mcafee') return anyBook(shape)
  return fc
    .bigInt({ min: 1n, max: 60n })
    .chain((unit) => anyBook({ ...shape, quantities: fc.constant(unit) }))
}
