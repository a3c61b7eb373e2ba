/**
 * What the network costs, beside raw libp2p and raw sockets in the same run:
 *
 *     npm run bench:network                # everything, some minutes on two cores
 *     npm run bench:network -- requests    # one part
 *
 * Medians with quartiles; on a machine that is busy with other things only the ratios mean something.
 */
import { secp256k1 } from '../protocol/secp256k1.ts'
import { deals } from './network/deals.ts'
import { dialling } from './network/dialling.ts'
import { gossip } from './network/gossip.ts'
import { providers } from './network/providers.ts'
import { questions } from './network/questions.ts'
import { requests } from './network/requests.ts'
import { wire } from './network/wire.ts'

const parts = {
  dialling: { title: 'Dial and first answer', run: dialling },
  requests: { title: 'Request and answer on a stream that is open', run: requests },
  gossip: { title: 'Intents by gossip, each verified by each listener', run: gossip },
  deals: { title: 'From an intent to an agreement that both have signed', run: deals },
  wire: { title: 'Bytes on the wire, by QUIC', run: wire },
  questions: { title: 'Question to a service and its signed answer', run: questions },
  providers: { title: 'First provider from the DHT', run: providers },
}

const wanted = process.argv[2]
const names = Object.keys(parts) as (keyof typeof parts)[]
const chosen = wanted === undefined ? names : names.filter((name) => name === wanted)
if (chosen.length === 0) {
  console.error(`there is no part "${wanted}"; use one of: ${names.join(', ')}`)
  process.exit(2)
}
console.log(`Node ${process.version}, secp256k1 by ${secp256k1.name}`)
for (const name of chosen) {
  const { title, run } = parts[name]
  console.log(`\n${title}`)
  console.table(await run())
}
process.exit(0)
