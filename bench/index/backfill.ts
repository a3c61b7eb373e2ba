import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { type Abi, createPublicClient, http } from 'viem'
import { startIndexer } from '../../indexer/index.ts'
import { Store, type StorePlace } from '../../indexer/store/store.ts'
import { primaryKeys } from '../../indexer/store/tables.ts'
import { identityRegistryAbi, intentEscrowAbi, ledgerAbi, stakeVaultAbi } from '../../protocol/abis/index.ts'
import { toJson } from '../../protocol/json.ts'
import type { Market } from '../../test/indexer/support/market.ts'
import { emptyDatabase } from '../../test/indexer/support/postgres.ts'
import { spreadOf, timed } from '../network/statistics.ts'
import { startBusyMarket } from './busy-market.ts'

const LOGS = 50_000
const RUNS = 5
/** Blocks that the plain loop asks for at once. */
const RANGE = 200
/** Rows that are inserted at once when nothing but the database is timed. */
const ROWS = 1_000

/**
 * An index of a whole chain from the start, beside two limits: a loop that reads and decodes the same logs and keeps nothing,
 * and what the database takes to store the rows that come of them and does nothing else.
 */
export async function backfill(): Promise<object[]> {
  const { market, stop } = await startBusyMarket(LOGS)
  const dataDirs: string[] = []
  const places: Record<string, () => Promise<StorePlace>> = {
    PGlite: async () => {
      const dataDir = mkdtempSync(join(tmpdir(), 'mesh-bench-'))
      dataDirs.push(dataDir)
      return { dataDir }
    },
    PostgreSQL: async () => ({ database: await emptyDatabase() }),
  }
  const ways: Record<string, () => Promise<number>> = {
    'getLogs and decoding alone': () => timed(() => readAndDecode(market, height)),
  }
  for (const [name, emptyPlace] of Object.entries(places)) {
    let rows: Rows = []
    ways[`index in ${name}`] = async () => {
      const place = await emptyPlace()
      const took = await timedIndex(market, height, place)
      rows = await readRows(place)
      return took
    }
    ways[`its rows alone in ${name}`] = async () => timedRows(rows, await emptyPlace())
  }
  const height = await market.height()
  try {
    const logs = await readAndDecode(market, height)
    const rates = new Map(Object.keys(ways).map((name) => [name, [] as number[]]))
    for (let run = 0; run <= RUNS; run++) {
      for (const [name, way] of Object.entries(ways)) {
        const took = await way()
        // The first of each warms up.
        if (run > 0) rates.get(name)?.push((logs / took) * 1_000)
      }
    }
    const [limit] = [...rates.values()].map((each) => spreadOf(each).p50)
    const text = (value: number) => Math.round(value).toLocaleString('en')
    return [...rates].map(([what, each]) => {
      const { p50, low, high, runs } = spreadOf(each)
      const share = `${Math.round((100 * p50) / (limit ?? p50))} %`
      return {
        what,
        'logs/s (quartiles)': `${text(p50)} (${text(low)} to ${text(high)})`,
        'of the loop': share,
        runs,
      }
    })
  } finally {
    for (const dataDir of dataDirs) rmSync(dataDir, { recursive: true, force: true })
    await stop()
  }
}

/** How long an index takes from the first block to the last one, in milliseconds; opening its database is not counted. */
async function timedIndex({ network }: Market, height: number, place: StorePlace): Promise<number> {
  const indexer = await startIndexer({ network, ...place })
  try {
    return await timed(() => indexer.waitForBlock(height))
  } finally {
    await indexer.stop()
  }
}

type Rows = [table: string, rows: unknown[]][]

/** What follows from the chain. */
async function readRows(place: StorePlace): Promise<Rows> {
  const store = await Store.open(place)
  const tables = Object.keys(primaryKeys)
  const read = (table: string) =>
    store.transaction(async (tx) => (await sql`select * from ${sql.table(table)}`.execute(tx)).rows)
  const rows: Rows = []
  for (const table of tables) rows.push([table, await read(table)])
  await store.close()
  return rows
}

/** How long a database takes for rows that are all known, in milliseconds. */
async function timedRows(rows: Rows, place: StorePlace): Promise<number> {
  const store = await Store.open(place)
  await store.elect()
  const took = await timed(async () => {
    for (const [table, all] of rows) {
      for (let from = 0; from < all.length; from += ROWS) {
        const json = toJson(all.slice(from, from + ROWS))
        const name = sql.table(table)
        await store.write((tx) =>
          sql`insert into ${name} select * from json_populate_recordset(null::${name}, ${json}::json)`.execute(
            tx,
          ),
        )
      }
    }
  })
  await store.close()
  return took
}

/** @returns how many logs there were */
async function readAndDecode({ rpcUrl, deployment }: Market, height: number): Promise<number> {
  const { identityRegistry, treasury, intentEscrow } = deployment.contracts
  const address = [identityRegistry, treasury, intentEscrow]
  const abi = [...identityRegistryAbi, ...stakeVaultAbi, ...ledgerAbi, ...intentEscrowAbi] as Abi
  const events = abi.filter((item) => item.type === 'event')
  const client = createPublicClient({ transport: http(rpcUrl, { retryCount: 0 }) })
  let decoded = 0
  for (let from = 0; from <= height; from += RANGE) {
    const logs = await client.getLogs({
      ...{ address, events, strict: true },
      ...{ fromBlock: BigInt(from), toBlock: BigInt(Math.min(from + RANGE - 1, height)) },
    })
    decoded += logs.filter(({ args }) => args !== undefined).length
  }
  return decoded
}
