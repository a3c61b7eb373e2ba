import type { Vector } from '../kernels.ts'

export type { Vector }

/** Settings of the rules; each takes those that it names, and leaves the others alone. */
export interface AggregationOptions {
  /** How many of the updates may be anything at all, of Byzantine participants. Krum, Bulyan, mixing; trimmed mean. */
  f?: number | undefined
  /** Examples that each update was trained on, as its sender says. FedAvg, weighted Multi-Krum. */
  numExamples?: readonly number[] | undefined
  /** FedAvg, weighted Multi-Krum: what is said beyond so many examples does not count. Default: all counts. */
  maxExamples?: number | undefined
  /** Trimmed mean: how many values are left out on each side of a coordinate. Default: `f`. */
  trim?: number | undefined
  /** Where an iteration begins: RFA, centred clipping. Default: `zero`, which of updates is the model of before. */
  start?: 'zero' | 'mean' | Vector | undefined
  /** How often it is repeated: RFA (8), centred clipping (1). */
  iterations?: number | undefined
  /** RFA: distances below it count as it, in the unit of the updates. Default: 0.1. */
  smoothing?: number | undefined
  /** Centred clipping: how far an update may draw, in the unit of the updates. Default: 10. */
  radius?: number | undefined
  /** Bucketing: updates per bucket. Default: 2. */
  bucketSize?: number | undefined
  /**
   * Bucketing: the places of the updates in the sequence in which buckets are filled. It has to be drawn after the updates
   * are fixed, else Byzantine senders choose their buckets. Default: as the updates come.
   */
  bucketOrder?: readonly number[] | undefined
}

/**
 * An aggregation rule: what follows from the updates of one round. Pure, and in float64 whatever the updates are in; they
 * are left as they are.
 *
 * @param updates at least one, finite, all of one length
 * @returns a vector of that length
 * @throws ConfigError `UPDATES_INVALID` for updates that are none; `OPTION_INVALID` for a setting that is missing or out of
 *   range; `UPDATES_TOO_FEW` where the rule promises nothing of so few; `AGGREGATE_OVERFLOW` where sums or distances
 *   exceed float64
 */
export type Aggregate = (updates: readonly Vector[], options: AggregationOptions) => Float64Array

/** What is done to the updates before a rule sees them: other vectors of the same length. Throws as a rule does. */
export type PreAggregate = (updates: readonly Vector[], options: AggregationOptions) => Float64Array[]
