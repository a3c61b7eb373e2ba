import { Counter, Histogram, type Registry } from 'prom-client'
import { type AbiEvent, getAddress, toEventSelector } from 'viem'
import * as abis from '../../protocol/abis/index.ts'
import type { Deployment } from '../../protocol/deployment.ts'
import type { ApiContext } from '../api/context.ts'
import type { LiveFeed } from '../api/live-feed.ts'
import { checkReadiness } from '../api/readiness.ts'
import type { Commit } from '../chain-index.ts'
import type { EndpointFigures } from '../follower/endpoints.ts'
import { counted, type Labelled, lookedUp, lookedUpAll } from './looked-up.ts'

/** What there is to measure. */
export interface Measured {
  context: ApiContext
  feed: LiveFeed
  /** Of the endpoints of the chain that this process reads, while it does. */
  endpoints: () => readonly EndpointFigures[]
}

/** Bounds in seconds: one block takes milliseconds, ten thousand logs at once take seconds. */
const BATCH_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
/** Bounds in blocks, up to what can be undone. */
const REORG_BUCKETS = [1, 2, 4, 8, 16, 32, 64, 128, 256]

/** How far the index is behind its chain, and what it does to follow. */
export function measureIndex(registry: Registry, { context, feed, endpoints }: Measured): void {
  const { replica, store } = context
  const gauge = (name: string, help: string, read: () => number | undefined | Promise<number>) =>
    lookedUp(registry, name, help, read)
  gauge('mesh_index_ready', '1 when GET /ready answers 200, else 0', () =>
    checkReadiness(context).then(
      () => 1,
      () => 0,
    ),
  )
  gauge('mesh_index_writer', '1 when this process is the one that follows the chain and writes', () =>
    Number(replica.isWriter),
  )
  gauge('mesh_chain_head_block', 'Height of the chain when it was last asked', () => replica.standing.head)
  gauge('mesh_index_block', 'Height of the newest indexed block', () => replica.standing.cursor.number)
  gauge('mesh_index_lag_blocks', 'Blocks of the chain that are not indexed', () => {
    const { head, cursor } = replica.standing
    return Math.max(head - cursor.number, 0)
  })
  gauge(
    'mesh_index_lag_seconds',
    'Since the index had all that the chain had; absent before the first time',
    () => {
      const { levelAt } = replica.standing
      return levelAt === 0 ? undefined : (Date.now() - levelAt) / 1000
    },
  )
  gauge('mesh_index_outbox_events', 'Live events that are kept for clients that come back', () => feed.size)
  lookedUpAll(
    registry,
    {
      name: 'mesh_database_connections',
      help: "Of this process's pool to PostgreSQL, by state; PGlite has none",
      labels: ['state'],
    },
    () => Object.entries(store.pool() ?? {}).map(([state, count]) => [{ state }, count]),
  )
  measureEndpoints(registry, endpoints)
  const onCommit = measureCommits(registry, context)
  replica.events.on('commit', onCommit)
}

function measureEndpoints(registry: Registry, endpoints: Measured['endpoints']): void {
  counted(
    registry,
    {
      name: 'mesh_chain_requests_total',
      help: 'JSON-RPC calls, by place of the endpoint as it was configured, from 1',
      labels: ['endpoint', 'outcome'],
    },
    () =>
      endpoints().flatMap(({ answered, failed }, index): Labelled<'endpoint' | 'outcome'>[] => [
        [{ endpoint: String(index + 1), outcome: 'ok' }, answered],
        [{ endpoint: String(index + 1), outcome: 'error' }, failed],
      ]),
  )
  counted(
    registry,
    {
      name: 'mesh_chain_failovers_total',
      help: 'How often an endpoint was left for a while: it failed, was too slow, or was behind',
      labels: ['endpoint'],
    },
    () => endpoints().map(({ left }, index) => [{ endpoint: String(index + 1) }, left]),
  )
}

function measureCommits(registry: Registry, context: ApiContext): (commit: Commit) => void {
  const registers = [registry]
  const batches = new Histogram({
    name: 'mesh_index_batch_duration_seconds',
    help: 'What storing a range of blocks, or undoing one, took',
    buckets: BATCH_BUCKETS,
    registers,
  })
  const events = new Counter({
    name: 'mesh_index_events_total',
    help: 'Events of contracts that were stored',
    labelNames: ['contract', 'event'],
    registers,
  })
  const reorgs = new Histogram({
    name: 'mesh_chain_reorg_depth_blocks',
    help: 'How many indexed blocks each reorganisation of the chain undid',
    buckets: REORG_BUCKETS,
    registers,
  })
  const names = eventNames()
  let contracts: [of: Deployment | undefined, names: Map<string, string>] = [undefined, new Map()]
  return ({ event, seconds, undone }) => {
    batches.observe(seconds)
    if (event.type === 'reorg') return reorgs.observe(undone)
    const { deployment } = context.network
    if (contracts[0] !== deployment) contracts = [deployment, contractNames(deployment)]
    for (const { log } of event.logs) {
      const contract = contracts[1].get(log.address) ?? 'other'
      events.inc({ contract, event: names.get(log.topics[0] ?? '0x') ?? 'other' })
    }
  }
}

function contractNames({ contracts }: Deployment): Map<string, string> {
  return new Map(Object.entries(contracts).map(([name, address]) => [getAddress(address), name]))
}

/** Names of all events of the market's contracts by their signatures. */
function eventNames(): Map<string, string> {
  const events = Object.values(abis).flatMap((abi) =>
    abi.filter(({ type }) => type === 'event'),
  ) as AbiEvent[]
  return new Map(events.map((event) => [toEventSelector(event), event.name]))
}
