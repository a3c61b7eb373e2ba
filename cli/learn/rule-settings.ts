import { type Aggregate, type AggregationOptions, aggregationRule } from '../../agent/index.ts'
import { ConfigError } from '../../protocol/errors.ts'

/** Settings that only some rules, or what stands in front of them, look at. */
const TAKEN_BY = {
  maxExamples: ['fedavg', 'weighted-multi-krum'],
  start: ['rfa', 'centred-clipping'],
  iterations: ['rfa', 'centred-clipping'],
  smoothing: ['rfa'],
  radius: ['centred-clipping'],
  bucketSize: ['bucketing'],
} as const

/** Settings of rules that are options of a command. */
export type RuleSettings = Pick<AggregationOptions, Exclude<keyof typeof TAKEN_BY, 'start'>> & {
  start?: 'zero' | 'mean' | undefined
}

/** A rule by its name, and its settings, taken out of the options of a command; what is left of these. */
export function takeRule<T extends RuleSettings & { rule: string }>(options: T) {
  const { maxExamples, start, iterations, smoothing, radius, bucketSize, ...others } = options
  const settings = { maxExamples, start, iterations, smoothing, radius, bucketSize }
  const rule = aggregationRule(options.rule)
  checkTaken(options.rule, settings)
  const aggregate: Aggregate = (updates, known) => rule(updates, { ...known, ...settings })
  return { aggregate, others }
}

/** Refuses settings that would change nothing: whoever gives one expects that it does. */
function checkTaken(rule: string, settings: RuleSettings): void {
  const parts = rule.split('+')
  for (const [name, takers] of Object.entries(TAKEN_BY)) {
    const isTaken = takers.some((taker) => parts.includes(taker))
    if (settings[name as keyof typeof TAKEN_BY] === undefined || isTaken) continue
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    throw new ConfigError('OPTION_UNUSED', 'The rule does not look at the option.', {
      field: flag,
      expected: `with --rule ${takers.join(' or ')}`,
      received: `--rule ${rule}`,
      remedy: `Leave ${flag} out, or take another rule.`,
    })
  }
}
