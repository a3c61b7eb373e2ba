import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { inspect } from 'node:util'
import { privateKeyToAccount } from 'viem/accounts'
import {
  type AcquiredKnowledge,
  hasEnded,
  type KnowledgeDraft,
  MeshNetwork,
  type MeshNetworkInit,
} from '../../agent/index.ts'
import { startChain } from '../../community/chain.ts'
import { type Check, differs } from '../../community/check.ts'
import { DEVELOPMENT_KEY } from '../../community/development-account.ts'
import { openGasStation } from '../../community/gas-money.ts'
import { shareOf } from '../../protocol/types.ts'
import { deploy } from '../../scripts/deploy.ts'
import type { Progress } from '../replay/progress.ts'
import type { TemporaryMarket } from '../replay/temporary-market.ts'

/** One answer, and how long it took to have it. */
export interface Asking {
  who: string
  answer: AcquiredKnowledge
  /** From the question to the verified answer. */
  milliseconds: number
}

export interface Report {
  question: string
  askings: Asking[]
  /** How often it was computed. */
  computed: number
  checks: Check[]
}

/** What is sold, and where copies of it are found. */
const CAPABILITY = 'data.load'
const COPIES = 'data.load.copy'
/** What each agent has, in minor units. */
const MONEY = 10_000_000n
/** Where they all are: a cell of northern Germany. */
const AREA = '871f8d099ffffff'
/** How often it is looked whether others are heard of, in milliseconds. */
const LOOK_INTERVAL = 50

/**
 * Has a question answered three times on a chain of its own: by who computes it, by who bought it, and from memory.
 *
 * @param answer computes it
 * @param price what it costs at who computes it, in minor units
 * @throws what chain and agents throw; the reason of the signal
 */
export async function askThrice(
  answer: (question: string) => KnowledgeDraft,
  question: string,
  price: bigint,
  { directory, progress, signal }: TemporaryMarket<Progress>,
): Promise<Report> {
  await using resources = new AsyncDisposableStack()
  const log = createWriteStream(join(directory, 'agents.log'))
  resources.defer(() => void log.end())
  progress.say('Starting a local chain with the contracts, and three agents')
  const { rpcUrl, stop } = await startChain(join(directory, 'chain.log'))
  resources.defer(stop)
  const deployment = await deploy({ rpcUrl, account: privateKeyToAccount(DEVELOPMENT_KEY), signal })
  const giveGasMoney = await openGasStation(rpcUrl)

  async function enter(init: MeshNetworkInit): Promise<MeshNetwork> {
    const agent = new MeshNetwork({
      network: { deployment, rpcUrl, bootstrapPeers: [], area: AREA },
      domains: ['data'],
      directory: false,
      onError: (error) => log.write(`${new Date().toISOString()} ${inspect(error)}\n`),
      ...init,
    })
    resources.defer(() => agent.disconnect())
    await giveGasMoney([(await agent.load()).address])
    await agent.connect({ signal })
    await agent.account.ensureTestDollars(MONEY, { signal })
    await agent.account.ensureBalance(MONEY, { signal })
    return agent
  }
  async function ask(who: string, agent: MeshNetwork): Promise<Asking> {
    const start = performance.now()
    const got = await agent.askKnowledge(CAPABILITY, question, { maxPrice: price, requests: 1, signal })
    return { who, answer: got, milliseconds: performance.now() - start }
  }
  async function heardOf(agent: MeshNetwork, capability: string): Promise<void> {
    while ((await agent.discoverAgents({ capabilities: [capability], limit: 1 }, { signal })).length === 0) {
      await delay(LOOK_INTERVAL, undefined, { signal })
    }
  }

  let computed = 0
  const announced = { name: 'price', type: 'range', min: price, max: price } as const
  const seller = await enter({ capabilities: [{ name: CAPABILITY, attributes: [announced] }] })
  const handler = (asked: Uint8Array) => {
    computed += 1
    return answer(new TextDecoder().decode(asked))
  }
  seller.serveKnowledge(CAPABILITY, handler, { ttl: 86_400n, licence: 'MIT', reuse: 'resale' })
  const bootstrapPeers = seller.endpoints
  const first = await enter({ bootstrapPeers })
  const second = await enter({ bootstrapPeers })
  await heardOf(first, CAPABILITY)
  const askings = [await ask('second agent', first)]
  await heardOf(second, COPIES)
  askings.push(await ask('third agent', second), await ask('third agent', second))

  progress.say('Closing the accounts')
  await second.disconnect()
  const copySold = await soldBy(first, signal)
  await first.disconnect()
  const sold = await soldBy(seller, signal)
  const checks = [
    { name: 'computedOnce', fault: differs('computed', 1, computed) },
    { name: 'paidForAnswer', fault: differs('what the seller sold for', price, sold) },
    {
      name: 'paidForCopy',
      fault: differs('what the copy sold for', askings[1]?.answer.paid ?? 0n, copySold),
    },
    { name: 'copyIsATenth', fault: differs('price of the copy', shareOf(price, 1_000n), copySold) },
  ]
  return { question, askings, computed, checks }
}

/** What an agent's sales came to, fees included, once all of them have ended. */
async function soldBy(agent: MeshNetwork, signal: AbortSignal): Promise<bigint> {
  const sales = agent.deals().filter(({ agreement }) => agreement.seller === agent.address)
  const ended = await Promise.all(sales.map(({ id }) => agent.untilDeal(id, hasEnded, { signal })))
  return ended.reduce((sum, { outcome }) => sum + (outcome?.paid ?? 0n), 0n)
}
