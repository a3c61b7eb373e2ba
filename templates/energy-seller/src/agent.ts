/** An agent that sells solar energy: it answers whoever wants to buy, delivers, and is paid. `npm start` runs it. */
import { MeshError, MeshNetwork, paymentOf, type ReceivedIntent, readNetwork } from '@mesh/sdk'
import { bidFor, SLOT_WH } from './strategy.ts'

/** What answers for its word, in millionths of a test dollar. */
const STAKE = 50_000_000n

const network = new MeshNetwork({
  network: await readNetwork(process.env.MESH_API ?? 'http://127.0.0.1:8787').catch(stop),
  directory: '.agent',
  capabilities: [{ name: 'energy.supply', attributes: [{ name: 'source', type: 'set', values: ['solar'] }] }],
  // How long a buyer may contest a delivery, in seconds.
  policy: { window: { own: 60n, least: 60n, most: 86_400n } },
  onError: (error) => {
    // A buyer that is asked before its slot is over is asked again.
    if (error instanceof MeshError && error.code === 'DELIVERY_REFUSED') return
    console.error(`Note: ${firstLine(error)}`)
  },
})
await network.connect().catch(stop)
await network.account.ensureTestGas(10n ** 18n)
await network.account.ensureTestDollars(STAKE)
await network.enroll({ agentURI: 'data:,energy-seller', stake: STAKE, balance: 0n })
console.log(`selling as ${network.address}`)

/** Wh that are promised, by the end of their slot; and the buyers that are bargained with at present. */
const promised = new Map<bigint, bigint>()
const engaged = new Set<string>()

network.subscribeToIntents((intent) => {
  const { agent, side, capability } = intent.value
  if (side !== 'buy' || capability !== 'energy.supply' || engaged.has(agent)) return
  engaged.add(agent)
  sell(intent)
    .catch((error) => console.error(`Note: ${firstLine(error)}`))
    .finally(() => engaged.delete(agent))
})

async function sell(intent: ReceivedIntent): Promise<void> {
  const { quantity: wanted, end } = intent.value
  const bid = bidFor(wanted, SLOT_WH - (promised.get(end) ?? 0n))
  if (bid === undefined) return
  const { quantity, limits } = bid
  promised.set(end, (promised.get(end) ?? 0n) + quantity)
  let sold = 0n
  try {
    const outcome = await network.negotiate(intent, limits, { quantity })
    if (outcome.type !== 'agreed') return
    const { id, agreement } = outcome.deal
    sold = agreement.quantity
    console.log(`agreed: ${sold} Wh for ${agreement.buyer}`)
    // It need not wait for its pay to sell to the same buyer again.
    network.settle(id).then(
      (deal) => console.log(`${deal.state}: ${sold} Wh for ${dollars(paymentOf(agreement))} test dollars`),
      (error) => console.error(`Note: ${firstLine(error)}`),
    )
  } finally {
    promised.set(end, (promised.get(end) ?? 0n) - quantity + sold)
  }
}

function dollars(millionths: bigint): string {
  return (Number(millionths) / 1e6).toFixed(4)
}

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
