import { Command, Option } from 'commander'
import type { MechanismName } from '../agent/index.ts'
import { helpText } from './help-text.ts'
import type { ClearCommandOptions } from './market/clear.ts'

/** The mechanisms in a line each; the agent that has them is loaded on use. */
const MECHANISMS: Record<MechanismName, string> = {
  uniform: 'one price for all; --price-rule middle (of those in equilibrium) or marginal-pair',
  'pay-as-bid': 'each trade at the price of its bid',
  'pay-as-clear': 'one price for all, that of the dearest offer served',
  mcafee: 'strategy-proof, for orders that are all as large (McAfee 1992)',
  huang: 'strategy-proof, for any quantities (Huang, Scheller-Wolf and Sycara 2002)',
  gsy: "as Grid Singularity's exchange does it; --price-rule pay-as-bid or pay-as-clear",
}

/** `mesh market`: what a market would make of orders, without a chain or a network. */
export function marketCommand(onExit: (code: number) => void): Command {
  const clear = new Command('clear')
    .description('clear an order book by a mechanism, and hold it against the best that is possible')
    .argument(
      '<file>',
      'JSON with bids and offers (id, actor, price, qty each), or with cases of them; -: stdin',
    )
    .addOption(
      new Option('--mechanism <name>', 'rule by which it is cleared')
        .choices(Object.keys(MECHANISMS))
        .default('uniform'),
    )
    .option(
      '--price-rule <name>',
      'how it prices: middle or marginal-pair (uniform), pay-as-bid or pay-as-clear (gsy); default: the first',
    )
    .option('--case <name>', 'which case, where the file has several')
    .option('--cases', 'print the names of the cases that the file has, and no more')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      helpText({
        notes: `
Mechanisms:
${Object.entries(MECHANISMS)
  .map(([name, text]) => `  ${name.padEnd(13)} ${text}`)
  .join('\n')}

Numbers may have decimals, and prices are not rounded. Shares of a quantity are whole in the finest decimal that a quantity of
the file is written with, which is where they are cut (docs/markets.md): for finer ones write 3.000 instead of 3. A case may
have a grid_fee, which the buyer of every unit pays as a part of its price.`,
        examples: [
          'mesh market clear book.json',
          'mesh market clear book.json --mechanism huang --json',
          'mesh market clear book.json --price-rule marginal-pair',
          'mesh market clear clearing.json --case mcafee_5 --mechanism mcafee',
          `echo '{"bids":[{"id":1,"actor":"home","price":0.3,"qty":2}],
      "offers":[{"id":2,"actor":"roof","price":0.1,"qty":5}]}' | mesh market clear -`,
        ],
      }),
    )
    .action(async (file: string, options: ClearCommandOptions) => {
      const { clearFile } = await import('./market/clear.ts')
      onExit(await clearFile(file, options))
    })
  return new Command('market')
    .description('try the rules of energy markets')
    .addHelpText(
      'after',
      helpText({
        examples: ['mesh market clear book.json', 'mesh market clear book.json --mechanism huang'],
      }),
    )
    .addCommand(clear)
}
