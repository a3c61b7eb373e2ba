/** An agent that trains models with others: it takes part in tasks, and is paid for what its updates are worth. `npm start` runs it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Hex, MeshNetwork, readNetwork } from '@mesh/sdk'
import { improve, isWorthwhile, readings } from './strategy.ts'

/** How often it looks for tasks, in milliseconds. */
const LOOK_INTERVAL = 2_000

const network = new MeshNetwork({
  network: await readNetwork(process.env.MESH_API ?? 'http://127.0.0.1:8787').catch(stop),
  directory: '.agent',
  capabilities: ['learn.train'],
  onError: (error) => console.error(`Note: ${firstLine(error)}`),
})
await network.connect().catch(stop)
await network.account.ensureTestGas(10n ** 18n)
await network.enroll({ agentURI: 'data:,trainer', stake: 0n, balance: 0n })
console.log(`looking for tasks as ${network.address}`)

const own = readings(Math.floor(Math.random() * 2 ** 31), 400)
const known = new Set<Hex>()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void network.disconnect().finally(() => process.exit(0)))
}
for (;;) {
  await look().catch((error) => console.error(`Note: ${firstLine(error)}`))
  await sleep(LOOK_INTERVAL)
}

/** Takes part in each task that is new, and worth it. */
async function look(): Promise<void> {
  for (const { id, task } of await network.learning.tasks()) {
    if (known.has(id) || !isWorthwhile(task.reward)) continue
    await network.account.ensureTestDollars(task.participantStake)
    await network.account.ensureLearningStake('participant', task.participantStake)
    const balance = await network.account.balance()
    const round = await network.learning.participate(id, (model) => improve(model, own))
    known.add(id)
    console.log(`agreed: to train for a share of ${dollars(task.reward)} test dollars`)
    round.over().then(
      async () =>
        console.log(`settled: ${dollars((await network.account.balance()) - balance)} test dollars`),
      (error) => console.error(`Note: ${firstLine(error)}`),
    )
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
