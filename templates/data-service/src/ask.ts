/** A customer: finds who knows, asks, and pays. `npm run ask -- "48.26 2026-06-21"` runs it. */
import { joinMarket, printable, readNetwork, runAgent } from '@mesh/sdk'
import { PRICE } from './strategy.ts'

/** What is paid in for the first sixteen answers: the most that it can lose. */
const BALANCE = 16n * PRICE

await runAgent(async (signal) => {
  const market = await readNetwork(process.env.MESH_API ?? 'http://127.0.0.1:8787', { signal })
  // A key for this one time.
  await using network = await joinMarket(
    { network: market, directory: false },
    { balance: BALANCE },
    { signal },
  )
  const [service] = await network.discoverAgents('data.daylight', { signal })
  if (service === undefined) {
    console.error('Nobody answers: is `npm start` running, in another terminal?')
    process.exitCode = 1
    return
  }
  const question = process.argv[2] ?? '48.26 2026-06-21'
  const { text, value } = await network.request(service, question, { maxPrice: PRICE, signal })
  console.log(`${printable(text)}, says ${value.agent}`)
})
