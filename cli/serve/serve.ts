import { once } from 'node:events'
import { z } from 'zod'
import { MeshNetwork, type NetworkDescriptor } from '../../agent/index.ts'
import { startIndexer } from '../../indexer/index.ts'
import { deploymentSchema } from '../../protocol/deployment.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { readJson } from '../json-file.ts'
import type { LimitOptions } from '../limit-options.ts'
import type { LogOptions } from '../logging.ts'
import { type MetricsOptions, metricsPlace } from '../metrics.ts'
import { openLog } from '../open-log.ts'
import { interruptible } from '../signals.ts'
import { readText } from '../text-file.ts'

export interface ServeOptions extends LimitOptions, MetricsOptions, LogOptions {
  network: string
  database?: string
  /** File that holds the URL of the database, where `database` does not say it. */
  databaseFile?: string
  readOnly?: boolean
  /** Folder of the gateway's key. */
  key?: string
  rpcUrl?: string
  domain?: string[]
  host: string
  publicUrl?: string
  allowedHost?: string[]
  port: number
  maxConnections: number
  connectionsPerAddress?: number
  maxStreams: number
  maxLagBlocks: number
  maxLagSeconds: number
  json?: boolean
}

const networkSchema: z.ZodType<NetworkDescriptor> = z.object({
  deployment: deploymentSchema,
  rpcUrl: z.string(),
  bootstrapPeers: z.array(z.string()),
  area: z.string(),
})

/**
 * Serves the index of a market until a signal comes. What it has to say besides goes to standard error, as JSON.
 *
 * @returns 128 + the signal's number
 * @throws ConfigError `DATABASE_MISSING` or `KEY_MISSING`; what `startIndexer` throws
 */
export async function serve({
  domain = ['energy', 'ride'],
  json,
  ...options
}: ServeOptions): Promise<number> {
  using interruption = interruptible()
  const { signal } = interruption
  const { readOnly = false, key, databaseFile, allowedHost, ...api } = options
  const database =
    options.database ?? (databaseFile === undefined ? undefined : readText(databaseFile).trim())
  if (database === undefined || database === '') throw databaseMissing()
  const isSelling = options.price !== undefined || options.servicePrice !== undefined
  if (isSelling && key === undefined) throw keyMissing()
  const described = readJson(
    options.network,
    networkSchema,
    'what GET /v1/network of the market answers in `data`.',
  )
  const network = { ...described, rpcUrl: options.rpcUrl ?? described.rpcUrl }
  const logger = openLog(options.logLevel)
  await using resources = new AsyncDisposableStack()
  const joinsMesh = !readOnly && network.bootstrapPeers.length > 0
  const gateway = joinsMesh
    ? new MeshNetwork({ network, domains: domain, directory: key ?? false })
    : undefined
  if (gateway !== undefined) {
    resources.defer(() => gateway.disconnect())
    await gateway.connect({ signal })
  }
  const metrics = metricsPlace(options)
  const indexer = await startIndexer({
    ...api,
    allowedHosts: allowedHost,
    database,
    readOnly,
    network,
    gateway,
    metrics,
    logger,
    signal,
  })
  resources.defer(() => indexer.stop())
  const { url, metricsUrl } = indexer
  if (json) console.log(JSON.stringify({ url, metricsUrl }))
  else console.log(`api    ${url}${metricsUrl === undefined ? '' : `\nmetrics ${metricsUrl}`}`)
  if (!signal.aborted) await once(signal, 'abort')
  return interruption.exitCode ?? 0
}

function databaseMissing(): ConfigError {
  return new ConfigError('DATABASE_MISSING', 'It is not said where the index is.', {
    field: 'DATABASE_URL',
    expected: 'the URL of a PostgreSQL database',
    received: 'nothing',
    remedy:
      'Set it, e.g. DATABASE_URL=postgres://mesh@localhost/mesh, or DATABASE_URL_FILE to a file that holds it, or give --database.',
  })
}

function keyMissing(): ConfigError {
  return new ConfigError('KEY_MISSING', 'There is no account that takes payments.', {
    field: '--key',
    expected: 'a folder whose key has gas money',
    received: 'none',
    remedy: 'Give the folder of a key; what a fresh one is paid would be lost with it.',
  })
}
