import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import express from 'express'
import { sql } from 'kysely'
import { pino } from 'pino'
import { createApp } from '../../indexer/api/app.ts'
import { RATES } from '../../indexer/api/limits/rates.ts'
import { LiveFeed } from '../../indexer/api/live-feed.ts'
import { LAG_LIMITS } from '../../indexer/api/readiness.ts'
import { listen } from '../../indexer/api/server.ts'
import { Traffic } from '../../indexer/api/traffic.ts'
import { Replica } from '../../indexer/replica.ts'
import { MAX_INTENTS, storeCapabilities, storeIntents } from '../../indexer/store/heard.ts'
import { appendEvents, OUTBOX_SIZE, outboxRange, readEvents } from '../../indexer/store/outbox.ts'
import { UNDO_DEPTH } from '../../indexer/store/progress.ts'
import { primaryKeys } from '../../indexer/store/tables.ts'
import { Succession } from '../../indexer/succession.ts'
import type { EventType } from '../../indexer/views/event-type.ts'
import type { Hex } from '../../protocol/types.ts'
import { startAnvil } from './support/anvil.ts'
import { onBothStores } from './support/both-stores.ts'
import { openToWrite, type RunningIndex, removeDataDirs, startIndex } from './support/index-of.ts'
import { account, Market } from './support/market.ts'

onBothStores('the store', function (emptyPlace) {
  this.timeout(60_000)
  let running: RunningIndex
  let market: Market
  let stopChain: () => Promise<void>

  before(async () => {
    const anvil = await startAnvil()
    stopChain = anvil.stop
    market = await Market.deploy(anvil.rpcUrl)
    running = await startIndex(anvil.rpcUrl, market.deployment, await emptyPlace())
  })
  after(async () => {
    await running?.stop()
    await stopChain?.()
    removeDataDirs()
  })

  it('keeps hashes and undo records of the newest blocks only, without a gap', async () => {
    for (let round = 0; round < 4; round++) {
      await market.register(account(0), '')
      await market.test.mine({ blocks: 100 })
      await running.index.waitForBlock(await market.height())
    }
    const height = await market.height()
    const { blocks, undo } = await running.store.transaction(async (tx) => ({
      blocks: await tx.selectFrom('blocks').select('number').orderBy('number').execute(),
      undo: await tx.selectFrom('undo').select('blockNumber').execute(),
    }))
    const expected = Array.from({ length: UNDO_DEPTH + 1 }, (_, index) => height - UNDO_DEPTH + index)
    expect(blocks.map(({ number }) => number)).to.deep.equal(expected)
    expect(undo.length).to.be.greaterThan(0)
    for (const { blockNumber } of undo) expect(blockNumber).to.be.greaterThan(height - UNDO_DEPTH)
  })

  it('keeps the newest events only, with ids that always grow', async () => {
    const meta = { blockNumber: 1, blockHash: `0x${'00'.repeat(32)}`, chainId: 31337 }
    const batch = (size: number, tag: EventType) =>
      running.store.write((tx) =>
        appendEvents(
          tx,
          Array.from({ length: size }, () => ({ type: tag, topics: [], data: {}, meta })),
        ),
      )
    await batch(OUTBOX_SIZE - 10, 'intent')
    await batch(30, 'offer')
    await running.store.transaction(async (tx) => {
      const { oldest, newest } = await outboxRange(tx)
      expect(newest - oldest + 1).to.equal(OUTBOX_SIZE)
      const last = await readEvents(tx, newest - 31, 100)
      expect(last.map(({ type }) => type)).to.deep.equal(['intent', ...Array(30).fill('offer')])
    })
  })

  it('keeps a bounded number of intents, the last that were heard', async () => {
    const now = Date.now()
    const later = BigInt(Math.floor(now / 1000)) + 600n
    const intent = (count: number) => ({
      hash: `0x${count.toString(16).padStart(64, '0')}` as Hex,
      signature: '0x' as const,
      value: {
        agent: `0x${count.toString(16).padStart(40, '0')}` as Hex,
        side: 'buy' as const,
        capability: 'energy.supply',
        area: 'a',
        quantity: 1n,
        price: 1n,
        lot: 1n,
        start: 0n,
        end: 1n,
        expiry: later,
        nonce: 1n,
        endpoints: [],
        attributes: [],
      },
    })
    for (let first = 0; first < MAX_INTENTS + 500; first += 500) {
      const batch = Array.from({ length: 500 }, (_, index) => intent(first + index))
      await running.store.write((tx) => storeIntents(tx, batch, now))
    }
    const hashes = await running.store.transaction((tx) =>
      tx.selectFrom('intents').select('hash').orderBy('sequence').execute(),
    )
    expect(hashes).to.have.lengthOf(MAX_INTENTS)
    expect(hashes[0]?.hash).to.equal(intent(500).hash)
  })

  it('has no key that a sharded database could not keep: the primary one, and nothing that refers to another table', async () => {
    const those = sql.join(Object.keys(primaryKeys).map((table) => sql`${`"${table}"`}::regclass`))
    const { rows } = await running.store.transaction((tx) =>
      sql<{ name: string }>`
        select conname as name from pg_constraint where contype = 'f' and conrelid in (${those})
        union all select indexrelid::regclass::text from pg_index
        where indisunique and not indisprimary and indrelid in (${those})`.execute(tx),
    )
    expect(rows).to.deep.equal([])
  })

  it('fails without telling a client more than that', async () => {
    const logged: string[] = []
    const logger = pino({ level: 'error' }, { write: (line: string) => logged.push(line) })
    const broken = await startIndex(market.rpcUrl, market.deployment, await emptyPlace())
    const feed = await LiveFeed.open(broken.store, logger)
    const { store } = broken
    const succession = new Succession({ network: market.network, store, pollInterval: 20, logger })
    const replica = await Replica.open({ store, succession, logger, readOnly: true })
    const context = {
      store: broken.store,
      isReadOnly: false,
      replica,
      network: market.network,
      token: market.deployment.contracts.testDollar,
      gateway: undefined,
      webhooks: undefined,
      startedAt: Date.now(),
      rates: RATES,
      price: undefined,
      servicePrice: undefined,
      till: () => Promise.reject(new Error('nothing is sold')),
      url: 'http://127.0.0.1',
      pollInterval: 20,
      lagLimits: LAG_LIMITS,
      stopping: new AbortController().signal,
      traffic: new Traffic(),
    }
    const app = express().use(
      createApp(context, feed, { stop: new AbortController().signal, all: 1, perAddress: 1 }, logger),
    )
    const server = await listen(app, '127.0.0.1', 0, { all: 1, perAddress: 1 })
    await broken.stop()
    const response = await fetch(`${server.url}/v1/trades`)
    const text = await response.text()
    expect(response.status).to.equal(500)
    expect(response.headers.get('content-type')).to.match(/^application\/problem\+json/)
    expect(text).not.to.match(/closed|database|at .*\.ts/)
    expect(logged.join()).to.match(/STORE_CLOSED/)
    await server.close()
  })
})

