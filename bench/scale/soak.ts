import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createWalletClient, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { MeshNetwork, type NetworkDescriptor, type ReceivedIntent } from '../../agent/index.ts'
import { startChain } from '../../community/chain.ts'
import { DEVELOPMENT_KEY } from '../../community/development-account.ts'
import type { Address } from '../../protocol/types.ts'
import { deploy } from '../../scripts/deploy.ts'
import { fitLine, type HeapSample, sampleHeap } from './heap.ts'

const MINUTES = 15
/** A day has as many slots of a quarter of an hour, in each of which the agents trade; so many to a minute here. */
const SLOTS = 96
const SLOTS_PER_MINUTE = SLOTS / MINUTES
/** Agents that stay, half of them buyers; those of whom one leaves and another returns in each slot. */
const STEADY = 8
const CHURNING = 4
/** Every so many slots a stranger with a key of its own comes, and leaves in the next. */
const STRANGER_EVERY = 4
/** Life of an intent, in seconds: less than a slot. */
const LIFE = 6n
/** How long a buyer that is slow waits, in milliseconds: longer than an offer binds. */
const SLOW = 20_000
const CAPABILITY = 'energy.supply'
/** By how much of itself the heap may seem to rise in the second half before that counts as growth. */
const TOLERANCE = 0.02
/** Fewest samples in the second half by which that can be said. */
const FEWEST = 20

interface Counts {
  intents: number
  offers: number
  declined: number
  queries: number
  renewals: number
  left: number
  returned: number
  strangers: number
  failures: number
}

