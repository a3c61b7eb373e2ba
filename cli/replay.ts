import { Command, Option } from 'commander'
import { helpText } from './help-text.ts'
import { collected, integer } from './options.ts'
import type { EnergyOptions } from './replay/energy/input.ts'
import type { RidesReplayOptions } from './replay/rides/input.ts'

/** `mesh replay`: a real day on a market, and what it came to. */
export function replayCommand(onExit: (code: number) => void): Command {
  return new Command('replay')
    .description('replay real data through a whole market')
    .addHelpText(
      'after',
      helpText({ examples: ['mesh replay energy --slots 96', 'mesh replay rides --offline'] }),
    )
    .addCommand(energyCommand(onExit))
    .addCommand(ridesCommand(onExit))
}

/** How an energy market is run. */
type Way = 'offline' | 'slots' | 'bilateral'

function energyCommand(onExit: (code: number) => void): Command {
  const ways = new Map<Option, readonly Way[]>()
  /** An option that not every market knows. */
  const only = (where: readonly Way[], flags: string, description: string) => {
    const option = new Option(flags, description)
    ways.set(option, where)
    return option
  }
  const inSlots = only.bind(undefined, ['offline', 'slots'])
  const offline = only.bind(undefined, ['offline'])
  const live = only.bind(undefined, ['slots', 'bilateral'])
  return new Command('energy')
    .description('run an energy market on measured load and generation, then print its key figures')
    .option('--offline', 'without chain and network: the pure core alone')
    .addOption(
      live(
        '--market <kind>',
        'slots at one price, or bilateral: homes bargain with one another (default: slots)',
      ).choices(['slots', 'bilateral']),
    )
    .option(
      '--data <file>',
      'CSV with a time column, <home>_load_wh and, optionally, <home>_pv_wh (default: the shipped community)',
    )
    .option('--slots <n>', 'number of slots (default: 96; offline: all)', integer(1, 1_000_000))
    .option('--from <n>', 'index of the first slot', integer(0, 1_000_000), 0)
    .option('--retail <price>', 'what the grid asks for a kWh (default: 0.30)')
    .option('--feed-in <price>', 'what the grid gives for a kWh (default: 0.08)')
    .option('--json', 'print JSON: energy in Wh, money in minor units (millionths)')
    .addOption(
      live('--processes <n>', 'processes that the homes are spread over (default: 4)').argParser(
        integer(2, 64),
      ),
    )
    .optionsGroup('Options of slots:')
    .addOption(inSlots('--neighbours', 'put the homes of --data, one at least, among those that ship'))
    .addOption(inSlots('--slot-length <minutes>', 'length of a slot').choices(['5', '15', '30', '60']))
    .addOption(
      inSlots(
        '--strategy <[home=]name>',
        'truthful, hedged, zero-intelligence, inventory, arbitrage, or a file: ./mine.ts',
      ).argParser(collected),
    )
    .addOption(
      inSlots(
        '--tariff <[home=]price>',
        'what a home pays for the grid on each kWh that it trades',
      ).argParser(collected),
    )
    .addOption(
      inSlots(
        '--prices <file>',
        'CSV of a time and <name>_per_mwh or _per_kwh: the feed-in price of each slot',
      ),
    )
    .addOption(
      inSlots(
        '--forecast <kind>',
        'homes do not know their readings in advance: they order by none, local or federated',
      )
        .choices(['none', 'local', 'federated'])
        .conflicts('battery'),
    )
    .addOption(
      inSlots('--seed <n>', 'of what strategies and forecasts draw (default: 1)').argParser(
        integer(0, 2 ** 31),
      ),
    )
    .addOption(inSlots('--report <file>', 'write a chart, too: .svg, or .html with the figures'))
    .optionsGroup('Options with --offline:')
    .addOption(
      offline(
        '--mechanism <name>',
        'rule by which slots are cleared (default: uniform); see mesh market clear',
      ),
    )
    .addOption(
      offline(
        '--price-rule <name>',
        'how it prices: middle or marginal-pair (uniform), pay-as-bid or pay-as-clear (gsy); default: the first',
      ),
    )
    .addOption(
      offline(
        '--battery <[home=]spec>',
        'Wh:watts[:percent that comes back], such as 5000:2500:90',
      ).argParser(collected),
    )
    .addOption(offline('--grid-fee <price>', 'what the grid takes of each kWh that is traded'))
    .addHelpText(
      'after',
      helpText({
        notes: `
The market has its own chain, contracts and homes, each with an agent of its own, and leaves nothing behind. In slots, the
chain's clock is moved on instead of waited for. Afterwards all records of it are held against one another, those of slots
against the pure core besides; the exit code is 1 when they differ.

Offline, slots are cleared by a pure function, in seconds. Rows that cannot be used are counted and named. What is for one
home begins with its name; else it is for all. With --prices, --retail (default: 0.22) and --feed-in (default: 0) are
what comes on top of each price.`,
        examples: [
          'mesh replay energy --from 40 --slots 8',
          'mesh replay energy --data mine.csv --neighbours --report mine.html',
          'mesh replay energy --offline --forecast federated',
          'mesh replay energy --market bilateral --slots 4 --json',
          'mesh replay energy --offline --battery hh_2012_3=5000:2500 --strategy hh_2012_3=inventory',
        ],
      }),
    )
    .action(async ({ offline: isOffline, market = 'slots', ...options }: GivenOptions, command: Command) => {
      const way = isOffline ? 'offline' : market
      refuseUnknown(command, way, ways)
      // What a market needs is loaded on use: the other commands are quick without it.
      if (way === 'offline') {
        const { replayOffline } = await import('./replay/energy/offline.ts')
        return replayOffline(options)
      }
      const { processes = PROCESSES, ...rest } = options
      if (way === 'slots') {
        const { replaySlots } = await import('./replay/energy/slots.ts')
        return onExit(await replaySlots({ ...rest, processes }))
      }
      const { replay } = await import('./replay/replay.ts')
      onExit(await replay({ ...rest, processes, slots: rest.slots ?? 96 }))
    })
}