describe('PGlite', function () {
  this.timeout(60_000)

  it('gives back the room of what was replaced: records that are renewed for ever fill no disk', async () => {
    const store = await openToWrite({})
    const size = sql<{
      size: number
    }>`select pg_table_size('capabilities') + sum(size)::int8 as size from pg_ls_waldir()`
    const renew = (issuedAt: number) => {
      const records = Array.from({ length: 20 }, (_, index) => record(index, BigInt(issuedAt)))
      return store.write((tx) => storeCapabilities(tx, records, 0))
    }
    const sizeAfter = async (first: number, writes: number) => {
      for (let issuedAt = first; issuedAt < first + writes; issuedAt++) await renew(issuedAt)
      const { rows } = await store.transaction((tx) => size.execute(tx))
      return Number(rows[0]?.size)
    }
    try {
      const early = await sizeAfter(0, 40)
      expect(await sizeAfter(40, 40)).to.be.at.most(1.3 * early)
    } finally {
      await store.close()
    }
  })
})

/** A record of 100 kB, of which little can be compressed. */
function record(agent: number, issuedAt: bigint) {
  return {
    hash: `0x${randomBytes(32).toString('hex')}` as Hex,
    signature: '0x' as const,
    value: {
      ...{
        agent: `0x${agent.toString(16).padStart(40, '0')}` as Hex,
        agentId: 0n,
        capabilities: [],
        area: '',
      },
      endpoints: Array.from({ length: 16 }, () => randomBytes(3_000).toString('hex')),
      ...{ issuedAt, expiry: issuedAt + 1n },
    },
  }
}
