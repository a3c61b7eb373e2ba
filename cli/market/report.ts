import { type ClearedBook, type MechanismName, mechanisms } from '../../agent/index.ts'
import { formatDecimal } from '../../community/decimal.ts'
import { percent } from '../format.ts'
import { table } from '../table.ts'
import type { Case } from './case.ts'

/** What a mechanism made of a case. */
export interface ClearReport extends Case {
  mechanism: MechanismName
  priceRule: string | undefined
  cleared: ClearedBook
}

/** The report for programs: in the units of the file and, as far as there are any, in its words. */
export function toJson(report: ClearReport): object {
  const { name, mechanism, cleared } = report
  const { strategyProof, budgetBalance, efficient } = mechanisms[mechanism]
  const { price, quantity, amount } = printers(report)
  return {
    case: name,
    mechanism,
    priceRule: ruleOf(report),
    strategyProof,
    budgetBalance,
    efficient,
    trades: cleared.trades.map((trade) => ({
      bid: trade.bid.id,
      offer: trade.offer.id,
      qty: literal(quantity(trade.quantity)),
      price: literal(price(trade.buyerPrice)),
      sellerPrice: literal(price(trade.sellerPrice)),
    })),
    qty: literal(quantity(cleared.quantity)),
    price: cleared.price ? literal(price(cleared.price.buyer)) : null,
    sellerPrice: cleared.price ? literal(price(cleared.price.seller)) : null,
    paid: literal(amount(cleared.paid)),
    received: literal(amount(cleared.received)),
    gridFees: literal(amount(cleared.fees)),
    leftOver: literal(amount(cleared.leftOver)),
    welfare: literal(amount(cleared.welfare)),
    optimum: literal(amount(cleared.optimum)),
    share: cleared.share,
  }
}

/** The report for people. */
export function toText(report: ClearReport): string {
  const { name, mechanism, cleared } = report
  const { strategyProof, budgetBalance, efficient } = mechanisms[mechanism]
  const { price, quantity, amount } = printers(report)
  const rule = ruleOf(report)
  const trades = cleared.trades.map((trade) => [
    String(trade.bid.id),
    String(trade.offer.id),
    quantity(trade.quantity),
    price(trade.buyerPrice),
    price(trade.sellerPrice),
  ])
  const short = cleared.optimum - cleared.welfare
  const facts = [
    ['price', priceText(cleared, price)],
    ['quantity', quantity(cleared.quantity)],
    [
      'welfare',
      `${amount(cleared.welfare)}, ${percent(cleared.share)} of the optimum ${amount(cleared.optimum)}`,
    ],
    ...(short === 0n ? [] : [['short of it', amount(short)]]),
    ...(cleared.fees === 0n ? [] : [['grid fees', amount(cleared.fees)]]),
    ...(cleared.leftOver === 0n
      ? []
      : [['left over', `${amount(cleared.leftOver)} that buyers pay and nobody gets`]]),
  ]
  const properties = [
    strategyProof ? 'strategy-proof' : 'not strategy-proof',
    `${budgetBalance}ly budget-balanced`,
    efficient ? 'efficient' : 'not always efficient',
  ]
  return [
    `${name}: ${mechanism}${rule === null ? '' : ` (${rule})`}, which is ${properties.join(', ')}`,
    '',
    table(
      [['bid', 'offer', 'quantity', 'buyer pays', 'seller gets'], ...trades],
      ['left', 'left', 'right', 'right', 'right'],
    ),
    '',
    table(facts, ['left', 'left']),
  ].join('\n')
}

function priceText({ price, quantity }: ClearedBook, print: (value: bigint) => string): string {
  if (price !== undefined && price.buyer === price.seller) return print(price.buyer)
  if (price !== undefined) return `${print(price.buyer)} for buyers, ${print(price.seller)} for sellers`
  return quantity === 0n ? 'none: nothing trades' : 'one for each trade'
}

function ruleOf({ mechanism, priceRule }: ClearReport): string | null {
  return priceRule ?? mechanisms[mechanism].priceRules[0] ?? null
}

function printers({ priceScale, quantityScale }: Case) {
  const print = (scale: number) => (units: bigint) => formatDecimal({ units, scale })
  return {
    price: print(priceScale),
    quantity: print(quantityScale),
    amount: print(priceScale + quantityScale),
  }
}

/** A number that JSON shows with all of its digits. */
function literal(number: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(number)
}
