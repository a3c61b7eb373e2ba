import { Command } from 'commander'
import { integer, seconds } from './options.ts'
import { DEFAULT_PORT, type UpOptions } from './up/options.ts'

/** `mesh up`: a market on this machine, until Ctrl-C. */
export function upCommand(onExit: (code: number) => void): Command {
  return new Command('up')
    .description('run a market on this machine: chain, contracts, index with API, and a community of homes')
    .option('--slot-seconds <n>', 'how long a slot of 15 minutes takes', seconds(0.5, 3600), 5)
    .option('--processes <n>', 'processes that the homes are spread over', integer(2, 64), 4)
    .option('--homes <file>', 'community file (default: the shipped data/energy/community.json)')
    .option(
      '--from <slot>',
      'first slot: its number, or a time such as 2021-03-08T12:00Z (default: the first with a trade)',
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
    .option('--keep', "keep earlier state: the homes' keys and their history")
    .option('--rpc-url <url>', 'a development chain that runs already; with --keep its market goes on')
    .option(
      '--settle-within <n>',
      'seconds until an agreement that is not settled is refunded',
      integer(4, 86_400),
    )
    .addHelpText(
      'after',
      `
The data starts over at its end. State is kept in .mesh, by the genesis of the chain; .mesh/network.json tells other
programs how to join.

Examples:
  $ mesh up
  $ mesh up --slot-seconds 2 --from 2021-03-20T11:00Z
  $ mesh up --homes my-street.json --port 9000`,
    )
    .action(async (options: UpOptions) => {
      // What a market needs is loaded on use: the other commands are quick without it.
      const { up } = await import('./up/up.ts')
      onExit(await up(options))
    })
}
