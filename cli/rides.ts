import { Command, Option } from 'commander'
import { helpText } from './help-text.ts'
import type { MatchOptions } from './rides/match.ts'
import type { RouteOptions } from './rides/route.ts'

/** `mesh rides`: the pure parts of the market for rides, on files. */
export function ridesCommand(): Command {
  return new Command('rides')
    .description('match riders with drivers, find routes')
    .addHelpText(
      'after',
      helpText({
        examples: ['mesh rides match batch.json', 'mesh rides route 4.3902,52.0462 4.4024,52.0524'],
      }),
    )
    .addCommand(matchCommand())
    .addCommand(routeCommand())
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
    .option('--json', 'print JSON: indices of riders and drivers, costs as given or in metres')
    .addHelpText(
      'after',
      helpText({
        notes: `
The file is {"riders": [[lon, lat], ...], "drivers": [[lon, lat], ...]}, and the cost is the distance in metres along the
great circle; or {"cost": [[...], ...]}, a row for each rider, null for a pair that is forbidden. Costs count to the
thousandth. Greedy gives riders, in their order, the nearest driver who is free.`,
        examples: [
          'mesh rides match batch.json',
          `echo '{"cost": [[400, 150], [400, null]]}' | mesh rides match - --method optimal --json`,
        ],
      }),
    )
    .action(async (file: string, options: MatchOptions) => {
      const { match } = await import('./rides/match.ts')
      match(file, options)
    })
}

function routeCommand(): Command {
  return new Command('route')
    .description('find the shortest or the fastest way by road')
    .argument('<from>', 'longitude,latitude, or the id of a junction', trimmed)
    .argument('<to>', 'the same', trimmed)
    .option(
      '--graph <file>',
      'roads: OpenStreetMap XML, Overpass JSON, or the format of the shipped graph (default: Nootdorp)',
    )
    .addOption(
      new Option('--by <weight>', 'what is to be least').choices(['length', 'time']).default('length'),
    )
    .option('--json', 'print JSON: metres, seconds, ids and positions of the junctions')
    .addHelpText(
      'after',
      helpText({
        notes: `
A point is taken to the nearest junction, which may be 500 m away at most. A negative longitude follows two dashes.`,
        examples: [
          'mesh rides route 4.3902,52.0462 4.4024,52.0524',
          'mesh rides route 45008896 45035529 --by time --json',
          'mesh rides route --graph brooklyn.osm -- -73.98,40.69 -73.95,40.66',
        ],
      }),
    )
    .action(async (from: string, to: string, options: RouteOptions) => {
      const { route } = await import('./rides/route.ts')
      await route(from, to, options)
    })
}

function trimmed(text: string): string {
  return text.trim()
}
