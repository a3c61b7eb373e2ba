import { Command, Option } from 'commander'
import type { MatchOptions } from './rides/match.ts'

/** `mesh rides`: the pure parts of the market for rides, on files. */
export function ridesCommand(): Command {
  return new Command('rides').description('match riders with drivers').addCommand(matchCommand())
}

function matchCommand(): Command {
  return new Command('match')
    .description('match riders with drivers, as many as possible at the least cost')
    .argument('<file>', 'JSON with riders and drivers, or with costs; - for standard input')
    .addOption(
      new Option('--method <name>', 'how they are matched')
        .choices(['auction', 'optimal', 'greedy'])
        .default('auction'),
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
The file is {"riders": [[lon, lat], ...], "drivers": [[lon, lat], ...]}, and the cost is the distance in metres along the
great circle; or {"cost": [[...], ...]}, a row for each rider, null for a pair that is forbidden. Costs count to the
thousandth. Greedy gives riders, in their order, the nearest driver who is free.

Examples:
  $ mesh rides match batch.json
  $ echo '{"cost": [[400, 150], [400, null]]}' | mesh rides match - --method optimal --json`,
    )
    .action(async (file: string, options: MatchOptions) => {
      const { match } = await import('./rides/match.ts')
      match(file, options)
    })
}
