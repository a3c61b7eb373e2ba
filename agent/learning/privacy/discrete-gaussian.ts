import { checkOption } from '../models/checks.ts'
import { IntegerDraws, type RandomSource } from './random-source.ts'

const MAX_VARIANCE = 2n ** 60n

/**
 * Integers from the discrete Gaussian distribution: x with a probability in proportion to exp(-x² / (2 variance)).
 *
 * Exact: integers throughout, no floating point. Noise that is rounded from real numbers has gaps in its values, which differ
 * from one true value to the next and give it away (Mironov, "On significance of the least significant bits for
 * differential privacy", CCS 2012); integers on a grid that is the same for everybody have none. How long a draw takes
 * depends on its value, so whoever measures that of a single one learns something of it.
 *
 * Source: Canonne, Kamath and Steinke, "The discrete Gaussian for differential privacy" (NeurIPS 2020), algorithms 1 to 3.
 *
 * @param variance from 1 to 2^60, in units of the grid, squared
 * @param random cryptographic, where the noise is to hide something
 * @throws ConfigError `OPTION_INVALID` when the variance is out of its bounds
 *
 * @example
 * ```ts
 * const noise = discreteGaussian(100n, (count) => crypto.getRandomValues(new Uint8Array(count)))
 * noise() // -7, say: two of three are from -10 to 10
 * ```
 */
export function discreteGaussian(variance: bigint, random: RandomSource): () => number {
  checkOption('variance', Number(variance), variance >= 1n && variance <= MAX_VARIANCE, 'from 1 to 2^60')
  const draws = new IntegerDraws(random)
  const scale = Math.floor(Math.sqrt(Number(variance))) + 1
  const wide = BigInt(scale)
  const under = 2n * variance * wide * wide
  return () => {
    for (;;) {
      const value = discreteLaplace(scale, draws)
      const apart = BigInt(Math.abs(value)) * wide - variance
      if (isBelowExponential(apart * apart, under, draws)) return value
    }
  }
}

/** An integer x with a probability in proportion to exp(-|x| / scale). */
function discreteLaplace(scale: number, draws: IntegerDraws): number {
  for (;;) {
    const rest = draws.below(scale)
    if (!isBelowRoot(rest, scale, draws)) continue
    let whole = 0
    while (isBelowRoot(1, 1, draws)) whole++
    const size = rest + scale * whole
    const isNegative = draws.below(2) === 1
    if (!isNegative) return size
    if (size > 0) return -size
  }
}

/** True with a probability of exp(-over / under), for a fraction of at least 0. */
function isBelowExponential(over: bigint, under: bigint, draws: IntegerDraws): boolean {
  let left = over
  for (; left > under; left -= under) if (!isBelowRoot(1, 1, draws)) return false
  return isOdd((k) => draws.isWithin(left, under * BigInt(k)))
}

/** The same for a fraction of small numbers, from 0 to 1. */
function isBelowRoot(over: number, under: number, draws: IntegerDraws): boolean {
  return isOdd((k) => draws.below(under * k) < over)
}

/** Whether the first k for which a draw fails is odd; it succeeds with a probability of x / k, so this one is of exp(-x). */
function isOdd(succeeds: (k: number) => boolean): boolean {
  let k = 1
  while (succeeds(k)) k++
  return k % 2 === 1
}
