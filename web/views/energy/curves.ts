/** What somebody would buy or sell at a price. */
export interface Step {
  /** Minor units per kWh. */
  price: number
  /** Wh, above 0. */
  wh: number
}

/** A level of a curve: from `from` to `to` Wh in all at `price`. */
export interface Level {
  from: number
  to: number
  price: number
}

/**
 * Steps in the order in which a market takes them: bids from the highest price down, asks from the lowest up. Those at one
 * price are one level.
 *
 * @example meritOrder([{ price: 2, wh: 10 }, { price: 3, wh: 5 }], 'buy') // 0–5 Wh at 3, 5–15 Wh at 2
 */
export function meritOrder(steps: readonly Step[], side: 'buy' | 'sell'): Level[] {
  const sorted = steps
    .filter(({ wh }) => wh > 0)
    .sort((a, b) => (side === 'buy' ? b.price - a.price : a.price - b.price))
  const levels: Level[] = []
  for (const { price, wh } of sorted) {
    const last = levels.at(-1)
    if (last?.price === price) last.to += wh
    else levels.push({ from: last?.to ?? 0, to: (last?.to ?? 0) + wh, price })
  }
  return levels
}

/** A line along levels, in coordinates that `x` and `y` give. */
export function pathOf(
  levels: readonly Level[],
  x: (wh: number) => number,
  y: (price: number) => number,
): string {
  return levels
    .map(
      ({ from, to, price }, place) => `${place === 0 ? 'M' : 'L'}${at(x(from))} ${at(y(price))}H${at(x(to))}`,
    )
    .join('')
}

/** Round numbers from `low` to `high` at most `count` apart from one another, for an axis. */
export function ticksOf(low: number, high: number, count: number): number[] {
  const span = high - low
  if (!(span > 0)) return [low]
  const rough = span / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((of) => of * power).find((of) => of >= rough) ?? 10 * power
  const ticks: number[] = []
  for (let tick = Math.ceil(low / step); tick * step <= high + step / 1e6; tick++) ticks.push(tick * step + 0)
  return ticks
}

function at(coordinate: number): string {
  return coordinate.toFixed(1)
}