const PROCESSES = 4

type GivenOptions = EnergyOptions & { processes?: number; offline?: boolean; market?: 'slots' | 'bilateral' }

function refuseUnknown(command: Command, way: Way, ways: ReadonlyMap<Option, readonly Way[]>): void {
  const given = command.options.find(
    (option) =>
      ways.get(option)?.includes(way) === false &&
      command.getOptionValue(option.attributeName()) !== undefined,
  )
  if (given === undefined) return
  const isInSlots = ways.get(given)?.includes('slots')
  const fault =
    way === 'offline'
      ? 'is not for --offline'
      : isInSlots
        ? 'is not for --market bilateral'
        : 'needs --offline'
  command.error(`error: option '${given.flags}' ${fault}`)
}

function ridesCommand(onExit: (code: number) => void): Command {
  return new Command('rides')
    .description('run a fleet on real trips, then print its key figures')
    .option('--offline', 'without chain and network: the pure core alone')
    .option(
      '--data <file>',
      'CSV with pickup_local, dropoff_local, pickup_lon, pickup_lat, dropoff_lon and dropoff_lat (default: a day in New York)',
    )
    .option('--from <time>', 'first pick-up, such as 17:30 or 2015-01-15T17:30 (default: that of the data)')
    .option(
      '--until <time>',
      'pick-ups before this time (default: twenty minutes later; offline: to the end)',
    )
    .option('--drivers <n>', 'number of vehicles (default: 12; offline: 200)', integer(1, 100_000))
    .addOption(
      new Option('--speed <n>', 'replayed seconds in a second, with agents (default: 5)')
        .argParser(integer(1, 60))
        .conflicts('offline'),
    )
    .option('--json', 'print JSON: metres, seconds, money in minor units (millionths)')
    .option('--report <file>', 'write a chart, too: .svg, or .html with the figures')
    .addHelpText(
      'after',
      helpText({
        notes: `
With agents, drivers and riders have one each: they bid, sign and pay over a network and a chain of their own, which leave
nothing behind. Afterwards journals, balances and the chain's records are held against one another, to the unit; the exit
code is 1 when they differ.

A trip is booked at its pick-up time, takes as long as it took, and is matched every 20 seconds (with agents 8 of the machine's,
if that is more) by auction; whoever cannot be picked up within ten minutes is lost. Vehicles begin where the first trips ended, drive as fast as the trips on average,
and, offline, go back to where they found somebody. Rows that cannot be used are counted and named.`,
        examples: [
          'mesh replay rides --from 13:00 --until 13:05 --drivers 12',
          'mesh replay rides --offline --json',
          'mesh replay rides --offline --from 17:00 --until 19:00 --drivers 180 --report evening.html',
        ],
      }),
    )
    .action(async (options: RidesReplayOptions) => {
      const { replayRides } = await import('./replay/rides/replay.ts')
      onExit(await replayRides(options))
    })
}
