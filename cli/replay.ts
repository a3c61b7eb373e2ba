import { Command } from 'commander'
import { integer } from './options.ts'
import type { ReplayOptions } from './replay/input.ts'

/** `mesh replay energy`: a real day on a market of its own, and what it came to. */
export function replayCommand(onExit: (code: number) => void): Command {
  const energy = new Command('energy')
    .description('run a whole energy market on measured load and generation, then print its key figures')
    .option(
      '--data <file>',
      'CSV with a time column, <home>_load_wh and, optionally, <home>_pv_wh (default: the shipped community)',
    )
    .option('--slots <n>', 'number of slots', integer(1, 1_000_000), 96)
    .option('--from <n>', 'index of the first slot', integer(0, 1_000_000), 0)
    .option('--processes <n>', 'processes that the homes are spread over', integer(2, 64), 4)
    .option('--retail <price>', 'what the grid asks for a kWh (default: 0.30)')
    .option('--feed-in <price>', 'what the grid gives for a kWh (default: 0.08)')
    .option('--json', 'print JSON: energy in Wh, money in minor units (millionths)')
    .addHelpText(
      'after',
      `
The market has its own chain, contracts, index and homes, and leaves nothing behind. Afterwards meters, journals,
index and chain are held against one another; the exit code is 1 when they differ.

Examples:
  $ mesh replay energy --slots 96 --json
  $ mesh replay energy --data street.csv --slots 48 --retail 0.32 --feed-in 0.07`,
    )
    .action(async (options: ReplayOptions) => {
      // What a market needs is loaded on use: the other commands are quick without it.
      const { replay } = await import('./replay/replay.ts')
      onExit(await replay(options))
    })
  return new Command('replay').description('replay real data through a whole market').addCommand(energy)
}
