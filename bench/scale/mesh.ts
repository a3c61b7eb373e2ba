import { connectAll, startProcesses, tell } from './crowd.ts'
import { load } from './load.ts'

const AGENTS = 40
const PROCESSES = 2
const RUNS = 3
const CAPABILITY = 'image-generation'

/** How long forty whole agents take, from the first `connect`, until each of them finds all others. */
export async function mesh() {
  const rows = []
  for (let run = 1; run <= RUNS; run++) rows.push({ run, load: load(), ...(await measure()) })
  return rows
}

async function measure() {
  const processes = await startProcesses(PROCESSES)
  const begin = performance.timeOrigin + performance.now()
  const crowd = await connectAll(processes, AGENTS / PROCESSES, () => ({ capabilities: [CAPABILITY] }))
  try {
    const order = { type: 'find', capability: CAPABILITY, wanted: AGENTS - 1 } as const
    const found = await Promise.all(processes.map((each) => tell(each, order, 'found')))
    const after = (at: number | undefined) => (((at ?? Number.NaN) - begin) / 1000).toFixed(1)
    const times = found.flatMap((each) => each.times).toSorted((a, b) => a - b)
    return {
      agents: times.length,
      'all in gossip s': after(Math.max(...found.flatMap((each) => each.connected))),
      'half find all s': after(times[AGENTS / 2 - 1]),
      'all find all s': after(times.at(-1)),
      'CPU s': found.reduce((sum, { cpu }) => sum + cpu, 0).toFixed(1),
    }
  } finally {
    await crowd.stop()
  }
}
