import { Command } from 'commander'
import { helpText } from '../help-text.ts'
import { integer, positive, share } from '../options.ts'
import type { EpsilonOptions } from './epsilon.ts'

/** `mesh learn epsilon`: what noise promises. */
export function epsilonCommand(): Command {
  return new Command('epsilon')
    .description('print the epsilon that noise keeps, or the noise that an epsilon needs')
    .option(
      '--noise <multiplier>',
      'standard deviation of the noise, as a multiple of the clipping norm',
      positive,
    )
    .option('--target <epsilon>', 'instead of --noise: the epsilon that is to be kept', positive)
    .option('--rate <probability>', 'with which each client is taken, by a coin of its own', share, 1)
    .requiredOption('--rounds <n>', 'how often', integer(1, 1e9))
    .option(
      '--delta <probability>',
      'with which the promise may fail: far below one in the number of clients',
      share,
      1e-5,
    )
    .option(
      '--local',
      'each client adds the noise to its own update; all rounds are ones that it takes part in',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      helpText({
        notes: `
Central: against somebody who sees the sums, of whether a client took part. Local: against somebody who sees what the client sent,
of what it had; the same noise is worth half as much then. docs/privacy.md says what that means.`,
        examples: [
          'mesh learn epsilon --noise 4 --rate 0.01 --rounds 10000',
          'mesh learn epsilon --target 8 --rate 0.04 --rounds 2250 --json',
        ],
      }),
    )
    .action(async (options: EpsilonOptions) => {
      const { printEpsilon } = await import('./epsilon.ts')
      printEpsilon(options)
    })
}
