import { forEachBlock } from './blocks.ts'
import { checkUpdates, finite, invalidOption, positive } from './checks.ts'
import type { AggregationOptions, Vector } from './rule.ts'

/**
 * The mean, each update counting the same. One Byzantine update moves it anywhere.
 *
 * @param updates as {@link Aggregate} has them, which says what is thrown, too
 *
 * @example
 * ```ts
 * mean([Float64Array.of(1, 2), Float64Array.of(3, 6)]) // [2, 4]
 * ```
 */
export function mean(updates: readonly Vector[]): Float64Array {
  checkUpdates(updates)
  return meanOf(updates)
}

/**
 * Federated averaging: the mean, weighted by the examples that each update was trained on.
 *
 * The counts are what senders say. `maxExamples` bounds what one of them can gain by saying more: a count above it counts
 * as it.
 *
 * Sources: McMahan et al., "Communication-efficient learning of deep networks from decentralized data" (2017),
 * algorithm 1; of the bound, Portnoy, Tirosh and Hendler, "Towards federated learning with Byzantine-robust client
 * weighting" (2020).
 *
 * @param updates as {@link Aggregate} has them, which says what is thrown, too
 *
 * @example
 * ```ts
 * fedAvg([Float64Array.of(1), Float64Array.of(5)], { numExamples: [30, 900], maxExamples: 90 }) // [4]
 * ```
 */
export function fedAvg(
  updates: readonly Vector[],
  options: Pick<AggregationOptions, 'numExamples' | 'maxExamples'>,
): Float64Array {
  checkUpdates(updates)
  return finite(weightedMean(updates, exampleWeights(updates.length, options)))
}

/**
 * What updates count by their examples.
 *
 * @param count how many updates there are
 * @throws ConfigError `OPTION_INVALID` unless there is a number of examples for each, above 0
 */
export function exampleWeights(
  count: number,
  { numExamples, maxExamples }: Pick<AggregationOptions, 'numExamples' | 'maxExamples'>,
): number[] {
  if (numExamples?.length !== count) {
    throw invalidOption('numExamples', `${count} numbers, one for each update`, numExamples?.length)
  }
  const most = maxExamples === undefined ? Number.MAX_VALUE : positive('maxExamples', maxExamples)
  return numExamples.map((examples, index) => Math.min(positive(`numExamples[${index}]`, examples), most))
}

/** {@link mean} of updates that are checked. @throws ConfigError `AGGREGATE_OVERFLOW` */
export function meanOf(updates: readonly Vector[]): Float64Array {
  const weights = updates.map(() => 1)
  return finite(weightedMean(updates, weights))
}

/** The values at some places, in the sequence in which they stand. */
export function pick<T>(values: readonly T[], places: readonly number[]): T[] {
  const wanted = new Set(places)
  return values.filter((_, place) => wanted.has(place))
}

/** Sum of the updates, each times its weight, divided by the sum of the weights. */
export function weightedMean(updates: readonly Vector[], weights: readonly number[]): Float64Array {
  const mean = new Float64Array(updates[0]?.length ?? 0)
  forEachBlock(updates, ({ rows, sum, start, kernels }) => {
    for (const [index, row] of rows.entries()) kernels.addScaled(weights[index] ?? 0, row, sum)
    mean.set(sum, start)
  })
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] ?? 0) / total
  return mean
}
