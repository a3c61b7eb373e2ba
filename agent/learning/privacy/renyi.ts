import { checkCount, checkOption, checkPositive } from '../models/checks.ts'

/**
 * Rényi differential privacy of one round of Gaussian noise on a sum from which each participant is left out unless its coin
 * says otherwise (Poisson sampling): the divergence between the results with somebody and without, whichever is larger.
 *
 * Without sampling order / (2 σ²), of any order above 1. With sampling 1 / (order - 1) times the logarithm of
 *
 *     Σ_k C(order, k) (1 - q)^(order - k) q^k exp((k² - k) / (2 σ²))
 *
 * of whole orders, and of others what lies on the chord between their neighbours: the logarithm is convex in the order.
 * What exceeds 1 in the sum is what is computed, for of small rates a sum near 1 has few digits left.
 *
 * The same holds of discrete Gaussian noise on integers: a shift by integers maps the integers to themselves, so the moments
 * of the ratio of the two densities are what they are of real numbers; and that the other direction is never larger needs
 * only a reflection that swaps the two densities, which maps the integers to themselves, too.
 *
 * Sources: Mironov, "Rényi differential privacy" (CSF 2017), corollary 3; Mironov, Talwar and Zhang, "Rényi differential privacy
 * of the sampled Gaussian mechanism" (2019), section 3.3 and theorem 5; of discrete noise, Canonne, Kamath and Steinke, "The
 * discrete Gaussian for differential privacy" (NeurIPS 2020), theorem 4.
 *
 * @param order above 1
 * @param noiseMultiplier standard deviation of the noise, as a multiple of how far one participant moves the sum
 * @param samplingRate the coin's probability, above 0 and at most 1
 * @throws ConfigError `OPTION_INVALID`
 *
 * @example
 * ```ts
 * renyiDivergence(5, 2, 0.1) // 0.0077
 * ```
 */
export function renyiDivergence(order: number, noiseMultiplier: number, samplingRate = 1): number {
  checkOption('order', order, order > 1 && order < Infinity, 'a finite number above 1')
  checkPositive('noiseMultiplier', noiseMultiplier)
  checkOption('samplingRate', samplingRate, samplingRate > 0 && samplingRate <= 1, 'above 0, and at most 1')
  const unsampled = order / (2 * noiseMultiplier ** 2)
  if (samplingRate === 1) return unsampled
  const low = Math.floor(order)
  const part = order - low
  const above = part === 0 ? 0 : part * logMoment(low + 1, noiseMultiplier, samplingRate)
  const below = (1 - part) * logMoment(low, noiseMultiplier, samplingRate)
  // Sampling never makes the divergence larger; a chord can.
  return Math.min(unsampled, (above + below) / (order - 1))
}

/** Logarithm of the sum above, of a whole order from 1 on. */
function logMoment(order: number, noiseMultiplier: number, rate: number): number {
  checkCount('order', order)
  let logBinomial = 0
  let terms = Number.NEGATIVE_INFINITY
  for (let k = 1; k <= order; k++) {
    logBinomial += Math.log((order - k + 1) / k)
    const exponent = (k * k - k) / (2 * noiseMultiplier ** 2)
    const weight = logBinomial + k * Math.log(rate) + (order - k) * Math.log1p(-rate)
    if (k > 1) terms = logSum(terms, weight + logExpm1(exponent))
  }
  return terms > 0 ? terms + Math.log1p(Math.exp(-terms)) : Math.log1p(Math.exp(terms))
}

/** log(exp(x) - 1), of a positive x. */
function logExpm1(x: number): number {
  return x > 1 ? x + Math.log1p(-Math.exp(-x)) : Math.log(Math.expm1(x))
}

/** log(exp(a) + exp(b)) */
function logSum(a: number, b: number): number {
  const [less, more] = a < b ? [a, b] : [b, a]
  return less === Number.NEGATIVE_INFINITY ? more : more + Math.log1p(Math.exp(less - more))
}
