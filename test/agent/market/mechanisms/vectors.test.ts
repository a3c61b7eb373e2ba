import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { type ClearOptions, clearBook } from '../../../../agent/market/mechanisms/clear-book.ts'
import { pair } from '../../../../agent/market/mechanisms/trade.ts'
import { readCase } from '../../../../cli/market/case.ts'
import { formatDecimal } from '../../../../community/decimal.ts'
import { largestVolume, largestWelfare } from './support/linear-program.ts'

interface Vector {
  name: string
  mechanism: string
  grid_fee?: number
  expected_trades: { bid: string | number; offer: string | number; qty: number; price: number }[] | null
  expected_match_count?: number
  last_match?: { qty: number; price: number }
  expected_deals?: number
  buyer_price?: number | null
  seller_price?: number | null
  expected_fills?: { id: number; qty: number; price: number }[]
  clearing_price?: number
  clearing_qty?: number
  max_welfare?: number
  max_volume?: number
  welfare_optimum_no_selftrade_rule: {
    qty: number
    welfare: number
    marginal_bid_price: number | null
    marginal_offer_price: number | null
  }
}

const read = (name: string) => readFileSync(new URL(`../../../vectors/${name}`, import.meta.url), 'utf8')
const text = read('clearing.json')
const { cases, uniform_allocation_cases: allocations } = JSON.parse(text)

/** Which mechanism of ours has a name of the vectors, whose projects have names of their own. */
const mechanisms: Record<string, ClearOptions> = {
  simply_pay_as_bid: { mechanism: 'pay-as-bid' },
  simply_pay_as_bid_grid_fee: { mechanism: 'pay-as-bid' },
  simply_pay_as_clear: { mechanism: 'pay-as-clear' },
  simply_pay_as_clear_grid_fee: { mechanism: 'pay-as-clear' },
  gsy_pay_as_bid: { mechanism: 'gsy', priceRule: 'pay-as-bid' },
  gsy_pay_as_clear: { mechanism: 'gsy', priceRule: 'pay-as-clear' },
  mcafee_mcafee: { mechanism: 'mcafee' },
  pymarket_equilibrium: { mechanism: 'uniform' },
  pymarket_huang_double_auction: { mechanism: 'huang' },
  powertac_uniform_midpoint: { mechanism: 'uniform', priceRule: 'marginal-pair' },
}

/** Clears a case as the command does, and gives what comes of it in the numbers of the file. */
function clearCase(name: string, options: ClearOptions | undefined) {
  const { book, gridFee, priceScale, quantityScale } = readCase('clearing.json', text, name)
  const cleared = clearBook(book, { ...options, gridFee })
  const price = (units: bigint) => Number(formatDecimal({ units, scale: priceScale }))
  const quantity = (units: bigint) => Number(formatDecimal({ units, scale: quantityScale }))
  const amount = (units: bigint) => Number(formatDecimal({ units, scale: priceScale + quantityScale }))
  const trades = cleared.trades.map((trade) => ({
    bid: trade.bid.id,
    offer: trade.offer.id,
    qty: quantity(trade.quantity),
    price: price(trade.buyerPrice),
    sellerPrice: price(trade.sellerPrice),
  }))
  return { book, cleared, trades, price, quantity, amount }
}

