/** Tests of the privacy of learning: what more than one of them needs. */

/**
 * Pearson's statistic of counts against what was expected, as a number of standard deviations of the normal distribution.
 *
 * Source: Wilson and Hilferty, "The distribution of chi-square" (1931): the cube root is nearly normal.
 *
 * @param cells counted and expected, each at least about 5
 */
export function chiSquareDeviations(cells: readonly { counted: number; expected: number }[]): number {
  const degrees = cells.length - 1
  const statistic = cells.reduce(
    (sum, { counted, expected }) => sum + (counted - expected) ** 2 / expected,
    0,
  )
  const spread = 2 / (9 * degrees)
  return (Math.cbrt(statistic / degrees) - (1 - spread)) / Math.sqrt(spread)
}

/** Simpson's rule. @param steps even */
export function integrate(f: (x: number) => number, from: number, to: number, steps = 4000): number {
  const width = (to - from) / steps
  let sum = f(from) + f(to)
  for (let i = 1; i < steps; i++) sum += f(from + i * width) * (i % 2 === 0 ? 2 : 4)
  return (sum * width) / 3
}

/** Density of the normal distribution. */
export function normalDensity(x: number, mean: number, deviation: number): number {
  return Math.exp(-((x - mean) ** 2) / (2 * deviation ** 2)) / (deviation * Math.sqrt(2 * Math.PI))
}
