/**
 * What the network costs, beside raw libp2p and raw sockets in the same run:
 *
 *     npm run bench:network                # everything, some minutes on two cores
 *     npm run bench:network -- requests    # one part
 *
 * Medians with quartiles; on a machine that is busy with other things only the ratios mean something.
 */
import { deals } from './network/deals.ts'
import { dialling } from './network/dialling.ts'
import { gossip } from './network/gossip.ts'
import { providers } from './network/providers.ts'
import { queries } from './network/queries.ts'
import { questions } from './network/questions.ts'
import { requests } from './network/requests.ts'
import { wire } from './network/wire.ts'
import { runParts } from './run-parts.ts'

const parts = {
  dialling: { title: 'Dial and first answer', run: dialling },
  requests: { title: 'Request and answer on a stream that is open', run: requests },
  gossip: { title: 'Intents by gossip, each verified by each listener', run: gossip },
  deals: { title: 'From an intent to an agreement that both have signed', run: deals },
  wire: { title: 'Bytes on the wire, by QUIC', run: wire },
  questions: { title: 'Question to a service and its signed answer', run: questions },
  queries: { title: 'Query for agents, in the index of capabilities (seed 4)', run: queries },
  providers: { title: 'First provider from the DHT', run: providers },
}

await runParts(parts, process.argv[2])
