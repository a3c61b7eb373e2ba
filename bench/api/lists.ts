import { inMilliseconds, spreadOf } from '../network/statistics.ts'
import { type Answer, Client, openLoop } from './open-loop.ts'
import { combinations, requestOf } from './queries.ts'
import { setup } from './setup.ts'

/** Requests a second, connections, and requests that are measured of each route. */
const RATE = 200
const CONNECTIONS = 50
const REQUESTS = 3_000
/** What every route has to keep, as the 99th percentile in milliseconds. */
const AIM = 25

/**
 * Every list in turn, with all combinations of its filters; every second request goes on where an earlier answer ended.
 *
 * @param only of one route, as `/v1/rides`
 */
export async function lists(only?: string): Promise<object[]> {
  const { url } = await setup()
  const client = new Client(url, CONNECTIONS)
  const rows: object[] = []
  for (const path of new Set(combinations().map((combination) => combination.path))) {
    if (only !== undefined && path !== only) continue
    const those = combinations().filter((combination) => combination.path === path)
    const next = new Map<string, string>()
    const failures = new Set<string>()
    const ask = async (count: number) => {
      const first = requestOf(
        those[count % those.length] as (typeof those)[number],
        Math.floor(count / those.length / 2),
      )
      const cursor = next.get(first)
      const separator = /[?&]$/.test(first) ? '' : '&'
      const answer = await client.get(cursor === undefined ? first : `${first}${separator}cursor=${cursor}`)
      remember(next, first, answer)
      if (answer.status !== 200) failures.add(`${first} ${answer.status}`)
    }
    await openLoop(RATE, REQUESTS / 5, ask)
    const spread = spreadOf(await openLoop(RATE, REQUESTS, ask))
    if (failures.size > 0) throw new Error([...failures].join('\n'))
    const kept = spread.p99 <= AIM ? 'yes' : 'NO'
    rows.push({ route: path, filters: those.length, ...inMilliseconds(spread), [`p99 <= ${AIM} ms`]: kept })
  }
  client.close()
  return rows
}

function remember(next: Map<string, string>, first: string, { status, body }: Answer): void {
  const cursor =
    status === 200 ? (JSON.parse(body) as { page: { nextCursor: string | null } }).page.nextCursor : null
  if (cursor === null) next.delete(first)
  else next.set(first, cursor)
}
