import { Command, Option } from 'commander'
import { helpText } from '../help-text.ts'
import { integer } from '../options.ts'
import type { ForecastCommandOptions } from './forecast.ts'

/** `mesh learn forecast`: household load and solar generation, learnt across homes. */
export function forecastCommand(): Command {
  return new Command('forecast')
    .description('forecast load and generation of homes, and print how far each way of learning it is off')
    .option(
      '--data <file>',
      'CSV with a time column, <home>_load_wh and, optionally, <home>_pv_wh (default: the shipped community)',
    )
    .option('--neighbours', 'put the homes of --data, one at least, among those that ship')
    .option('--home <name>', 'of one home alone, with its last day slot by slot')
    .option('--from <n>', 'index of the first slot', integer(0, 1_000_000), 0)
    .option('--slots <n>', 'number of slots (default: all)', integer(1, 1_000_000))
    .addOption(new Option('--slot-length <minutes>', 'length of a slot').choices(['5', '15', '30', '60']))
    .option(
      '--held-out <days>',
      'last days, on which is tested (default: a third of all)',
      integer(1, 10_000),
    )
    .option('--rule <name>', 'how updates become one; see mesh learn aggregate', 'fedavg')
    .option('--seed <n>', 'of everything that is drawn', integer(0, 2 ** 31), 1)
    .option('--json', 'print JSON: errors in Wh per slot')
    .addHelpText(
      'after',
      helpText({
        notes: `
Columns, as mean absolute error in Wh per slot; each forecast knows what a home knows when it orders, two slots before:
  last         the latest reading
  yesterday    the reading of a day before
  own          a model that the home trained by itself
  federated    one that all homes trained together, giving away updates of it and no readings
  tuned        that one, trained on at home for a little

Models are trained and chosen on the days before those that are held out. The same seed gives the same table.`,
        examples: [
          'mesh learn forecast',
          'mesh learn forecast --home hh_2012_3',
          'mesh learn forecast --rule trimmed-mean --json',
          'mesh learn forecast --data mine.csv --neighbours',
        ],
      }),
    )
    .action(async (options: ForecastCommandOptions) => {
      const { forecastHomes } = await import('./forecast.ts')
      forecastHomes(options)
    })
}
