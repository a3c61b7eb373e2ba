import { Command, Option } from 'commander'
import { DEFAULT_API } from './api/client.ts'
import { helpText } from './help-text.ts'
import type { LookOptions } from './look/look.ts'
import { integer } from './options.ts'

/** `mesh agents find`: who is on the market. */
export function agentsCommand(): Command {
  return new Command('agents')
    .description('who is on the market')
    .addHelpText(
      'after',
      helpText({
        examples: ['mesh agents find', "mesh agents find --query 'energy.supply where source = solar'"],
      }),
    )
    .addCommand(
      look('find', 'agents with their reputation, their stake and what they do', 'agents')
        .option('--query <query>', 'what they have to fulfil: energy.supply where source = solar')
        .option('--area <cell>', 'H3 cell that they are in')
        .option('--min-reputation <share>', 'from 0 to 1')
        .option('--text <words>', 'words of their registration')
        .addHelpText(
          'after',
          helpText({
            examples: [
              'mesh agents find',
              "mesh agents find --query 'energy.supply where source = solar' --min-reputation 0.5",
            ],
          }),
        ),
    )
}

/** `mesh intents`: what is wanted, and offered, at present. */
export function intentsCommand(): Command {
  return look('intents', 'what is wanted, and for sale, at present', 'intents')
    .addOption(new Option('--side <side>', 'of those who buy, or sell').choices(['buy', 'sell']))
    .option('--capability <name>', 'such as energy.supply')
    .addHelpText(
      'after',
      helpText({ examples: ['mesh intents', 'mesh intents --side buy --capability energy.supply'] }),
    )
}

/** `mesh trades`: what was traded last. */
export function tradesCommand(): Command {
  return look('trades', 'what was delivered and paid for, the newest first', 'trades')
    .option('--agent <address>', 'of this buyer or seller')
    .addHelpText('after', helpText({ examples: ['mesh trades', 'mesh trades --limit 50 --json'] }))
}

function look(name: string, description: string, what: 'agents' | 'intents' | 'trades'): Command {
  return new Command(name)
    .description(description)
    .option('--limit <number>', 'most of them', integer(1, 200), 20)
    .option('--api <url>', 'of the market', DEFAULT_API)
    .option('--json', 'print JSON, as the API has it')
    .action(async (options: LookOptions) => {
      const { lookAt } = await import('./look/look.ts')
      await lookAt(what, options)
    })
}
