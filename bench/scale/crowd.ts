import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startRelay } from '../../agent/index.ts'
import type { AgentInit, Known, Order, Report } from './agent-process.ts'

/** How long an order may take, in milliseconds. */
const TIMEOUT = 180_000
/** How many agents the others start from, one of them each. */
const BOOTSTRAPS = 3

/** Whole agents in processes of their own, and a relay that the first of them start from. */
export interface Crowd {
  readonly processes: ChildProcess[]
  /** Agents by process. */
  readonly agents: Known[][]
  stop(): Promise<void>
}

/** Starts processes that have loaded the SDK and run no agents yet. */
export async function startProcesses(count: number): Promise<ChildProcess[]> {
  const script = fileURLToPath(new URL('./agent-process.ts', import.meta.url))
  const execArgv = ['--disable-warning=ExperimentalWarning']
  const processes = Array.from({ length: count }, () => fork(script, { execArgv }))
  await Promise.all(processes.map((each) => tell(each, { type: 'report' }, 'report')))
  return processes
}

/**
 * Connects agents, as many in each process. The first of the first three processes know a relay, and all others one of
 * these; whom they meet besides, they find themselves.
 *
 * @param initOf what each agent does, by process and place in it
 */
export async function connectAll(
  processes: ChildProcess[],
  perProcess: number,
  initOf: (process: number, place: number) => Omit<AgentInit, 'bootstrapPeers'>,
): Promise<Crowd> {
  const key = crypto.getRandomValues(new Uint8Array(32))
  const relay = await startRelay({ key, host: '127.0.0.1', port: 0, stunPort: 0 })
  const connect = async (process: ChildProcess, inits: AgentInit[]) =>
    (await tell(process, { type: 'connect', inits }, 'connected')).agents
  const agents: Known[][] = processes.map(() => [])
  const first: string[] = []
  for (const [index, process] of processes.entries()) {
    if (index === BOOTSTRAPS) break
    const bootstrapPeers = [...relay.multiaddrs.slice(0, 1), ...first]
    const [known] = await connect(process, [{ ...initOf(index, 0), bootstrapPeers }])
    if (known === undefined) throw new Error('an agent did not connect')
    agents[index]?.push(known)
    first.push(known.endpoints[0] ?? '')
  }
  await Promise.all(
    processes.map(async (process, index) => {
      const places = Array.from({ length: perProcess }, (_, place) => place).slice(agents[index]?.length)
      const inits = places.map((place) => ({
        ...initOf(index, place),
        bootstrapPeers: first.slice(place % first.length).slice(0, 1),
      }))
      agents[index]?.push(...(await connect(process, inits)))
    }),
  )
  const stop = async () => {
    for (const each of processes) if (each.connected) each.disconnect()
    await relay.stop()
  }
  return { processes, agents, stop }
}

/** Gives a process an order, and waits until it reports. */
export async function tell<T extends Report['type']>(process: ChildProcess, order: Order, type: T) {
  process.send(order)
  const signal = AbortSignal.timeout(TIMEOUT)
  const [report]: [Report] = (await once(process, 'message', { signal })) as [Report]
  if (report.type !== type) throw new Error(`expected ${type}, and got ${report.type}`)
  return report as Extract<Report, { type: T }>
}
