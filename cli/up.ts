import { Command, Option } from 'commander'
import { DEFAULT_PORT } from './default-port.ts'
import { helpText } from './help-text.ts'
import { withLimitOptions } from './limit-options.ts'
import { withLogLevel } from './logging.ts'
import { withMetrics } from './metrics.ts'
import { collected, integer, seconds } from './options.ts'
import type { UpOptions } from './up/options.ts'

/** `mesh up`: a market on this machine, until Ctrl-C. */
export function upCommand(onExit: (code: number) => void): Command {
  return withLogLevel(withMetrics(withLimitOptions(new Command('up'))))
    .description('run a market on this machine: chain, contracts, index with API, and a community of homes')
    .option(
      '--slot-seconds <n>',
      'how long a slot of 15 minutes takes (default: 5), or with meters at most until it is traded (default: 60)',
      seconds(0.5, 3600),
    )
    .option('--processes <n>', 'processes that the homes are spread over', integer(2, 64), 4)
    .option('--drivers <n>', 'drivers who wait for riders: see `mesh ride`', integer(0, 16), 0)
    .option('--homes <file>', 'community file (default: the shipped data/energy/community.json)')
    .addOption(
      new Option(
        '--from <slot>',
        'first slot: its number, or a time such as 2021-03-08T12:00Z (default: the first with a trade)',
      ).conflicts(['mqtt', 'tokens']),
    )
    .option('--slots <n>', 'end after this many slots', integer(1, 1_000_000_000))
    .option(
      '--port <n>',
      `port of the API (default: ${DEFAULT_PORT}, or the next free one)`,
      integer(0, 65_535),
    )
    .option(
      '--connections-per-address <n>',
      'most connections to the API of one address; 512 behind a proxy, which is one for all (default: 64)',
      integer(1, 512),
    )
    .option(
      '--local-webhooks',
      'webhooks may lead to this machine, without TLS: for development, never behind a proxy that others can reach',
    )
    .option('--keep', "keep earlier state: the homes' keys and their history")
    .option(
      '-v, --verbose',
      'log to standard error, with one line per slot in place of the table, and tell the whole of an error',
    )
    .option('--rpc-url <url>', 'a development chain that runs already; with --keep its market goes on')
    .option(
      '--settle-within <n>',
      'seconds until an agreement that is not settled is refunded',
      integer(4, 86_400),
    )
    .addOption(
      new Option(
        '--mqtt <file>',
        'homes whose meters publish to an MQTT broker: JSON that says where and to what',
      ).conflicts(['tokens', 'home']),
    )
    .option(
      '--tokens <file>',
      'homes whose meters push by HTTP: JSON with the secret token of each; made when it is not there',
    )
    .addOption(
      new Option(
        '--home <name>',
        'a home to make a token for, where there are none; may be given several times',
      ).argParser(collected),
    )
    .option('--meter-port <n>', 'port at which meters push', integer(0, 65_535), 8790)
    .addHelpText(
      'after',
      helpText({
        notes: `
Where homes have meters (--tokens or --mqtt, as in mesh meter), a slot is traded as soon as it is measured.
A home with a meter takes the place of the one of its name in the community, or comes to it; those without
measure what the data says of that time of the day.

The data starts over at its end. State is kept in .mesh, by the genesis of the chain; .mesh/network.json tells other
programs how to join.`,
        examples: [
          'mesh up',
          'mesh up --slot-seconds 2 --from 2021-03-20T11:00Z',
          'mesh up --drivers 3',
          'mesh up --homes my-street.json --port 9000',
          'mesh up --tokens meters.json --home roof',
          'mesh up --mqtt broker.json',
        ],
      }),
    )
    .action(async (options: UpOptions) => {
      // What a market needs is loaded on use: the other commands are quick without it.
      const { up } = await import('./up/up.ts')
      onExit(await up(options))
    })
}
