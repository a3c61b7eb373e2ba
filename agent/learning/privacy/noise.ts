import { checkUpdates } from '../aggregation/checks.ts'
import type { Aggregate } from '../aggregation/index.ts'
import type { Vector } from '../kernels.ts'
import { checkOption, checkPositive } from '../models/checks.ts'
import { type Clipping, clipToGrid, gridOf } from './clipping.ts'
import { discreteGaussian } from './discrete-gaussian.ts'
import { IntegerDraws, type RandomSource } from './random-source.ts'

/** Sides of the coin by which updates are sampled. */
const COIN = 2 ** 48
const MAX_VALUE = 2 ** 31 - 1

/** How updates are hidden: by clipping, and by noise. */
export interface NoiseOptions extends Clipping {
  /** Standard deviation of the noise of a value, as a multiple of `clip`; positive. */
  noiseMultiplier: number
  /** Cryptographic, where anything is to be hidden; seeded bytes make an experiment, and no privacy. */
  random: RandomSource
}

/**
 * Central differential privacy, as an aggregation rule: the sum of the clipped updates, with discrete Gaussian noise added
 * once, divided by how many are expected. Whoever aggregates sees the updates, and is trusted to; whoever sees the result
 * learns little of whether a participant's update was what it was or zeros: {@link epsilonOf} says how little. How many
 * updates there are is no secret.
 *
 * With a `samplingRate` each update is taken by a coin of its own (Poisson sampling); which ones were taken has to stay secret. The
 * divisor is the expected number, for the real one would need noise, too. Counts of examples have no weight.
 *
 * Source: McMahan, Ramage, Talwar and Zhang, "Learning differentially private recurrent language models" (ICLR 2018),
 * algorithm 1 with the estimator of a fixed denominator.
 *
 * @param options of clipping and noise; the sampling rate is from 2^-48 to 1, by default 1
 * @returns a rule for {@link federatedRounds}; it throws what {@link clipToGrid} does, and `UPDATES_INVALID`
 * @throws ConfigError `OPTION_INVALID`
 *
 * @example
 * ```ts
 * const rule = privateMean({ clip: 1, noiseMultiplier: 2, random: (count) => crypto.getRandomValues(new Uint8Array(count)) })
 * rule(updates, {})
 * ```
 */
export function privateMean({
  samplingRate = 1,
  ...options
}: NoiseOptions & { samplingRate?: number | undefined }): Aggregate {
  checkRate(samplingRate)
  const { unit } = gridOf(options)
  const noise = noiseOf(options)
  const draws = new IntegerDraws(options.random)
  return (updates) => {
    checkUpdates(updates)
    const sum = new Float64Array(updates[0]?.length ?? 0).map(noise)
    for (const update of updates) {
      // Rounded down: nobody is taken more often than the accountant was told.
      if (draws.below(COIN) >= Math.floor(samplingRate * COIN)) continue
      const clipped = clipToGrid(update, options)
      for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (clipped[i] ?? 0)
    }
    const step = unit / (samplingRate * updates.length)
    return sum.map((value) => value * step)
  }
}

/**
 * Local differential privacy: clips one's own update and adds noise to each value, before anybody sees it. Nobody has to be
 * trusted, at the price of much more noise: the sum of n updates has √n times as much as {@link privateMean} adds.
 *
 * Against somebody who sees what was sent an update hides among all others that might have been sent, from which it differs
 * by up to twice the norm. So epsilon is that of half the noise multiplier, and sampling does not lower it, for who took
 * part is seen: `epsilonOf({ noiseMultiplier: noiseMultiplier / 2, rounds, delta })`, with the rounds that one took part in.
 *
 * @param update finite
 * @param bound of a value of the result, in units; what lies beyond is cut, which reveals nothing. A sum that wraps around, as
 *   that of {@link SecureSumServer}, needs one; a whole number from 1 to 2^31 - 1, which is the default
 * @returns multiples of `unit`, as integers
 * @throws ConfigError `OPTION_INVALID`, `NOT_FINITE`
 *
 * @example
 * ```ts
 * const sent = hideUpdate(update, { clip: 1, unit: 2 ** -16, noiseMultiplier: 4, random })
 * ```
 */
export function hideUpdate(update: Vector, options: NoiseOptions, bound = MAX_VALUE): Int32Array {
  checkOption(
    'bound',
    bound,
    bound >= 1 && bound <= MAX_VALUE && Number.isInteger(bound),
    'from 1 to 2^31 - 1',
  )
  const noise = noiseOf(options)
  return clipToGrid(update, options).map((value) => Math.min(Math.max(value + noise(), -bound), bound))
}

/**
 * An aggregation rule on updates each of which its sender has hidden by {@link hideUpdate}: what a simulation of local
 * differential privacy takes. Any rule can stand behind it, for what is hidden stays so whatever is made of it.
 *
 * @throws ConfigError `OPTION_INVALID`
 *
 * @example
 * ```ts
 * locallyPrivate(aggregationRule('median'), { clip: 1, noiseMultiplier: 4, random })(updates, {})
 * ```
 */
export function locallyPrivate(rule: Aggregate, options: NoiseOptions): Aggregate {
  const { unit } = gridOf(options)
  return (updates, settings) => {
    const hidden = updates.map((update) =>
      Float64Array.from(hideUpdate(update, options), (value) => value * unit),
    )
    return rule(hidden, settings)
  }
}

/** The variance is rounded up to a whole number of squared steps: never less noise than was promised. */
function noiseOf(options: NoiseOptions): () => number {
  const { steps } = gridOf(options)
  checkPositive('noiseMultiplier', options.noiseMultiplier)
  const variance = Math.ceil((options.noiseMultiplier * steps) ** 2)
  checkOption('noiseMultiplier', options.noiseMultiplier, variance <= 2 ** 60, `at most ${2 ** 30 / steps}`)
  return discreteGaussian(BigInt(variance), options.random)
}

function checkRate(rate: number): void {
  checkOption('samplingRate', rate, rate >= 1 / COIN && rate <= 1, 'from 2^-48 to 1')
}
