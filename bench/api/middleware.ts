import { Client, closedLoop } from './open-loop.ts'
import { setup } from './setup.ts'

const CONNECTIONS = 50
const SECONDS = 10

/** What of a request is express, what all that stands before a route, and what the database. */
export async function middleware(): Promise<object[]> {
  const { url, bare } = await setup()
  const { body } = await new Client(url, 1).get('/v1/agreements?limit=1')
  const id = (JSON.parse(body) as { data: { id: string }[] }).data[0]?.id
  const cases = {
    'express, that answer from memory': `${bare}/`,
    'all middleware, no database (/health)': `${url}/health`,
    'all middleware, one row (/v1/agreements/{id})': `${url}/v1/agreements/${id}`,
    'all middleware, fifty rows (/v1/agreements)': `${url}/v1/agreements`,
  }
  const rows: { case: string; 'requests/s': number; ratio: string }[] = []
  for (const [name, target] of Object.entries(cases)) {
    const { origin, pathname } = new URL(target)
    const client = new Client(origin, CONNECTIONS)
    await closedLoop(CONNECTIONS, SECONDS / 5, () => client.get(pathname))
    const rate = await closedLoop(CONNECTIONS, SECONDS, () => client.get(pathname))
    client.close()
    const ratio = (rate / (rows[0]?.['requests/s'] ?? rate)).toFixed(2)
    rows.push({ case: name, 'requests/s': Math.round(rate), ratio })
  }
  return rows
}
