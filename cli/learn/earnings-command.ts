import { Command } from 'commander'
import { helpText } from '../help-text.ts'
import { collected, integer } from '../options.ts'
import type { EarningsOptions } from './earnings/earnings.ts'

/** `mesh learn earnings`: what dishonesty earns in rounds that a chain settles. */
export function earningsCommand(onExit: (code: number) => void): Command {
  return new Command('earnings')
    .description('play rounds on a local chain with one who is dishonest, and print what that earns')
    .option('--rounds <n>', 'rounds in succession', integer(1, 20), 5)
    .option(
      '--seeds <n>',
      'how often each strategy is played, each time with other digits',
      integer(1, 100),
      3,
    )
    .option('--strategy <name>', 'one strategy alone; may be given several times (default: all)', collected)
    .option('--json', 'print JSON: money in minor units (millionths)')
    .addHelpText(
      'after',
      helpText({
        notes: `
Twelve owners train a perceptron on handwritten digits, six evaluators enlist for a panel of five, and the contracts of a
local chain pay them; its clock is moved on, so nobody waits. In each scenario one owner or some evaluators are dishonest, and
their earnings are printed beside those of the honest in the same rounds. Afterwards events, balances and stakes are held against
one another, to the unit; the exit code is 1 when they differ. docs/learning.md says what the strategies are.`,
        examples: [
          'mesh learn earnings',
          'mesh learn earnings --rounds 3 --seeds 1 --strategy last-change --strategy last-change-plain',
          'mesh learn earnings --strategy sybils-much-noise --json',
        ],
      }),
    )
    .action(async (options: EarningsOptions) => {
      const { earnings } = await import('./earnings/earnings.ts')
      onExit(await earnings(options))
    })
}
