import { clearSlot, type SlotOrder } from '../../agent/index.ts'
import type { OrderBook } from '../../agent/market/mechanisms/book.ts'
import { clearBook } from '../../agent/market/mechanisms/clear-book.ts'
import { findEquilibrium, type OrderColumns } from '../../agent/market/mechanisms/equilibrium.ts'
import { type Random, randomFrom } from '../../scripts/fuzz-clearing/random-book.ts'
import { spreadOf } from '../network/statistics.ts'

const SEED = 5
/** Orders of a book, half of them bids, with how many books are cleared after three that warm up. */
const SIZES = [
  [10_000, 60],
  [100_000, 30],
  [1_000_000, 10],
] as const
const WARM_UP = 3
/** Prices from -0.10 to 0.90 a kWh in millionths, and up to 5 kWh each. */
const LOWEST = -100_000
const RANGE = 1_000_000
const MOST = 5000
const account = '0x00000000000000000000000000000000000000aa'

interface Book {
  bids: OrderColumns
  offers: OrderColumns
}

/** A price so far off that bisection needs all of its steps, most of which leave no order behind. */
const OUTLIER = 2 ** 52

/** A way to clear, with what it takes made of a book before the clock starts. */
interface Way {
  what: string
  /** Larger books are left out. */
  most: number
  /** @returns what is timed; it gives its price where that is the one of the book */
  prepare: (book: Book) => () => number | undefined
}

const ways: Way[] = [
  {
    what: 'search for the equilibrium',
    most: Number.POSITIVE_INFINITY,
    prepare:
      ({ bids, offers }) =>
      () =>
        findEquilibrium(bids, offers).price,
  },
  {
    what: 'the same, two prices being 2^52 off',
    most: Number.POSITIVE_INFINITY,
    prepare: ({ bids, offers }) => {
      const [dear, cheap] = [bids.prices.slice(), offers.prices.slice()]
      dear[0] = OUTLIER
      cheap[0] = -OUTLIER
      return () => {
        findEquilibrium({ ...bids, prices: dear }, { ...offers, prices: cheap })
        return undefined
      }
    },
  },
  {
    // What a clearing by sorted curves needs at least: it is neither matched nor filled.
    what: 'rival: sort of the prices alone',
    most: Number.POSITIVE_INFINITY,
    prepare: ({ bids, offers }) => {
      const [falling, rising] = [bids.prices.slice(), offers.prices.slice()]
      return () => {
        falling.sort()
        rising.sort()
        return undefined
      }
    },
  },
  {
    what: 'clearBook, with every trade',
    most: 100_000,
    prepare: (book) => {
      const orders = toOrderBook(book)
      return () => Number(clearBook(orders).price?.buyer)
    },
  },
  gsyWay('pay-as-bid'),
  gsyWay('pay-as-clear'),
  {
    what: "rival: clearSlot, the contract's twin",
    most: 100_000,
    prepare: (book) => {
      const orders = toSlotOrders(book)
      const balances = orders.map(() => 10n ** 18n)
      const rules = { minPrice: BigInt(LOWEST), maxPrice: BigInt(LOWEST + RANGE), retailPrice: 0n }
      return () => Number(clearSlot(orders, balances, rules).price)
    },
  },
]

/** Its prices are its own. */
function gsyWay(priceRule: string): Way {
  return {
    what: `clearBook, gsy by ${priceRule}`,
    most: 100_000,
    prepare: (book) => {
      const orders = toOrderBook(book)
      return () => {
        clearBook(orders, { mechanism: 'gsy', priceRule })
        return undefined
      }
    },
  }
}

/** How many orders a second each way clears, and how that changes with their number. */
export async function clearing() {
  const random = randomFrom(SEED)
  return SIZES.flatMap(([size, runs]) => {
    const books = Array.from({ length: WARM_UP + runs }, () => randomBook(size, random))
    const prices = books.map(({ bids, offers }) => findEquilibrium(bids, offers).price)
    return ways
      .filter(({ most }) => size <= most)
      .map(({ what, prepare }) => {
        const times = books.map((book, index) => {
          const run = prepare(book)
          const start = performance.now()
          const price = run()
          const time = performance.now() - start
          if (price !== undefined && price !== prices[index]) throw new Error(`${what}: ${price}`)
          return time
        })
        const { p50, low, high } = spreadOf(times.slice(WARM_UP))
        return {
          orders: size.toLocaleString('en-US'),
          what,
          'ms (quartiles)': `${p50.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
          'million orders/s': (size / p50 / 1000).toFixed(2),
          'ns per order': ((p50 * 1e6) / size).toFixed(0),
          runs,
        }
      })
  })
}

function randomBook(size: number, random: Random): Book {
  const side = (): OrderColumns => ({
    prices: Float64Array.from({ length: size / 2 }, () => LOWEST + random(RANGE)),
    quantities: Float64Array.from({ length: size / 2 }, () => 1 + random(MOST)),
  })
  return { bids: side(), offers: side() }
}

function toOrderBook({ bids, offers }: Book): OrderBook {
  const orders = ({ prices, quantities }: OrderColumns) =>
    Array.from(prices, (price, id) => ({
      id,
      actor: id,
      price: BigInt(price),
      quantity: BigInt(quantities[id] ?? 0),
    }))
  return { bids: orders(bids), offers: orders(offers) }
}

function toSlotOrders({ bids, offers }: Book): SlotOrder[] {
  const orders = ({ prices, quantities }: OrderColumns, side: SlotOrder['side']) =>
    Array.from(prices, (price, index): SlotOrder => {
      const step = { price: BigInt(price), quantity: BigInt(quantities[index] ?? 0) }
      return { account, side, tariff: 0n, steps: [step] }
    })
  return [...orders(bids, 'buy'), ...orders(offers, 'sell')]
}
