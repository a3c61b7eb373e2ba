import { Command, Option } from 'commander'
import type { AttackName } from '../../agent/index.ts'
import { helpText } from '../help-text.ts'
import { integer, positive, share } from '../options.ts'
import { withRuleOptions } from './rule-options.ts'
import type { SimulateOptions } from './simulate.ts'

/** The attacks in a line each; the agent that has them is loaded on use. */
const ATTACKS: Record<AttackName, string> = {
  'sign-flip': 'the opposite of the own update, so many times as long (10)',
  'label-flip': 'trains on wrong labels: 9 for 0, 8 for 1 and so on',
  gaussian: 'noise, of so large a standard deviation (200)',
  ipm: 'against the mean of the honest, so many times as long (0.5)',
  alie: 'a few standard deviations beside the mean of the honest, where it is not noticed',
  mimic: 'all copy one honest client, so that it counts for many',
  'free-rider': 'no training: the change of the model in the round before',
  copier: 'no training: a copy of an honest update',
  backdoor: 'makes digits with a mark a 0, by updates so many times as long (5)',
}

/** `mesh learn simulate`: learning together, with some who attack it. */
export function simulateCommand(): Command {
  const command = new Command('simulate')
    .description('train a model among clients some of whom attack, and print how good it becomes')
    .option(
      '--data <folder>',
      'with optdigits.tra and .tes, or the files of MNIST (default: the digits that ship)',
    )
    .option('--clients <n>', 'how many learn together', integer(1, 1000), 20)
    .option('--byzantine <n>', 'how many of them attack: fewer than half', integer(0, 499), 0)
    .option('--attack <name[:strength]>', 'what they do; needed where there are some')
    .option('--rule <name>', 'how updates become one; see mesh learn aggregate', 'mean')
    .addOption(
      new Option('--split <kind>', 'what each client has: some of all digits, or of two or three')
        .choices(['iid', 'noniid'])
        .default('iid'),
    )
    .option('--rounds <n>', 'how often they train and aggregate', integer(1, 10_000), 30)
    .option('--seed <n>', 'of everything that is drawn', integer(0, 2 ** 31), 1)
    .option('--fraction <part>', 'of the clients, drawn for each round where none attacks', positive, 1)
    .option('--hidden <neurons>', 'of each hidden layer, as 200,200', neurons, [32])
    .option('--batch-size <count>', 'examples per step of a client', integer(1, 1e6), 16)
    .option('--learning-rate <rate>', 'how far a step goes', positive, 0.1)
    .option('--workers <n>', 'threads that train; the result is the same for any number', integer(1, 64), 1)
    .option('--noise <multiplier>', 'hide updates by noise, of so many times the norm', positive)
    .option('--clip <norm>', 'clip updates to this norm; needed with --noise', positive)
    .option('--delta <probability>', 'of the epsilon that is printed with --noise (default: 1e-5)', share)
    .option('--rate <probability>', 'take each client by a coin of so much; with --noise', share)
    .option('--local', 'each client adds the noise to its own update, not whoever aggregates to the sum')
  return withRuleOptions(command)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      helpText({
        notes: `
Attacks, with their strength where they have one:
${Object.entries(ATTACKS)
  .map(([name, text]) => `  ${name.padEnd(11)} ${text}`)
  .join('\n')}

Each client trains a perceptron for one epoch a round by gradient descent. The accuracy is that on the test rows, averaged over
the last five rounds. The same seed gives the same run, noise and all: what it shows is how much accuracy noise costs. Noise
that hides anything comes from no seed. docs/privacy.md says what epsilon promises.`,
        examples: [
          'mesh learn simulate',
          'mesh learn simulate --byzantine 4 --attack sign-flip --rule trimmed-mean',
          'mesh learn simulate --byzantine 8 --attack ipm:0.5 --rule nnm+trimmed-mean --split noniid',
          'mesh learn simulate --byzantine 4 --attack backdoor --rule multi-krum --rounds 50 --seed 2 --json',
          'mesh learn simulate --byzantine 4 --attack ipm:5 --rule centred-clipping --radius 0.5',
          'mesh learn simulate --clients 200 --clip 0.5 --noise 2',
        ],
      }),
    )
    .action(async (options: SimulateOptions) => {
      const { simulate } = await import('./simulate.ts')
      await simulate(options)
    })
}

/** Parser of numbers of neurons, joined by commas. */
function neurons(text: string): number[] {
  return text.split(',').map(integer(1, 1e5))
}
