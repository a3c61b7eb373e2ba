import { setTimeout as sleep } from 'node:timers/promises'
import type { Asked, Known } from './agent-process.ts'
import { type Crowd, connectAll, startProcesses, tell } from './crowd.ts'
import { load } from './load.ts'

const PROCESSES = 10
const PER_PROCESS = 4
/** Which shares of all agents are killed at once. */
const SHARES = [0.3, 0.6]
/** Every second agent has the capability; the others ask for it, for so many agents at a time, and use the first. */
const CAPABILITY = 'compute.run'
const LIMIT = 4
/** Mean pause between two queries of one agent, in milliseconds. */
const PAUSE = 500
/** How long queries warm up, and are counted before and after agents are killed, in milliseconds. */
const WARM_UP = 10_000
const BEFORE = 20_000
const AFTER = 40_000

const isCapable = (place: number) => place % 2 === 1
const places = Array.from({ length: PER_PROCESS }, (_, place) => place)
const everyProcess = Array.from({ length: PROCESSES }, (_, index) => index)

interface Counted {
  load: string
  asked: Asked[]
  /** By peer id, how often searches asked it. */
  questions: Map<string, number>
}

/** What becomes of queries when many of forty agents are killed at once, and how those that are left share the load. */
export async function kill() {
  const rows = []
  for (const share of SHARES) rows.push(...(await measure(share)))
  return rows
}

async function measure(share: number) {
  const processes = await startProcesses(PROCESSES)
  const crowd = await connectAll(processes, PER_PROCESS, (_, place) => ({
    capabilities: isCapable(place) ? [CAPABILITY] : [],
  }))
  try {
    // Who is still joining finds nobody, and says nothing about those who are killed.
    const wanted = everyProcess.flatMap(() => places.filter(isCapable)).length - 1
    await Promise.all(
      processes.map((each) => tell(each, { type: 'find', capability: CAPABILITY, wanted }, 'found')),
    )
    const isAsker = places.map((place) => !isCapable(place))
    const order = { type: 'ask', capability: CAPABILITY, limit: LIMIT, pause: PAUSE, isAsker } as const
    await Promise.all(processes.map((each) => tell(each, order, 'asking')))
    await sleep(WARM_UP)
    await countOf(crowd, everyProcess)
    await sleep(BEFORE)
    const before = await countOf(crowd, everyProcess)
    const killed = everyProcess.toSorted(() => Math.random() - 0.5).slice(0, Math.round(share * PROCESSES))
    const left = everyProcess.filter((index) => !killed.includes(index))
    const killedAt = performance.timeOrigin + performance.now()
    for (const index of killed) processes[index]?.kill('SIGKILL')
    await sleep(AFTER)
    const after = await countOf(crowd, left)
    return [
      { killed: 'none', load: before.load, ...summary(before, capableOf(crowd, everyProcess)) },
      { killed: `${share * 100} %`, load: after.load, ...summary(after, capableOf(crowd, left), killedAt) },
    ]
  } finally {
    await crowd.stop()
  }
}

/** What happened in some processes since they were asked before. */
async function countOf({ processes }: Crowd, among: number[]): Promise<Counted> {
  const chosen = processes.filter((_, index) => among.includes(index))
  const reports = await Promise.all(chosen.map((each) => tell(each, { type: 'report' }, 'report')))
  const questions = new Map<string, number>()
  for (const [peer, count] of reports.flatMap((each) => each.questions)) {
    questions.set(peer, (questions.get(peer) ?? 0) + count)
  }
  return { load: load(), asked: reports.flatMap((each) => each.asked), questions }
}

function capableOf({ agents }: Crowd, processes: number[]): Known[] {
  return processes.flatMap((index) => agents[index]?.filter((_, place) => isCapable(place)) ?? [])
}

/** @param killedAt from when on queries count, Unix milliseconds */
function summary({ asked, questions }: Counted, alive: Known[], killedAt = 0) {
  const counted = asked.filter(({ at }) => at >= killedAt)
  const used = counted.filter(({ isWide }) => !isWide)
  const isServed = ({ answered }: Asked) => answered !== undefined
  const isServedAtOnce = (each: Asked) => isServed(each) && each.tried.length === 1
  const share = (test: (asked: Asked) => boolean) =>
    `${((100 * used.filter(test).length) / used.length).toFixed(1)} %`
  /** Seconds after which all queries passed a test. */
  const recovery = (test: (asked: Asked) => boolean) => {
    const last = Math.max(killedAt, ...used.filter((each) => !test(each)).map(({ at }) => at))
    return killedAt === 0 ? '' : ((last - killedAt) / 1000).toFixed(1)
  }
  const uses = new Map<string, number>()
  for (const { answered } of used)
    if (answered !== undefined) uses.set(answered, (uses.get(answered) ?? 0) + 1)
  return {
    queries: counted.length,
    served: share(isServed),
    'all after s': recovery(isServed),
    'by the first': share(isServedAtOnce),
    'all by the first after s': recovery(isServedAtOnce),
    'slowest search s': (Math.max(...counted.map(({ at, foundAt }) => foundAt - at)) / 1000).toFixed(1),
    'use, max/fair': unfairness(
      uses,
      alive.map(({ address }) => address),
    ),
    'questions, max/fair': unfairness(
      questions,
      alive.map(({ peerId }) => peerId),
    ),
  }
}

/** The largest share that anybody has, as a multiple of the fair one, and of how many. */
function unfairness(counts: ReadonlyMap<string, number>, among: readonly string[]): string {
  const own = among.map((key) => counts.get(key) ?? 0)
  const sum = own.reduce((total, count) => total + count, 0)
  return `${((Math.max(...own) * own.length) / sum).toFixed(2)} of ${sum}`
}
