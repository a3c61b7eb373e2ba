import { Command } from 'commander'
import { DEFAULT_API } from './api/client.ts'
import { helpText } from './help-text.ts'
import { collected, decimal, duration, integer, point } from './options.ts'
import type { RideOptions } from './ride/ride.ts'

/** `mesh ride`: a rider's trip, from the wish to the payment. */
export function rideCommand(onExit: (code: number) => void): Command {
  return new Command('ride')
    .description('ride: drivers bid for it, the cheapest comes, and is paid at the end')
    .requiredOption('--from <point>', 'where you are: longitude,latitude', point)
    .requiredOption('--to <point>', 'where you want to go: longitude,latitude', point)
    .option('--within <time>', 'how soon the pick-up has to be', duration(30, 7_200), 600)
    .option('--max-fare <amount>', 'most that the ride may cost, in test dollars', decimal, '20')
    .option('--seats <number>', 'for how many', integer(1, 8), 1)
    .option('--yes', 'ask nothing: take the winner, and the word of the driver at each stage')
    .option('--api <url>', 'of the market', DEFAULT_API)
    .option('--key <folder>', 'folder of the key and its rides (default: MESH_HOME, else ~/.mesh-agent)')
    .option(
      '--listen <address>',
      'multiaddr at which drivers reach you (default: loopback); may be given several times',
      collected,
    )
    .option('--period <time>', 'of auctions: the same for all in a place', duration(1, 600), 20)
    .option('--json', 'print the receipt as JSON')
    .addHelpText(
      'after',
      helpText({
        notes: `
It joins the mesh with a node of its own, since the driver that wins is told the exact points, and nobody else is: drivers and the
market's gateway learn cells of 130 m. The API only tells which market that is, and what drivers have at stake.

Drivers answer whose way to you is short: those of \`mesh up --drivers 3\` wait a kilometre from one another in and around the
middle of the market, and it prints a ride between them. \`mesh agents find --query ride.drive\` lists the drivers of a market.

Drivers underbid one another for some seconds. Whoever is the cheapest then has won, and that is signed: the fare goes into
escrow, and is paid for what both of you say that was driven. Ctrl-C before that ends it at no cost; later it says what
cancelling costs, and asks. Who leaves in the middle of a ride goes on with it by calling this again.

The fare is paid from the key's wallet. On a development chain that is filled with test dollars, and with gas money for cancelling.
Exit code 0 when the ride was paid for, 1 otherwise.`,
        examples: [
          'mesh ride --from 11.6467,48.2644 --to 11.6437,48.2577',
          'mesh ride --from 4.3902,52.0462 --to 4.4024,52.0524 --within 5min --max-fare 8 --yes --json',
        ],
      }),
    )
    .action(async (options: RideOptions) => {
      const { ride } = await import('./ride/ride.ts')
      onExit(await ride(options))
    })
}
