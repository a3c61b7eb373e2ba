import { type AggregationOptions, trimOf } from '../../agent/index.ts'
import { caseNames } from '../cases.ts'
import { counted } from '../format.ts'
import { parseJson } from '../json-file.ts'
import { table } from '../table.ts'
import { nameOf, readText } from '../text-file.ts'
import { type AggregationCase, readCase } from './case.ts'
import { type RuleSettings, takeRule } from './rule-settings.ts'

export interface AggregateCommandOptions extends RuleSettings {
  rule: string
  case?: string
  json?: boolean
}

/** Aggregates the updates of a file, or of the standard input where it is `-`, and prints the aggregate. */
export function aggregateFile(file: string, options: AggregateCommandOptions): void {
  const { rule, case: wanted, json } = options
  const { aggregate } = takeRule(options)
  const found = readCase(nameOf(file), contentOf(file), wanted)
  const updates = found.inputs.map((input) => Float64Array.from(input))
  const report = {
    case: found.name ?? nameOf(file),
    rule,
    n: updates.length,
    d: updates[0]?.length ?? 0,
    f: found.f ?? null,
    aggregate: Array.from(aggregate(updates, settingsOf(found))),
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
