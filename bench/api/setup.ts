import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Store } from '../../indexer/store/store.ts'
import { emptyDatabase } from '../../test/indexer/support/postgres.ts'
import { fill } from './fill.ts'

interface Setup {
  /** The writer of the database. */
  store: Store
  /** Of the API. */
  url: string
  /** Of an express without anything, in the same process. */
  bare: string
}

/** Milliseconds. */
const HEARTBEAT = 3_000

let running: Promise<Setup> | undefined

/** A filled database and an API that reads it in another process; the same for all parts. */
export function setup(): Promise<Setup> {
  running ??= start()
  return running
}

async function start(): Promise<Setup> {
  const began = performance.now()
  const database = process.env.DATABASE_URL ?? (await emptyDatabase())
  const store = await fill(database)
  console.log(`The database was filled in ${((performance.now() - began) / 1000).toFixed(0)} s.`)
  // A writer that is silent loses its session, and the API's process would be elected.
  setInterval(() => store.write(async () => {}), HEARTBEAT).unref()
  const child = fork(new URL('./api-process.ts', import.meta.url))
  child.send({ database })
  const [urls] = (await once(child, 'message')) as [Pick<Setup, 'url' | 'bare'>]
  return { store, ...urls }
}
