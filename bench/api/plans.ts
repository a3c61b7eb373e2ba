import { timed } from '../network/statistics.ts'
import { Client } from './open-loop.ts'
import { combinations, requestOf } from './queries.ts'
import { setup } from './setup.ts'

/** Requests of each combination: most pairs of values meet. */
const REQUESTS = 40

/** The slowest requests, alone on the machine: what lacks an index stands out. */
export async function plans(): Promise<object[]> {
  const { url } = await setup()
  const client = new Client(url, 1)
  const rows: { route: string; filters: string; 'slowest ms': number; request: string }[] = []
  for (const combination of combinations()) {
    let slowest = 0
    let request = ''
    for (let count = 0; count < REQUESTS; count++) {
      const asked = requestOf(combination, count)
      // The best of three: what others do on the machine is no fault of the plan.
      let took = Number.POSITIVE_INFINITY
      for (let turn = 0; turn < 3; turn++) took = Math.min(took, await timed(() => client.get(asked)))
      if (took > slowest) [slowest, request] = [took, asked.replaceAll(/0{20,}/g, '…')]
      if (combination.names.length === 0) break
    }
    const { path: route, names } = combination
    rows.push({ route, filters: names.join(', '), 'slowest ms': Number(slowest.toFixed(1)), request })
  }
  client.close()
  return rows.toSorted((a, b) => b['slowest ms'] - a['slowest ms']).slice(0, 12)
}
