import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { createPublicClient, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { MeshNetwork, type NetworkDescriptor } from '../agent/index.ts'
import { type LocalChain, startChain } from '../community/chain.ts'
import { clockWarning } from '../community/chain-clock.ts'
import type { Dataset } from '../community/dataset.ts'
import { DEVELOPMENT_KEY } from '../community/development-account.ts'
import { type GasStation, openGasStation } from '../community/gas-money.ts'
import {
  createSlotCommunity,
  type SlotCommunity,
  type SlotCommunityRules,
} from '../community/slot-community.ts'
import { Supervisor } from '../community/supervisor.ts'
import { type Indexer, type IndexerOptions, type MetricsPlace, startIndexer } from '../indexer/index.ts'
import type { Deployment } from '../protocol/deployment.ts'
import type { Hex } from '../protocol/types.ts'
import { deploy } from '../scripts/deploy.ts'
import { Progress } from './replay/progress.ts'
import type { StateFolder } from './state.ts'

/** So many answers of agents the gateway can pay for before its clients' payments have to be paid in. */
const ANSWERS_ADVANCED = 1_000n
/** How long one call to the chain may take, in milliseconds. */
const CALL_TIMEOUT = 10_000

/** How long the gateway may take to leave the mesh, in milliseconds, as the homes may. */
const LEAVE_TIMEOUT = 2_000

/** Beside the homes' logs. */
const INDEX_LOG = 'index.log'

/** What a community's homes run on. */
export interface CommunityOptions {
  dataset: Pick<Dataset, 'homes' | 'area' | 'retailPrice' | 'feedInPrice'>
  /** Number of processes among which the homes are spread. */
  processes: number
  /** Seconds from an offer until an unsettled agreement is refunded. */
  settleWithin: number
  /** A development chain that runs already; absent: one is started. */
  rpcUrl?: string | undefined
  /** Whether webhooks may lead to this machine. */
  localWebhooks?: boolean | undefined
  metrics?: MetricsPlace | undefined
  /** Opens the log of the index, which may go to the file; absent: it has none. */
  openLog?: (file: string) => Logger
  /** File that takes the output of the chain that is started. */
  chainLog: string
  /** Where the state of the market on the chain with this genesis is kept. */
  openFolder: (genesisHash: Hex) => Promise<StateFolder>
  signal: AbortSignal
  /** Told of each step, in words for people. */
  onStep: (step: string) => void
}

type ApiLimits = Pick<
  IndexerOptions,
  'connectionsPerAddress' | 'readsPerMinute' | 'writesPerMinute' | 'price' | 'servicePrice' | 'payTo'
>

export interface MarketOptions extends CommunityOptions {
  /** Port of the API; 0: any free one. */
  port: number
  /** Whether the index is kept on disk. */
  keepsIndex: boolean
  /** Of the API. */
  limits?: ApiLimits | undefined
}

/** Homes on a chain of their own, the first of which have joined. */
interface Community {
  folder: StateFolder
  supervisor: Supervisor
  /** Fulfilled when the chain that was started has ended; never for a chain of somebody else. */
  chainEnded: Promise<void>
}

/** A running market: chain, contracts, index with API, and the community's homes. */
export interface Market extends Community {
  network: NetworkDescriptor
  indexer: Indexer
  giveGasMoney: GasStation
  stop(): Promise<void>
}

/** A running market of slots: chain, contracts, and the community's homes, all of which are its members. */
export interface SlotMarketplace extends Community {
  network: NetworkDescriptor
  market: SlotCommunity
  stop(): Promise<void>
}

/**
 * Starts a whole market. When that fails, or `signal` is aborted, nothing is left running.
 *
 * @throws what its parts throw: ConfigError, ChainError, TimeoutError; or the reason of the abort.
 */
export async function startMarket(options: MarketOptions): Promise<Market> {
  // Undone in reverse order, whether the start fails half-way or the market is stopped.
  await using resources = new AsyncDisposableStack()
  const { onStarted, giveGasMoney, ...community } = await startCommunity(
    options,
    resources,
    async () => undefined,
  )
  const { supervisor, folder } = community
  const { network } = supervisor
  const { signal } = options
  // Riders and drivers hear of one another within five kilometres: those are to be seen, too, who start beyond the area's cell.
  const gateway = new MeshNetwork({
    ...{ network, domains: ['energy', 'ride'], radius: 5 },
    directory: folder.gateway,
  })
  // What it waits for then may be a chain that is silent; all that it signed is in its journals.
  resources.defer(() => Promise.race([gateway.disconnect(), delay(LEAVE_TIMEOUT, undefined, { ref: false })]))
  async function index(): Promise<Indexer> {
    // It opens what those sign who trade over HTTP.
    await giveGasMoney([(await gateway.load()).address])
    await gateway.connect()
    if (options.limits?.servicePrice !== undefined) {
      const advance = options.limits.servicePrice * ANSWERS_ADVANCED
      await gateway.account.ensureTestDollars(advance)
      await gateway.account.ensureBalance(advance)
    }
    const dataDir = options.keepsIndex ? folder.index : undefined
    const { connectionsPerAddress, readsPerMinute, writesPerMinute, price, servicePrice, payTo } =
      options.limits ?? {}
    const indexer = await startIndexer({
      ...{ network, dataDir, port: options.port, gateway, signal },
      webhooks: { local: options.localWebhooks },
      ...{ connectionsPerAddress, readsPerMinute, writesPerMinute, price, servicePrice, payTo },
      metrics: options.metrics,
      logger: options.openLog?.(join(folder.logs, INDEX_LOG)),
    })
    resources.defer(() => indexer.stop())
    return indexer
  }
  const [indexing, joining] = await Promise.allSettled([index(), supervisor.joinOthers()])
  signal.throwIfAborted()
  if (indexing.status === 'rejected') throw indexing.reason
  if (joining.status === 'rejected') throw joining.reason
  const running = resources.move()
  onStarted()
  const stop = async () => {
    // The homes need neither index nor gateway to leave: one after the other would take longer than a launcher waits.
    await Promise.all([supervisor.stop(), running.disposeAsync()])
  }
  return { ...community, network, indexer: indexing.value, giveGasMoney, stop }
}

/**
 * Starts a market of slots, in the same way.
 *
 * @param slots its rules; see {@link createSlotCommunity}
 * @throws as {@link startMarket}
 */
export async function startSlotMarketplace(
  options: CommunityOptions,
  slots: SlotCommunityRules,
): Promise<SlotMarketplace> {
  await using resources = new AsyncDisposableStack()
  const {
    onStarted,
    giveGasMoney: _,
    market,
    ...community
  } = await startCommunity(options, resources, (rpcUrl, deployment) =>
    createSlotCommunity(rpcUrl, deployment, slots),
  )
  const { supervisor } = community
  await supervisor.joinOthers()
  options.signal.throwIfAborted()
  const tariffs = new Map(options.dataset.homes.map((home) => [home.name, home.slots?.tariff ?? 0n]))
  const members = [...supervisor.members.values()].flatMap(({ home, address, meter }) =>
    meter === undefined ? [] : [{ address, meter, tariff: tariffs.get(home) ?? 0n }],
  )
  await market.admit(members)
  const running = resources.move()
  onStarted()
  return { ...community, market, network: supervisor.network, stop: () => running.disposeAsync() }
}

/**
 * Starts chain and homes, of which the first join.
 *
 * @param prepare makes the market of slots that the homes trade in, if they do
 * @returns with what is to be called when all is started: up to then an abort stops the homes, and notices are steps
 */
async function startCommunity<T extends SlotCommunity | undefined>(
  options: CommunityOptions,
  resources: AsyncDisposableStack,
  prepare: (rpcUrl: string, deployment: Deployment) => Promise<T>,
): Promise<Community & { market: T; giveGasMoney: GasStation; onStarted: () => void }> {
  const { dataset, processes, settleWithin, signal, onStep } = options
  let chain: LocalChain | undefined
  if (options.rpcUrl === undefined) {
    onStep('Starting a local chain')
    chain = await startChain(options.chainLog)
    resources.defer(() => chain?.stop())
  }
  const rpcUrl = options.rpcUrl ?? chain?.rpcUrl ?? ''
  const giveGasMoney = await openGasStation(rpcUrl)
  if (chain === undefined) {
    const warning = await clockWarning(rpcUrl)
    if (warning !== undefined) onStep(warning)
  }
  const folder = await options.openFolder(await genesisOf(rpcUrl))
  signal.throwIfAborted()

  onStep('Deploying the contracts')
  const account = privateKeyToAccount(DEVELOPMENT_KEY)
  const deployment = await deploy({ rpcUrl, account, earlier: folder.earlier, signal })
  await folder.saveDeployment(deployment)
  const market = await prepare(rpcUrl, deployment)

  onStep(`Bringing ${dataset.homes.length} homes into the mesh`)
  const supervisor = new Supervisor({
    homes: dataset.homes,
    network: { deployment, rpcUrl, bootstrapPeers: [], area: dataset.area },
    surroundings: {
      directory: folder.homes,
      mdns: false,
      limits: { low: dataset.feedInPrice, high: dataset.retailPrice },
      settleWithin,
      market: market?.id,
    },
    logs: folder.logs,
    processes,
    giveGasMoney,
  })
  resources.defer(() => supervisor.stop())
  supervisor.events.on('notice', onStep)
  const joining = new Progress(process.stderr, dataset.homes.length)
  supervisor.events.on('joined', () => joining.advance('homes in the mesh:'))
  const stopEarly = () => void supervisor.stop()
  signal.addEventListener('abort', stopEarly, { once: true })
  const onStarted = () => {
    signal.removeEventListener('abort', stopEarly)
    supervisor.events.off('notice', onStep)
    joining.end()
  }
  resources.defer(onStarted)
  await supervisor.bootstrap()
  const chainEnded = chain?.ended ?? new Promise<void>(() => undefined)
  return { folder, supervisor, chainEnded, market, giveGasMoney, onStarted }
}

/** A folder for a market that is to leave nothing behind. */
export function temporaryFolder(directory: string): StateFolder {
  return {
    homes: join(directory, 'homes'),
    index: join(directory, 'index'),
    gateway: join(directory, 'gateway'),
    logs: join(directory, 'logs'),
    readings: join(directory, 'readings.csv'),
    earlier: undefined,
    saveDeployment: async () => undefined,
  }
}

async function genesisOf(rpcUrl: string): Promise<Hex> {
  const client = createPublicClient({ transport: http(rpcUrl, { timeout: CALL_TIMEOUT }) })
  return (await client.getBlock({ blockNumber: 0n })).hash
}