/** A day of one process of agents in a quarter of an hour: what they do as often, and time as it is. */
export async function soak(minutes = MINUTES) {
  const directory = await mkdtemp(join(tmpdir(), 'mesh-soak-'))
  const chain = await startChain(join(directory, 'chain.log'))
  try {
    const account = privateKeyToAccount(DEVELOPMENT_KEY)
    const deployment = await deploy({ rpcUrl: chain.rpcUrl, account })
    const wallet = createWalletClient({ account, transport: http(chain.rpcUrl) })
    const fund = async (to: Address) => {
      await wallet.sendTransaction({ to, value: 10n ** 18n, chain: null })
    }
    const network = { deployment, rpcUrl: chain.rpcUrl, area: '871f8d099ffffff', bootstrapPeers: [] }
    const { samples, counts } = await new Soak(directory, network, fund).run(minutes)
    return [...samples.filter((_, index) => index % 8 === 0).map(inMegabytes), verdict(samples, counts)]
  } finally {
    await chain.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

class Soak {
  readonly #directory: string
  readonly #network: NetworkDescriptor
  readonly #fund: (to: Address) => Promise<void>
  readonly #agents = new Map<string, MeshNetwork>()
  readonly #counts: Counts = {
    ...{ intents: 0, offers: 0, declined: 0, queries: 0, renewals: 0 },
    ...{ left: 0, returned: 0, strangers: 0, failures: 0 },
  }
  #offers = 0

  constructor(directory: string, network: NetworkDescriptor, fund: (to: Address) => Promise<void>) {
    this.#directory = directory
    this.#network = network
    this.#fund = fund
  }

  async run(minutes: number): Promise<{ samples: HeapSample[]; counts: Counts }> {
    for (let index = 0; index < STEADY + CHURNING; index++) await this.#join(`agent-${index}`)
    const samples: HeapSample[] = []
    const begin = performance.now()
    for (let slot = 0; slot < minutes * SLOTS_PER_MINUTE; slot++) {
      await Promise.all([this.#trade(slot), this.#ask(), this.#renew(slot), this.#churn(slot)])
      const elapsed = performance.now() - begin
      await sleep(Math.max(0, ((slot + 1) * 60_000) / SLOTS_PER_MINUTE - elapsed))
      const sample = sampleHeap((performance.now() - begin) / 60_000)
      samples.push(sample)
      console.error(JSON.stringify({ slot, ...inMegabytes(sample), ...this.#counts }))
    }
    await Promise.all([...this.#agents.values()].map((agent) => agent.disconnect()))
    return { samples, counts: this.#counts }
  }

  /** Starts an agent, or one that left and returns with its key, its journals and whom it knew. */
  async #join(name: string, isStranger = false): Promise<void> {
    const known = [...this.#agents.values()].slice(0, 3).flatMap(({ endpoints }) => endpoints)
    const network = { ...this.#network, bootstrapPeers: known }
    const agent = new MeshNetwork({
      network,
      capabilities: [CAPABILITY],
      directory: isStranger ? false : join(this.#directory, name),
    })
    await this.#fund((await agent.load()).address)
    await agent.connect()
    if (!isStranger) await this.#enroll(agent)
    const isBuyer = Number(name.split('-')[1]) % 2 === 0
    if (isBuyer) agent.onOffer(() => this.#decide())
    else agent.subscribeToIntents((intent) => void this.#offer(agent, intent))
    this.#agents.set(name, agent)
  }

  async #enroll(agent: MeshNetwork): Promise<void> {
    await agent.account.ensureTestDollars(1_000_000_000n)
    await agent.enroll({ agentURI: 'data:,bench', stake: 100_000_000n, balance: 100_000_000n })
  }

  async #leave(name: string): Promise<void> {
    const agent = this.#agents.get(name)
    this.#agents.delete(name)
    await agent?.disconnect()
  }

  /** Declines: deals that come about are kept for good, as they should be. Some of the offers expire unanswered. */
  async #decide() {
    this.#offers += 1
    if (this.#offers % 8 === 0) await sleep(SLOW)
    this.#counts.declined += 1
    return { type: 'decline', reason: 'price' } as const
  }

  async #offer(agent: MeshNetwork, intent: ReceivedIntent): Promise<void> {
    if (intent.value.side !== 'buy') return
    this.#counts.offers += 1
    await this.#count('offers', 0, () =>
      agent.offer(intent, { quantity: intent.value.quantity, price: intent.value.price }, { duration: 60n }),
    )
  }

  async #trade(slot: number): Promise<void> {
    const start = BigInt(Math.floor(Date.now() / 1000)) + BigInt(slot) * 900n
    const draft = {
      side: 'buy',
      capability: CAPABILITY,
      quantity: 100n,
      price: 100_000n,
      lot: 1000n,
    } as const
    await Promise.all(
      [...this.#agents].map(([name, agent]) =>
        Number(name.split('-')[1]) % 2 === 0
          ? this.#count('intents', 1, () =>
              agent.publishIntent({ ...draft, start, end: start + 900n, life: LIFE }),
            )
          : undefined,
      ),
    )
  }

  async #ask(): Promise<void> {
    await Promise.all(
      [...this.#agents.values()].map((agent) =>
        this.#count('queries', 1, () => agent.discoverAgents({ capabilities: [CAPABILITY] })),
      ),
    )
  }

  /** An agent renews its record each half hour. */
  async #renew(slot: number): Promise<void> {
    if (slot % 2 === 0) return
    const steady = Array.from({ length: STEADY }, (_, index) => this.#agents.get(`agent-${index}`))
    await Promise.all(
      steady.map((agent) =>
        agent === undefined ? undefined : this.#count('renewals', 1, () => this.#enroll(agent)),
      ),
    )
  }

  async #churn(slot: number): Promise<void> {
    const nameOf = (turn: number) => `agent-${STEADY + (turn % CHURNING)}`
    if (slot > 0) await this.#count('returned', 1, () => this.#join(nameOf(slot - 1)))
    await this.#count('left', 1, () => this.#leave(nameOf(slot)))
    if (slot % STRANGER_EVERY === 1) await this.#leave('stranger-1')
    if (slot % STRANGER_EVERY === 0) await this.#count('strangers', 1, () => this.#join('stranger-1', true))
  }

  /** Does something that may fail while others come and go. */
  async #count(what: keyof Counts, by: number, fn: () => Promise<unknown>): Promise<void> {
    try {
      await fn()
      this.#counts[what] += by
    } catch (error) {
      this.#counts.failures += 1
      if (process.env.MESH_BENCH_VERBOSE !== undefined) console.error(what, error)
    }
  }
}

function inMegabytes({ minutes, heap, external, resident }: HeapSample) {
  const show = (bytes: number) => (bytes / 2 ** 20).toFixed(1)
  return {
    minute: minutes.toFixed(1),
    'heap MB': show(heap),
    'buffers MB': show(external),
    'resident MB': show(resident),
  }
}

/** Whether the heap grows in the second half. */
function verdict(samples: HeapSample[], counts: Counts) {
  const later = samples.slice(Math.floor(samples.length / 2))
  const { slope, margin, mean } = fitLine(later.map(({ minutes, heap }) => [minutes, heap]))
  const length = (later.at(-1)?.minutes ?? 0) - (later[0]?.minutes ?? 0)
  const isFlat = slope - margin <= 0 || slope * length < TOLERANCE * mean
  const kilobytes = (bytes: number) => (bytes / 1024).toFixed(1)
  return {
    ...counts,
    'slope kB/min': `${kilobytes(slope)} ± ${kilobytes(margin)}`,
    verdict: later.length < FEWEST ? 'too short to say' : isFlat ? 'no growth' : 'grows',
  }
}
