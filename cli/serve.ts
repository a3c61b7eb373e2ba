import { Command, InvalidArgumentError, Option } from 'commander'
import { DEFAULT_PORT } from './default-port.ts'
import { helpText } from './help-text.ts'
import { withLimitOptions } from './limit-options.ts'
import { withLogLevel } from './logging.ts'
import { withMetrics } from './metrics.ts'
import { collected, integer } from './options.ts'
import type { ServeOptions } from './serve/serve.ts'

/** `mesh serve`: an index with its API, one of any number that share a PostgreSQL, until a signal. */
export function serveCommand(onExit: (code: number) => void): Command {
  return withLogLevel(withMetrics(withLimitOptions(new Command('serve'))))
    .description('serve the index of a market from a PostgreSQL that any number of such processes share')
    .option('--network <file>', 'JSON that says how to join the market', '.mesh/network.json')
    .addOption(
      new Option(
        '--database <url>',
        'PostgreSQL, 14 or later; in the environment a password is hidden better',
      ).env('DATABASE_URL'),
    )
    .addOption(
      new Option('--database-file <file>', 'file that holds this URL, as service managers leave secrets').env(
        'DATABASE_URL_FILE',
      ),
    )
    .option('--read-only', 'never write to the database, nor ask the chain')
    .option('--rpc-url <url>', "of the chain, instead of the network's")
    .option(
      '--domain <name>',
      'whose intents to listen to; may be given several times (default: energy, ride)',
      collected,
    )
    .option('--host <address>', 'address of the API', '127.0.0.1')
    .option('--port <n>', 'port of the API', integer(0, 65_535), DEFAULT_PORT)
    .option(
      '--public-url <url>',
      'where clients reach the API, as behind a proxy (default: where it listens)',
      publicUrl,
    )
    .option(
      '--allowed-host <name>',
      "by which the API may be asked besides this machine's own; may be given several times (default: any, or none at loopback)",
      collected,
    )
    .option('--max-connections <n>', 'most connections to the API', integer(1, 65_535), 512)
    .option(
      '--connections-per-address <n>',
      'most of them of one address; as many as there may be behind a proxy, which is one for all (default: 64)',
      integer(1, 65_535),
    )
    .option('--max-streams <n>', 'most clients of the live stream', integer(1, 65_535), 100)
    .option(
      '--max-lag-blocks <n>',
      '/ready is false when further behind the chain',
      integer(0, 1_000_000),
      10,
    )
    .option('--max-lag-seconds <n>', '/ready is false when behind for longer', integer(1, 86_400), 30)
    .option(
      '--key <folder>',
      'folder of the key that opens what clients buy, and takes what they pay; it needs gas money (default: a fresh key)',
    )
    .addOption(
      new Option('-v, --verbose', 'log as with --log-level debug, and tell the whole of an error').implies({
        logLevel: 'debug',
      }),
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      helpText({
        notes: `
All processes listen to the mesh, and one follows the chain and writes what it says; when it dies, another takes its
place within seconds. All of them serve what is written. Where the database may only be read, say --read-only.`,
        examples: [
          'DATABASE_URL=postgres://mesh:secret@db.example/mesh mesh serve --network network.json',
          'DATABASE_URL=postgres://reader:secret@db.example/mesh mesh serve --network network.json --port 8788 --read-only',
        ],
      }),
    )
    .action(async (options: ServeOptions) => {
      const { serve } = await import('./serve/serve.ts')
      onExit(await serve(options))
    })
}

/** As clients write it before a path. */
function publicUrl(text: string): string {
  if (/^https?:/.test(text) && URL.canParse(text)) return text.replace(/\/$/, '')
  throw new InvalidArgumentError('It has to be a URL such as https://api.example.')
}
