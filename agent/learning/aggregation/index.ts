/** @file Robust aggregation rules in floating point, for research and for parties that recompute them; pure. */
export { bucket } from './bucketing.ts'
export { bulyan } from './bulyan.ts'
export { centredClipping } from './centred-clipping.ts'
export { median, trimmedMean, trimOf } from './coordinate-wise.ts'
export { type FedAdamOptions, type FedAdamState, fedAdam } from './fed-adam.ts'
export { geometricMedian, rfa } from './geometric-median.ts'
export { krum, krumScores, multiKrum, weightedMultiKrum } from './krum.ts'
export { fedAvg, mean } from './mean.ts'
export { mixNearestNeighbours } from './nearest-neighbour-mixing.ts'
export type { Aggregate, AggregationOptions, PreAggregate, Vector } from './rule.ts'
export {
  type AggregationRuleName,
  aggregationRule,
  aggregationRules,
  type PreAggregationName,
  preAggregations,
} from './rules.ts'
