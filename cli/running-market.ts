import { join } from 'node:path'
import { createPublicClient, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { MeshNetwork, type NetworkDescriptor } from '../agent/index.ts'
import { type LocalChain, startChain } from '../community/chain.ts'
import type { Dataset } from '../community/dataset.ts'
import { DEVELOPMENT_KEY } from '../community/development-account.ts'
import { openGasStation } from '../community/gas-money.ts'
import { Supervisor } from '../community/supervisor.ts'
import { type Indexer, startIndexer } from '../indexer/index.ts'
import type { Hex } from '../protocol/types.ts'
import { deploy } from '../scripts/deploy.ts'
import type { StateFolder } from './state.ts'

/** How long one call to the chain may take, in milliseconds. */
const CALL_TIMEOUT = 10_000

export interface MarketOptions {
  dataset: Dataset
  /** Number of processes among which the homes are spread. */
  processes: number
  /** Seconds from an offer until an unsettled agreement is refunded. */
  settleWithin: number
  /** A development chain that runs already; absent: one is started. */
  rpcUrl?: string | undefined
  /** Of the API; see `IndexerOptions`. */
  connectionsPerAddress?: number | undefined
  /** File that takes the output of the chain that is started. */
  chainLog: string
  /** Where the state of the market on the chain with this genesis is kept. */
  openFolder: (genesisHash: Hex) => Promise<StateFolder>
  /** Port of the API; 0: any free one. */
  port: number
  /** Whether the index is kept on disk. */
  keepsIndex: boolean
  signal: AbortSignal
  /** Told of each step, in words for people. */
  onStep: (step: string) => void
}

/** A running market: chain, contracts, index with API, and the community's homes. */
export interface Market {
  network: NetworkDescriptor
  folder: StateFolder
  supervisor: Supervisor
  indexer: Indexer
  /** Fulfilled when the chain that was started has ended; never for a chain of somebody else. */
  chainEnded: Promise<void>
  stop(): Promise<void>
}

/**
 * Starts a whole market. When that fails, or `signal` is aborted, nothing is left running.
 *
 * @throws what its parts throw: ConfigError, ChainError, TimeoutError; or the reason of the abort.
 */
export async function startMarket(options: MarketOptions): Promise<Market> {
  const { dataset, processes, settleWithin, signal, onStep } = options
  // Undone in reverse order, whether the start fails half-way or the market is stopped.
  await using resources = new AsyncDisposableStack()

  let chain: LocalChain | undefined
  if (options.rpcUrl === undefined) {
    onStep('Starting a local chain')
    chain = await startChain(options.chainLog)
    resources.defer(() => chain?.stop())
  }
  const rpcUrl = options.rpcUrl ?? chain?.rpcUrl ?? ''
  const giveGasMoney = await openGasStation(rpcUrl)
  const folder = await options.openFolder(await genesisOf(rpcUrl))
  signal.throwIfAborted()

  onStep('Deploying the contracts')
  const account = privateKeyToAccount(DEVELOPMENT_KEY)
  const deployment = await deploy({ rpcUrl, account, earlier: folder.earlier, signal })
  await folder.saveDeployment(deployment)

  onStep(`Bringing ${dataset.homes.length} homes into the mesh`)
  const supervisor = new Supervisor({
    homes: dataset.homes,
    network: { deployment, rpcUrl, bootstrapPeers: [], area: dataset.area },
    surroundings: {
      directory: folder.homes,
      mdns: false,
      limits: { low: dataset.feedInPrice, high: dataset.retailPrice },
      settleWithin,
    },
    logs: folder.logs,
    processes,
    giveGasMoney,
  })
  resources.defer(() => supervisor.stop())
  supervisor.events.on('notice', onStep)
  const stopEarly = () => void supervisor.stop()
  signal.addEventListener('abort', stopEarly, { once: true })
  resources.defer(() => signal.removeEventListener('abort', stopEarly))
  await supervisor.bootstrap()
  const network = supervisor.network

  const gateway = new MeshNetwork({ network, domains: ['energy'], directory: false })
  resources.defer(() => gateway.disconnect())
  async function index(): Promise<Indexer> {
    await gateway.connect()
    const dataDir = options.keepsIndex ? folder.index : undefined
    const indexer = await startIndexer({
      ...{ network, dataDir, port: options.port, gateway, signal },
      connectionsPerAddress: options.connectionsPerAddress,
    })
    resources.defer(() => indexer.stop())
    return indexer
  }
  const [indexing, joining] = await Promise.allSettled([index(), supervisor.joinOthers()])
  signal.throwIfAborted()
  if (indexing.status === 'rejected') throw indexing.reason
  if (joining.status === 'rejected') throw joining.reason

  const running = resources.move()
  signal.removeEventListener('abort', stopEarly)
  supervisor.events.off('notice', onStep)
  return {
    network,
    folder,
    supervisor,
    indexer: indexing.value,
    chainEnded: chain?.ended ?? new Promise(() => undefined),
    stop: () => running.disposeAsync(),
  }
}

/** A folder for a market that is to leave nothing behind. */
export function temporaryFolder(directory: string): StateFolder {
  return {
    homes: join(directory, 'homes'),
    index: join(directory, 'index'),
    logs: join(directory, 'logs'),
    earlier: undefined,
    saveDeployment: async () => undefined,
  }
}

async function genesisOf(rpcUrl: string): Promise<Hex> {
  const client = createPublicClient({ transport: http(rpcUrl, { timeout: CALL_TIMEOUT }) })
  return (await client.getBlock({ blockNumber: 0n })).hash
}
