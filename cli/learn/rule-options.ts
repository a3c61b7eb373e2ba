import { type Command, Option } from 'commander'
import { integer, positive } from '../options.ts'

/** Adds the settings of rules, which are looked at by some. */
export function withRuleOptions(command: Command): Command {
  return command
    .option('--max-examples <count>', 'what is said beyond so many examples does not count', integer(1, 1e15))
    .addOption(new Option('--start <where>', 'where an iteration begins').choices(['zero', 'mean']))
    .option('--iterations <count>', 'how often it is repeated', integer(1, 1e6))
    .option('--smoothing <distance>', 'distances below it count as it', positive)
    .option('--radius <distance>', 'how far an update may draw', positive)
    .option('--bucket-size <count>', 'updates per bucket', integer(1, 1e6))
}
