import { Command } from 'commander'
import type { AggregationRuleName, PreAggregationName } from '../agent/index.ts'
import { helpText } from './help-text.ts'
import type { AggregateCommandOptions } from './learn/aggregate.ts'
import { earningsCommand } from './learn/earnings-command.ts'
import { epsilonCommand } from './learn/epsilon-command.ts'
import { forecastCommand } from './learn/forecast-command.ts'
import { provenanceCommand } from './learn/provenance-command.ts'
import { roundCommand } from './learn/round-command.ts'
import { withRuleOptions } from './learn/rule-options.ts'
import { simulateCommand } from './learn/simulate-command.ts'

/** The rules in a line each; the agent that has them is loaded on use. */
const RULES: Record<AggregationRuleName, string> = {
  fedavg: 'mean, weighted by num_examples; --max-examples bounds a weight',
  mean: 'mean, all counting the same',
  median: 'median of each coordinate',
  'trimmed-mean':
    'mean of each coordinate without floor(trim_proportion * n) values on each side, or f of them',
  krum: 'the update that is nearest to its neighbours; n >= 2f + 3',
  'multi-krum': 'mean of the n - f best of them',
  'weighted-multi-krum': 'the same, weighted by num_examples',
  bulyan: 'Krum chooses n - 2f, then the mean around their median; n >= 4f + 3',
  'geometric-median': 'the point with the least sum of distances',
  rfa: 'some steps towards it: --iterations 8, --smoothing 0.1, --start zero',
  'centred-clipping': 'steps by differences of at most --radius 10: --iterations 1, --start zero',
}
const IN_FRONT: Record<PreAggregationName, string> = {
  nnm: 'each update becomes the mean of its n - f nearest',
  bucketing: 'means of --bucket-size 2 updates, as they stand in the file',
}

type RawOptions = Omit<AggregateCommandOptions, 'rule'> & { rule?: string; cases?: boolean }

/** `mesh learn`: rules of learning together, and what they are good for. */
export function learnCommand(onExit: (code: number) => void): Command {
  return new Command('learn')
    .description('agents that learn together: rounds, rules, attacks and figures')
    .addHelpText(
      'after',
      helpText({
        examples: [
          'mesh learn round',
          'mesh learn simulate',
          'mesh learn aggregate updates.json --rule median',
        ],
      }),
    )
    .addCommand(aggregateCommand())
    .addCommand(simulateCommand())
    .addCommand(roundCommand(onExit))
    .addCommand(earningsCommand(onExit))
    .addCommand(forecastCommand())
    .addCommand(provenanceCommand())
    .addCommand(epsilonCommand())
}

function aggregateCommand(): Command {
  const command = new Command('aggregate')
    .description('aggregate updates by a robust rule')
    .argument('<file>', 'JSON with inputs, a list of numbers for each update, or with cases; -: stdin')
    .option('--rule <name>', 'rule, with what is done in front of it: median, nnm+trimmed-mean')
    .option('--case <name>', 'which case, where the file has several')
    .option('--cases', 'print the names of the cases that the file has, and no more')
  return withRuleOptions(command)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      helpText({
        notes: `
Rules:
${described(RULES)}

In front of a rule, joined by +:
${described(IN_FRONT)}

A case has inputs and, for the rules that need them, f (how many may be Byzantine), num_examples and trim_proportion. All is
computed in float64. docs/learning.md says what each rule withstands, and which of them settle on chain.`,
        examples: [
          'mesh learn aggregate updates.json --rule median',
          'mesh learn aggregate updates.json --rule nnm+trimmed-mean --json',
          'mesh learn aggregate aggregators.json --case tiny-hand --rule centred-clipping --radius 1 --iterations 3 --start mean',
          `echo '{"inputs": [[1, 2], [2, 1], [100, -100]], "f": 1}' | mesh learn aggregate - --rule trimmed-mean`,
        ],
      }),
    )
    .action(async (file: string, { rule, cases, ...options }: RawOptions, command: Command) => {
      if (rule === undefined && !cases) command.error("error: required option '--rule <name>' not specified")
      const { aggregateFile, printNames } = await import('./learn/aggregate.ts')
      if (cases || rule === undefined) printNames(file)
      else aggregateFile(file, { ...options, rule })
    })
}

function described(texts: Record<string, string>): string {
  return Object.entries(texts)
    .map(([name, text]) => `  ${name.padEnd(20)} ${text}`)
    .join('\n')
}
