import { Command } from 'commander'
import { helpText } from '../help-text.ts'
import { integer } from '../options.ts'
import type { RoundOptions } from './round/round.ts'

/** `mesh learn round`: rounds of learning with real agents. */
export function roundCommand(onExit: (code: number) => void): Command {
  return new Command('round')
    .description('have agents train a model together over the mesh and a chain of their own, and be paid')
    .option('--participants <n>', 'how many train', integer(1, 40), 5)
    .option('--evaluators <n>', 'how many offer to evaluate; up to five are drawn', integer(1, 20), 3)
    .option('--rounds <n>', 'how often, each from the model of the last', integer(1, 20), 2)
    .option('--seed <n>', 'of everything that is drawn but for keys and lots', integer(0, 2 ** 31), 1)
    .option('--json', 'print JSON: money in minor units (millionths)')
    .addHelpText(
      'after',
      helpText({
        notes: `
All of them are agents of their own in this process: updates travel by content id over libp2p, commitments, scores, stakes and
pay are kept by the contracts, whose clock is moved on when all is done. The model tells handwritten digits. See docs/rounds.md.`,
        examples: ['mesh learn round', 'mesh learn round --participants 12 --evaluators 7 --rounds 1 --json'],
      }),
    )
    .action(async (options: RoundOptions) => {
      const { playRounds } = await import('./round/round.ts')
      onExit(await playRounds(options))
    })
}
