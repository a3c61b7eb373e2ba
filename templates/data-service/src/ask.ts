/** A customer: finds who knows, asks, and pays. `npm run ask -- "48.26 2026-06-21"` runs it. */
import { MeshNetwork, readNetwork } from '@mesh/sdk'
import { PRICE } from './strategy.ts'

/** What is paid in for the first sixteen answers. */
const BALANCE = 16n * PRICE

const network = new MeshNetwork({
  network: await readNetwork(process.env.MESH_API ?? 'http://127.0.0.1:8787').catch(stop),
  // A key for this one time.
  directory: false,
})
await network.connect().catch(stop)
await network.account.ensureTestGas(10n ** 18n)
await network.account.ensureTestDollars(BALANCE)
await network.account.ensureBalance(BALANCE)
const [service] = await network.discoverAgents('data.daylight')
if (service === undefined) stop(new Error('Nobody answers: is `npm start` running, in another terminal?'))
const question = process.argv[2] ?? '48.26 2026-06-21'
const { text, value } = await network.request(service, question, { maxPrice: PRICE }).catch(stop)
console.log(`${text}, says ${value.agent}`)
await network.disconnect()

function stop(error: Error): never {
  console.error(error.message)
  process.exit(1)
}
