/** @file Robust aggregation rules in floating point, for research and for parties that recompute them; pure. */
export { trimOf } from './coordinate-wise.ts'
export { type FedAdamOptions, type FedAdamState, fedAdam } from './fed-adam.ts'
export { krumScores } from './krum.ts'
export { mean } from './mean.ts'
export type { Aggregate, AggregationOptions, PreAggregate, Vector } from './rule.ts'
export {
  type AggregationRuleName,
  aggregationRule,
  aggregationRules,
  type PreAggregationName,
  preAggregations,
} from './rules.ts'
