import { ConfigError } from '../../../protocol/errors.ts'
import { nearest } from '../../../protocol/nearest.ts'
import { bucket } from './bucketing.ts'
import { bulyan } from './bulyan.ts'
import { centredClipping } from './centred-clipping.ts'
import { median, trimmedMean } from './coordinate-wise.ts'
import { geometricMedian, rfa } from './geometric-median.ts'
import { krum, multiKrum, weightedMultiKrum } from './krum.ts'
import { fedAvg, mean } from './mean.ts'
import { mixNearestNeighbours } from './nearest-neighbour-mixing.ts'
import type { Aggregate, PreAggregate, Vector } from './rule.ts'

/** The aggregation rules by their names. */
export const aggregationRules = {
  fedavg: fedAvg,
  mean,
  median,
  'trimmed-mean': trimmedMean,
  krum,
  'multi-krum': multiKrum,
  'weighted-multi-krum': weightedMultiKrum,
  bulyan,
  'geometric-median': geometricMedian,
  rfa,
  'centred-clipping': centredClipping,
} as const satisfies Record<string, Aggregate>

/** What can stand in front of a rule, by its name. */
export const preAggregations = {
  nnm: mixNearestNeighbours,
  bucketing: bucket,
} as const satisfies Record<string, PreAggregate>

/** What may stand in front of a rule, as an error says it. */
const PREFIXED = `; in front of it, where wanted: ${Object.keys(preAggregations)
  .map((name) => `${name}+`)
  .join(', ')}`

export type AggregationRuleName = keyof typeof aggregationRules
export type PreAggregationName = keyof typeof preAggregations

/**
 * The rule of a name; before it may stand what is done first, joined by `+`.
 *
 * What comes out of mixing or bucketing belongs to no single participant any more: to the rule behind it, all vectors have
 * the same number of examples.
 *
 * @throws ConfigError `RULE_UNKNOWN`, with the name that is nearest
 *
 * @example
 * ```ts
 * aggregationRule('nnm+trimmed-mean')([1, 2, 3, 99].map((value) => Float64Array.of(value)), { f: 1 }) // [2]
 * ```
 */
export function aggregationRule(name: string): Aggregate {
  const parts = name.split('+')
  const rule: Aggregate = memberOf(aggregationRules, parts.at(-1) ?? '', PREFIXED)
  return parts
    .slice(0, -1)
    .reduceRight((inner, part) => after(memberOf(preAggregations, part, ', in front of a rule'), inner), rule)
}

/** A rule on what a pre-aggregation makes of the updates. */
function after(prepare: PreAggregate, rule: Aggregate): Aggregate {
  return (updates: readonly Vector[], options) => {
    const prepared = prepare(updates, options)
    return rule(prepared, { ...options, numExamples: prepared.map(() => 1) })
  }
}

/** @param besides what the names of members do not say of how they are given */
function memberOf<T>(members: Readonly<Record<string, T>>, name: string, besides: string): T {
  const member = Object.hasOwn(members, name) ? members[name] : undefined
  if (member !== undefined) return member
  const known = Object.keys(members)
  const meant = nearest(name, known)
  throw new ConfigError('RULE_UNKNOWN', 'There is no such aggregation rule.', {
    field: 'rule',
    expected: `${known.join(', ')}${besides}`,
    received: name,
    remedy: meant === undefined ? 'Take one of those that are expected.' : `Did you mean \`${meant}\`?`,
  })
}
