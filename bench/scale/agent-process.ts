/** Some whole agents of a benchmark in a process of their own, to be killed as one; the parent tells it what to do. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type FoundAgent, MeshNetwork, type MeshNetworkInit } from '../../agent/index.ts'
import { questions, type Use, withUse } from './questions.ts'

/** What an agent is given; all of it can be sent to another process. */
export type AgentInit = Pick<MeshNetworkInit, 'bootstrapPeers' | 'capabilities' | 'area'>

/** An agent as others know it. */
export interface Known {
  address: string
  peerId: string
  endpoints: string[]
}

/** What came of one query for agents. Times in Unix milliseconds. */
export interface Asked {
  /** Whether it was for all agents that there are; then none was used. */
  isWide: boolean
  at: number
  foundAt: number
  until: number
  /** Addresses. */
  found: string[]
  /** Which of them were asked in turn, and which one answered. */
  tried: string[]
  answered: string | undefined
}

interface Connected {
  agent: MeshNetwork
  use: Use
}

export type Order =
  | { type: 'connect'; inits: AgentInit[] }
  | { type: 'find'; capability: string; wanted: number }
  | { type: 'ask'; capability: string; limit: number; pause: number; isAsker: boolean[] }
  | { type: 'report' }
export type Report =
  | { type: 'connected'; agents: Known[] }
  | { type: 'found'; connected: number[]; times: number[]; cpu: number }
  | { type: 'asking' }
  | { type: 'report'; asked: Asked[]; questions: [peerId: string, count: number][] }

/** Pause before an attempt to find everybody, in milliseconds: one that finds too few asks sixteen peers. */
const PAUSE = 1_000

/** Every so many queries one is for all agents, as many as an answer may name: it asks around. */
const WIDE_EVERY = 4
const MOST = 64
/** How long an agent may take to answer who uses it, in milliseconds. */
const USE_TIMEOUT = 2_000

const agents: Connected[] = []
const connected: number[] = []
const asked: Asked[] = []
/** What loading the SDK took. */
const cpu = process.cpuUsage()

/** Unix milliseconds on a clock that all processes of a machine share. */
const now = () => performance.timeOrigin + performance.now()
const say = (report: Report) => void process.send?.(report)
const addressOf = ({ record }: FoundAgent) => record.value.agent

const orders: { [T in Order['type']]: (order: Extract<Order, { type: T }>) => Promise<void> } = {
  async connect({ inits }) {
    const joining = inits.map(async (init) => {
      const agent = new MeshNetwork({ ...init, directory: false })
      const use = await withUse(() => agent.connect())
      connected.push(now())
      return { agent, use }
    })
    const joined = await Promise.all(joining)
    agents.push(...joined)
    say({
      type: 'connected',
      agents: joined.map(({ agent: { address, peerId, endpoints } }) => ({
        ...{ address, endpoints },
        peerId: peerId.toString(),
      })),
    })
  },
  async find({ capability, wanted }) {
    const untilFound = async ({ agent }: Connected) => {
      for (;;) {
        await sleep(PAUSE)
        const found = await agent.discoverAgents({ capabilities: [capability], limit: wanted })
        if (found.length >= wanted) return now()
      }
    }
    const times = await Promise.all(agents.map(untilFound))
    const { user, system } = process.cpuUsage(cpu)
    say({ type: 'found', connected, times, cpu: (user + system) / 1e6 })
  },
  async ask(order) {
    for (const [index, each] of agents.entries()) if (order.isAsker[index]) askOnAndOn(each, order)
    say({ type: 'asking' })
  },
  async report() {
    say({ type: 'report', asked: asked.splice(0), questions: [...questions] })
    questions.clear()
  },
}

/** Asks for agents, and uses the first of them that answers, until the process ends. */
async function askOnAndOn(
  { agent, use }: Connected,
  { capability, limit, pause }: Extract<Order, { type: 'ask' }>,
): Promise<void> {
  for (let round = 0; ; round++) {
    const isWide = round % WIDE_EVERY === 0
    const at = now()
    const found = await agent.discoverAgents({ capabilities: [capability], limit: isWide ? MOST : limit })
    const foundAt = now()
    const tried: string[] = []
    let answered: string | undefined
    for (const { record } of isWide ? [] : found) {
      const { agent: address, endpoints } = record.value
      tried.push(address)
      const failed = await use({ peer: record.peerId, endpoints }, capability, USE_TIMEOUT).catch(() => true)
      if (failed) continue
      answered = address
      break
    }
    asked.push({ isWide, at, foundAt, until: now(), found: found.map(addressOf), tried, answered })
    await sleep(pause * (0.5 + Math.random()))
  }
}

process.on('disconnect', () => process.exit(0))
process.on('message', (order: Order) => orders[order.type](order as never))
