import { type AggregationOptions, aggregationRule, trimOf } from '../../agent/index.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { caseNames } from '../cases.ts'
import { counted } from '../format.ts'
import { parseJson } from '../json-file.ts'
import { table } from '../table.ts'
import { nameOf, readText } from '../text-file.ts'
import { type AggregationCase, readCase } from './case.ts'

/** Options that only some rules, or what stands in front of them, look at. */
const TAKEN_BY = {
  maxExamples: ['fedavg', 'weighted-multi-krum'],
  start: ['rfa', 'centred-clipping'],
  iterations: ['rfa', 'centred-clipping'],
  smoothing: ['rfa'],
  radius: ['centred-clipping'],
  bucketSize: ['bucketing'],
} as const

type Settings = Pick<AggregationOptions, Exclude<keyof typeof TAKEN_BY, 'start'>> & {
  start?: 'zero' | 'mean'
}

export interface AggregateCommandOptions extends Settings {
  rule: string
  case?: string
  json?: boolean
}

/** Aggregates the updates of a file, or of the standard input where it is `-`, and prints the aggregate. */
export function aggregateFile(file: string, options: AggregateCommandOptions): void {
  const { rule, case: wanted, json, ...settings } = options
  const aggregate = aggregationRule(rule)
  checkTaken(rule, settings)
  const found = readCase(nameOf(file), contentOf(file), wanted)
  const updates = found.inputs.map((input) => Float64Array.from(input))
  const report = {
    case: found.name ?? nameOf(file),
    rule,
    n: updates.length,
    d: updates[0]?.length ?? 0,
    f: found.f ?? null,
    aggregate: Array.from(aggregate(updates, { ...settingsOf(found), ...settings })),
  }
  console.log(json ? JSON.stringify(report) : toText(report))
}

/** Prints the names of the cases that a file has. */
export function printNames(file: string): void {
  console.log(caseNames(contentOf(file)).join('\n'))
}

function contentOf(file: string): unknown {
  return parseJson(readText(file), nameOf(file))
}

function settingsOf({ f, num_examples, trim_proportion, inputs }: AggregationCase): AggregationOptions {
  const trim = trim_proportion === undefined ? undefined : trimOf(trim_proportion, inputs.length)
  return { f, numExamples: num_examples, trim }
}

/** Refuses options that would change nothing: whoever gives one expects that it does. */
function checkTaken(rule: string, settings: Settings): void {
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

interface Report {
  case: string
  rule: string
  n: number
  d: number
  f: number | null
  aggregate: number[]
}

function toText({ case: name, rule, n, d, f, aggregate }: Report): string {
  const assumed = f === null ? '' : `, of which ${f} may be Byzantine`
  const rows = aggregate.map((value, coordinate) => [String(coordinate), String(value)])
  return [
    `${name}: ${rule} of ${counted(n, 'update')} with ${counted(d, 'value')} each${assumed}`,
    '',
    table([['coordinate', 'aggregate'], ...rows], ['right', 'left']),
  ].join('\n')
}
