import { Command } from 'commander'
import { DEFAULT_API } from './api/client.ts'
import type { BuyOptions } from './buy/energy.ts'
import { helpText } from './help-text.ts'
import { decimal, integer } from './options.ts'

/** `mesh buy`: buys over the API of a market, with a key alone. */
export function buyCommand(onExit: (code: number) => void): Command {
  return new Command('buy')
    .description('buy over the API of a market, without an agent that stays')
    .addHelpText('after', helpText({ examples: ['mesh buy energy --wh 500 --limit 0.25'] }))
    .addCommand(energyCommand(onExit))
}

function energyCommand(onExit: (code: number) => void): Command {
  return new Command('energy')
    .description('buy energy: ask for it, take the best offer, pay for what was delivered')
    .requiredOption('--wh <number>', 'how much, in Wh', integer(1, 1_000_000_000))
    .option('--limit <price>', 'most that a kWh may cost, in test dollars', decimal, '0.30')
    .option('--start <instant>', 'when the delivery begins, ISO 8601 (default: the slot that others trade)')
    .option('--end <instant>', 'when it ends, ISO 8601')
    .option('--wait <seconds>', 'how long offers are waited for', integer(1, 600), 60)
    .option('--api <url>', 'of the market', DEFAULT_API)
    .option('--key <folder>', 'folder of the key (default: MESH_HOME, else ~/.mesh-agent)')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      helpText({
        notes: `
The key signs, and never leaves this machine; the market's gateway passes on what it signed, and pays the gas. What is
bought is paid from the key's wallet, at most --wh times --limit. On a development chain the wallet is filled with test dollars.
Exit code 0 when it was delivered and paid for, 1 otherwise.`,
        examples: ['mesh buy energy --wh 500 --limit 0.25', 'mesh buy energy --wh 5000 --json'],
      }),
    )
    .action(async (options: BuyOptions) => {
      const { buyEnergy } = await import('./buy/energy.ts')
      onExit(await buyEnergy(options))
    })
}
