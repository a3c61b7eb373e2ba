import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect } from 'chai'
import { sql } from 'kysely'
import { pino } from 'pino'
import { ChainIndex } from '../../../indexer/chain-index.ts'
import { connect } from '../../../indexer/follower/connect.ts'
import { Endpoints } from '../../../indexer/follower/endpoints.ts'
import { Store, type StorePlace } from '../../../indexer/store/store.ts'
import { primaryKeys } from '../../../indexer/store/tables.ts'
import type { Deployment } from '../../../protocol/deployment.ts'
import type { Market } from './market.ts'

const logger = pino({ level: process.env.TEST_LOG ?? 'silent' })
let template: Promise<string> | undefined
const directories: string[] = []

/** A directory with an empty database: copying one takes a tenth of the time that making one does. */
export async function emptyDataDir(): Promise<string> {
  template ??= (async () => {
    const directory = temporary()
    await (await Store.open({ dataDir: directory })).close()
    return directory
  })()
  const copy = temporary()
  cpSync(await template, copy, { recursive: true })
  return copy
}

/** Removes what `emptyDataDir` made. */
export function removeDataDirs(): void {
  template = undefined
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
}

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'mesh-indexer-'))
  directories.push(directory)
  return directory
}

/** A store whose only writer is this process, as soon as that of a process that was killed is forgotten. */
export async function openToWrite(place: StorePlace): Promise<Store> {
  const store = await Store.open(place)
  while ((await store.elect()) === undefined) await setTimeout(20)
  return store
}

/** A writer from which nothing is heard is deposed: a process says now and then that it is there. */
const BEAT = 2_000

function keepWriting(store: Store): () => void {
  const beat = () => store.write((tx) => sql`select 1`.execute(tx)).catch(() => {})
  const beats = setInterval(beat, BEAT)
  return () => clearInterval(beats)
}

/** A running index without the HTTP part. */
export interface RunningIndex {
  index: ChainIndex
  store: Store
  place: StorePlace
  stop(): Promise<void>
}

export async function startIndex(
  rpcUrls: string | string[],
  deployment: Deployment,
  emptyOrUsed?: StorePlace,
): Promise<RunningIndex> {
  const place = emptyOrUsed ?? { dataDir: await emptyDataDir() }
  const pollInterval = 20
  const endpoints = new Endpoints({
    urls: typeof rpcUrls === 'string' ? [rpcUrls] : rpcUrls,
    ...{ chain: deployment, pause: pollInterval, logger },
  })
  const base = await connect(endpoints, deployment)
  const store = await openToWrite(place)
  const index = await ChainIndex.open({ store, endpoints, deployment, base, pollInterval, logger })
  index.start()
  const stopBeating = keepWriting(store)
  return {
    index,
    store,
    place,
    async stop() {
      stopBeating()
      await index.stop()
      await store.close()
    },
  }
}

/** Waits until an index is at the chain's newest block, whatever its height was before. */
export async function caughtUp({ index }: RunningIndex, market: Market): Promise<void> {
  const block = await market.client.getBlock()
  await index.waitFor(({ hash }) => hash === block.hash, AbortSignal.timeout(20_000))
}

/** That an index has made of a chain what one makes of it that starts now. */
export async function expectEqualToFresh(running: RunningIndex, market: Market): Promise<void> {
  await caughtUp(running, market)
  const fresh = await dumpFresh(market.rpcUrl, market.deployment, await market.height())
  expect(await dump(running.store)).to.deep.equal(fresh)
}

/** Every row that follows from the chain, and the cursor. */
export async function dump(store: Store): Promise<Record<string, unknown[]>> {
  return store.transaction(async (tx) => {
    const tables: Record<string, unknown[]> = {}
    for (const [table, key] of Object.entries(primaryKeys)) {
      const order = sql.join(key.map((column) => sql.ref(column)))
      tables[table] = (await sql`select * from ${sql.table(table)} order by ${order}`.execute(tx)).rows
    }
    tables.progress = await tx.selectFrom('progress').selectAll().execute()
    return tables
  })
}

/** What an index that starts now makes of the same chain. */
export async function dumpFresh(rpcUrl: string, deployment: Deployment, height: number) {
  const fresh = await startIndex(rpcUrl, deployment)
  try {
    await fresh.index.waitForBlock(height)
    return await dump(fresh.store)
  } finally {
    await fresh.stop()
  }
}
