import { Command } from 'commander'
import { integer } from './options.ts'
import type { ReplayOptions } from './replay/input.ts'
import type { RidesReplayOptions } from './replay/rides/input.ts'

/** `mesh replay`: a real day on a market, and what it came to. */
export function replayCommand(onExit: (code: number) => void): Command {
  return new Command('replay')
    .description('replay real data through a whole market')
    .addCommand(energyCommand(onExit))
    .addCommand(ridesCommand())
}

function energyCommand(onExit: (code: number) => void): Command {
  return new Command('energy')
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
}

function ridesCommand(): Command {
  return new Command('rides')
    .description('run a fleet on real trips, then print its key figures')
    .option('--offline', 'without chain and network: the pure core alone')
    .option(
      '--data <file>',
      'CSV with pickup_local, dropoff_local, pickup_lon, pickup_lat, dropoff_lon and dropoff_lat (default: a day in New York)',
    )
    .option('--from <time>', 'first pick-up, such as 17:30 or 2015-01-15T17:30 (default: that of the data)')
    .option('--until <time>', 'pick-ups before this time (default: to the end)')
    .option('--drivers <n>', 'number of vehicles', integer(1, 100_000), 200)
    .option('--json', 'print JSON: metres, seconds, money in minor units (millionths)')
    .option('--report <file>', 'write a chart, too: .svg, or .html with the figures')
    .addHelpText(
      'after',
      `
A trip is booked at its pick-up time, takes as long as it took, and is matched every 20 seconds by auction; whoever cannot
be picked up within ten minutes is lost. Vehicles begin where the first trips ended, drive as fast as the trips on average,
and go back to where they found somebody. Rows that cannot be used are counted and named.

Examples:
  $ mesh replay rides --offline --json
  $ mesh replay rides --offline --from 17:00 --until 19:00 --drivers 180 --report evening.html`,
    )
    .action(async (options: RidesReplayOptions) => {
      const { replayRides } = await import('./replay/rides/replay.ts')
      await replayRides(options)
    })
}
