import { checkCount, checkOption, checkPositive } from '../models/checks.ts'
import { renyiDivergence } from './renyi.ts'

/** Rounds of noise of one strength. */
export interface NoisyRounds {
  /** Standard deviation of the noise, as a multiple of how far one participant moves the sum; positive. */
  noiseMultiplier: number
  /** Probability with which each participant is taken in each round, by a coin of its own; by default 1, which is all of them. */
  samplingRate?: number | undefined
  /** How many; a positive integer. */
  rounds: number
}

/** What is promised: with a probability of at least 1 - delta, no outcome is exp(epsilon) times as likely with somebody as without. */
export interface PrivacyLoss {
  epsilon: number
  /** The order of Rényi's divergence by which it was found. */
  order: number
}

/** Orders at which the divergence is looked at: fine where loss is great, coarse where it is little. */
const ORDERS = [
  ...Array.from({ length: 99 }, (_, i) => 1 + (i + 1) / 100),
  ...Array.from({ length: 80 }, (_, i) => 2 + i / 10),
  ...Array.from({ length: 54 }, (_, i) => 10 + i),
  ...Array.from({ length: 33 }, (_, i) => Math.round(64 * 2 ** (i / 8))),
]

/**
 * Epsilon of rounds of noise, for a delta: the divergences of the rounds add up, and the least of what follows from each order
 * counts.
 *
 * Sources: Mironov, "Rényi differential privacy" (CSF 2017), proposition 1, of composition; Canonne, Kamath and Steinke, "The
 * discrete Gaussian for differential privacy" (NeurIPS 2020), proposition 12 and corollary 13, of the conversion:
 * ε = ε(α) + log(1 - 1/α) - log(δ α) / (α - 1). The same in Balle et al., "Hypothesis testing interpretations and Rényi
 * differential privacy" (AISTATS 2020), theorem 21.
 *
 * @param rounds one kind of rounds, or several that all saw the same participants
 * @param delta above 0 and below 1; far below one in the number of participants, for with this probability all may be told
 * @throws ConfigError `OPTION_INVALID`, also for noise so small that nothing is promised
 *
 * @example
 * ```ts
 * epsilonOf({ noiseMultiplier: 4, samplingRate: 0.01, rounds: 10_000 }, 1e-5).epsilon // 1.04
 * ```
 */
export function epsilonOf(rounds: NoisyRounds | readonly NoisyRounds[], delta: number): PrivacyLoss {
  const kinds = [rounds].flat()
  checkCount('rounds.length', kinds.length)
  for (const kind of kinds) checkCount('rounds', kind.rounds)
  checkOption('delta', delta, delta > 0 && delta < 1, 'above 0, and below 1')
  const losses = ORDERS.map((order) => {
    const divergence = kinds.reduce(
      (sum, kind) => sum + kind.rounds * renyiDivergence(order, kind.noiseMultiplier, kind.samplingRate),
      0,
    )
    return { epsilon: fromDivergence(divergence, order, delta), order }
  })
  const best = losses.reduce((least, loss) => (loss.epsilon < least.epsilon ? loss : least))
  const leastNoise = Math.min(...kinds.map(({ noiseMultiplier }) => noiseMultiplier))
  checkOption(
    'noiseMultiplier',
    leastNoise,
    Number.isFinite(best.epsilon),
    'as much as makes epsilon a number',
  )
  return best
}

/** How closely a noise multiplier is found, of its value. */
const PRECISION = 1e-6
const [LEAST, MOST] = [2 ** -10, 2 ** 30]

/**
 * The least noise that keeps rounds within an epsilon, by bisection: more noise never loses more.
 *
 * @param target what is promised, and in what rounds; epsilon is positive
 * @returns a noise multiplier that keeps the promise, by less than a millionth more than is needed
 * @throws ConfigError `OPTION_INVALID`, also when an epsilon is out of reach of multipliers from 2^-10 to 2^30
 *
 * @example
 * ```ts
 * noiseFor({ epsilon: 8, delta: 1e-5, samplingRate: 0.04, rounds: 2250 }) // 1.42
 * ```
 */
export function noiseFor({
  epsilon,
  delta,
  ...rounds
}: Omit<NoisyRounds, 'noiseMultiplier'> & { epsilon: number; delta: number }): number {
  checkPositive('epsilon', epsilon)
  const isEnough = (noiseMultiplier: number) =>
    epsilonOf({ ...rounds, noiseMultiplier }, delta).epsilon <= epsilon
  const isReachable = isEnough(MOST) && !isEnough(LEAST)
  checkOption('epsilon', epsilon, isReachable, 'an epsilon that noise of 2^-10 to 2^30 times the norm gives')
  let [low, high] = [LEAST, MOST]
  while (high / low > 1 + PRECISION) {
    const middle = Math.sqrt(low * high)
    if (isEnough(middle)) high = middle
    else low = middle
  }
  return high
}

function fromDivergence(divergence: number, order: number, delta: number): number {
  return Math.max(0, divergence + Math.log1p(-1 / order) - Math.log(delta * order) / (order - 1))
}
