import loadHighs from 'highs'
import type { OrderBook } from '../../../../../agent/market/mechanisms/book.ts'

// Its types are those of its CommonJS twin, whose default export is one level deeper.
const highs = await (loadHighs as unknown as typeof loadHighs.default)()

/**
 * The largest gain of any trades, as HiGHS finds it: so much of each order, as much bought as sold.
 *
 * Quantities and prices have to be small, because HiGHS computes with doubles: the largest sum has to be exact.
 */
export function largestWelfare({ bids, offers }: OrderBook): bigint {
  if (bids.length === 0 || offers.length === 0) return 0n
  const gain = [
    ...bids.map(({ price }, i) => `${signed(price)} b${i}`),
    ...offers.map(({ price }, i) => `${signed(-price)} o${i}`),
  ]
  const balance = [...bids.map((_, i) => `+ b${i}`), ...offers.map((_, i) => `- o${i}`)]
  const bounds = [
    ...bids.map(({ quantity }, i) => `0 <= b${i} <= ${quantity}`),
    ...offers.map(({ quantity }, i) => `0 <= o${i} <= ${quantity}`),
  ]
  return solve(gain, [balance.join(' ').concat(' = 0')], bounds)
}

/** The largest quantity that bids and offers which suit one another can trade, whatever the gain. */
export function largestVolume({ bids, offers }: OrderBook): bigint {
  const pairs = bids.flatMap((bid, i) =>
    offers.flatMap((offer, j) => (bid.price >= offer.price ? [{ name: `t${i}_${j}`, i, j }] : [])),
  )
  const limit = (mine: typeof pairs, quantity: bigint) =>
    mine.length === 0 ? [] : [`${mine.map(({ name }) => name).join(' + ')} <= ${quantity}`]
  const limits = [
    ...bids.flatMap(({ quantity }, index) =>
      limit(
        pairs.filter(({ i }) => i === index),
        quantity,
      ),
    ),
    ...offers.flatMap(({ quantity }, index) =>
      limit(
        pairs.filter(({ j }) => j === index),
        quantity,
      ),
    ),
  ]
  return solve(
    pairs.map(({ name }) => `+ ${name}`),
    limits,
    [],
  )
}

function solve(objective: string[], constraints: string[], bounds: string[]): bigint {
  const problem = [
    'Maximize',
    ` obj: ${objective.join(' ')}`,
    'Subject To',
    ...constraints.map((constraint, index) => ` c${index}: ${constraint}`),
    'Bounds',
    ...bounds.map((bound) => ` ${bound}`),
    'End',
  ].join('\n')
  const { Status, ObjectiveValue } = highs.solve(problem)
  if (Status !== 'Optimal') throw new Error(`HiGHS: ${Status}\n${problem}`)
  return BigInt(Math.round(ObjectiveValue))
}

function signed(value: bigint): string {
  return value < 0n ? `- ${-value}` : `+ ${value}`
}