describe('published order books', () => {
  it('are all there', () => {
    expect(cases).to.have.length(21)
    expect(allocations).to.have.length(3)
  })

  for (const vector of cases as Vector[]) {
    it(`${vector.name}: ${vector.mechanism}`, () => {
      const options = mechanisms[`${vector.name.split('_')[0]}_${vector.mechanism}`]
      expect(options, 'a mechanism of ours').to.not.equal(undefined)
      const { book, cleared, trades, price, quantity, amount } = clearCase(vector.name, options)
      const fee = vector.grid_fee ?? 0
      for (const trade of trades) expect(trade.price - trade.sellerPrice).to.be.at.least(fee)
      if (vector.expected_trades !== null) {
        expect(trades.map(({ sellerPrice, ...trade }) => trade)).to.deep.equal(vector.expected_trades)
      }
      if (vector.expected_match_count !== undefined)
        expect(trades).to.have.length(vector.expected_match_count)
      if (vector.last_match !== undefined) expect(trades.at(-1)).to.include(vector.last_match)
      if (vector.expected_deals !== undefined) {
        expect(trades).to.have.length(vector.expected_deals)
        expect(cleared.price ? price(cleared.price.buyer) : null).to.equal(vector.buyer_price)
        expect(cleared.price ? price(cleared.price.seller) : null).to.equal(vector.seller_price)
      }
      if (vector.expected_fills !== undefined) {
        const fills = trades.flatMap((trade) => [
          { id: trade.bid, qty: trade.qty, price: trade.price },
          { id: trade.offer, qty: trade.qty, price: trade.sellerPrice },
        ])
        expect(fills).to.deep.equal(vector.expected_fills)
      }
      if (vector.clearing_price !== undefined) {
        expect(cleared.price && price(cleared.price.buyer)).to.equal(vector.clearing_price)
      }
      if (vector.clearing_qty !== undefined) expect(quantity(cleared.quantity)).to.equal(vector.clearing_qty)
      const best = clearBook(book, { mechanism: 'uniform' })
      const last = best.trades.at(-1)
      expect({
        qty: quantity(best.quantity),
        welfare: amount(best.welfare),
        marginal_bid_price: last ? price(last.bid.price) : null,
        marginal_offer_price: last ? price(last.offer.price) : null,
      }).to.deep.equal(vector.welfare_optimum_no_selftrade_rule)
      expect([cleared.optimum, best.welfare]).to.deep.equal([largestWelfare(book), largestWelfare(book)])
      if (vector.max_welfare !== undefined) expect(amount(cleared.welfare)).to.equal(vector.max_welfare)
      if (vector.max_volume !== undefined) {
        expect(quantity(largestVolume(book))).to.equal(vector.max_volume)
      }
    })
  }

  for (const { name, bids, offers, expected } of allocations) {
    it(`${name}: who gets whose energy`, () => {
      const fills = (orders: { id: string; qty: number }[]) =>
        orders.map(({ id, qty }) => ({
          order: { id, actor: id, price: 0n, quantity: BigInt(qty) },
          quantity: BigInt(qty),
        }))
      const matches = pair(fills(bids), fills(offers)).map(({ bid, offer, quantity }) => ({
        qty: Number(quantity),
        offer: offer.id,
        bid: bid.id,
      }))
      expect(matches).to.deep.equal(expected)
    })
  }
})

describe('published accounts of grid fees', () => {
  const { cases: accounts } = JSON.parse(read('grid_fee.json'))
  const THOUSANDTHS = 1000
  const units = (euros: number) => BigInt(Math.round(euros * THOUSANDTHS))

  /** One kWh, from a roof on one end of the grid to a load on the other. */
  function trade(
    bid: number,
    account: { offer: number; fees: Record<string, number> },
    options: ClearOptions,
  ) {
    const fees = Object.values(account.fees).map(units)
    const book = {
      bids: [{ id: 'load', actor: 'house1', price: units(bid), quantity: 1000n }],
      offers: [{ id: 'pv', actor: 'house2', price: units(account.offer), quantity: 1000n }],
    }
    const cleared = clearBook(book, { ...options, gridFee: fees.reduce((sum, fee) => sum + fee, 0n) })
    const [{ buyerPrice = -1n, sellerPrice = -1n } = {}] = cleared.trades
    // Each market on the way adds its own fee to what the seller gets.
    const rates = [0n, ...fees, 0n].map((_, index, all) =>
      all.slice(0, index + 1).reduce((sum, fee) => sum + fee, sellerPrice),
    )
    return { cleared, buyerPrice, sellerPrice, rates }
  }

  it('constant, at the price of the offer', () => {
    const account = accounts[0]
    const { cleared, buyerPrice, sellerPrice, rates } = trade(0.3, account, { mechanism: 'pay-as-clear' })
    expect([buyerPrice, sellerPrice]).to.deep.equal([account.buyer_pays, account.seller_gets].map(units))
    expect(rates).to.deep.equal(Object.values<number>(account.offer_rate_after).map(units))
    expect(cleared).to.include({ fees: 40n * 1000n, leftOver: 0n })
    expect(trade(0.139, account, { mechanism: 'pay-as-clear' }).cleared.trades).to.deep.equal([])
  })

  it('constant, at the price of the bid', () => {
    const account = accounts[1]
    for (const mechanism of ['pay-as-bid', 'gsy'] as const) {
      const { cleared, buyerPrice, sellerPrice, rates } = trade(account.bid, account, { mechanism })
      expect([buyerPrice, sellerPrice]).to.deep.equal([account.buyer_pays, account.seller_gets].map(units))
      expect(rates).to.deep.equal(Object.values<number>(account.trade_price).map(units))
      const [supplySide, demandSide] = [units(account.supply_side_fee), units(account.demand_side_fee)]
      expect(cleared.fees).to.equal((supplySide + demandSide) * 1000n)
      // Where the two meet, the bid has lost the fees of its own side, and the offer gained those of its.
      expect(buyerPrice - demandSide).to.equal(units(account.bid_rate_in_grid))
      expect(units(account.offer) + supplySide).to.equal(units(account.offer_rate_in_grid))
    }
  })
})
