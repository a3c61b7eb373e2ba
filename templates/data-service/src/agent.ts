/** An agent that sells answers: others find it by what it knows, ask, and pay for each answer. `npm start` runs it. */
import { hasEnded, MeshNetwork, readNetwork } from '@mesh/sdk'
import { answer, HOLDS, PRICE } from './strategy.ts'

/** What answers for its word, in millionths of a test dollar. */
const STAKE = 50_000_000n

const network = new MeshNetwork({
  network: await readNetwork(process.env.MESH_API ?? 'http://127.0.0.1:8787').catch(stop),
  directory: '.agent',
  capabilities: [
    { name: 'data.daylight', attributes: [{ name: 'price', type: 'range', min: PRICE, max: PRICE }] },
  ],
  onError: (error) => console.error(`Note: ${firstLine(error)}`),
})
network.serve(
  'data.daylight',
  (question, { from }) => {
    const text = new TextDecoder().decode(question)
    console.log(`${from} asks: ${text}`)
    return answer(text)
  },
  { ttl: HOLDS },
)
await network.connect().catch(stop)
await network.account.ensureTestGas(10n ** 18n)
await network.account.ensureTestDollars(STAKE)
await network.enroll({ agentURI: 'data:,data-service', stake: STAKE, balance: 0n })
network.onDealChange((deal) => {
  if (!hasEnded(deal)) return
  const { quantity = 0n, paid = 0n } = deal.outcome ?? {}
  console.log(`${deal.state}: ${quantity} answers for ${(Number(paid) / 1e6).toFixed(4)} test dollars`)
})
console.log(`answering as ${network.address}`)

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n')[0] ?? ''
}

function stop(error: Error): never {
  console.error(error.message)
  process.exit(1)
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void network.disconnect().finally(() => process.exit(0)))
}
