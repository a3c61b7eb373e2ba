import { Command } from 'commander'
import { helpText } from './help-text.ts'
import { withMetrics } from './metrics.ts'
import { integer } from './options.ts'
import type { RelayOptions } from './relay/relay.ts'

/** `mesh relay`: helps agents behind NATs to be reached, until Ctrl-C. */
export function relayCommand(onExit: (code: number) => void): Command {
  return withMetrics(new Command('relay'))
    .description('run a relay with a STUN server, by which agents behind NATs reach one another')
    .option('--host <address>', 'address to listen at', '0.0.0.0')
    .option('--port <n>', 'port of QUIC and TCP; WebSockets are at the next one', integer(0, 65_534), 4001)
    .option('--stun-port <n>', 'UDP port of the STUN server', integer(0, 65_535), 3478)
    .option('--public-host <name>', 'public address or DNS name to tell instead of its own addresses')
    .option('--max-reservations <n>', 'agents that it serves at a time', integer(1, 10_000), 256)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      helpText({
        notes: `
It needs no chain, sees who talks to whom, and cannot read what they say. Its key is kept in .mesh/relay, so that its
addresses stay the same. Agents name it in \`relays\` and \`stunServers\`; those that name it in \`bootstrapPeers\` find
each other there.`,
        examples: [
          'mesh relay',
          'mesh relay --public-host relay.example.org --port 4001',
          'mesh relay --host 127.0.0.1 --port 0 --stun-port 0 --json',
        ],
      }),
    )
    .action(async (options: RelayOptions) => {
      const { relay } = await import('./relay/relay.ts')
      onExit(await relay(options))
    })
}
