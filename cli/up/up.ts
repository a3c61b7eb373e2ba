import { setTimeout as delay } from 'node:timers/promises'
import { endlessly, type NumberedSlot, quiescence, runSlots, wallClock } from '../../community/clock.ts'
import type { Dataset } from '../../community/dataset.ts'
import { withMeteredHomes, withOthers } from '../../community/metered-homes.ts'
import type { OpenEnergy } from '../../community/open-energy.ts'
import { readCommunity } from '../../community/read-community.ts'
import { writeJson } from '../../community/write-json.ts'
import { ChainError } from '../../protocol/errors.ts'
import { DEFAULT_PORT } from '../default-port.ts'
import { counted, energy, money } from '../format.ts'
import type { MeterSource } from '../meter/source.ts'
import { metricsPlace } from '../metrics.ts'
import { openLog } from '../open-log.ts'
import { type Market, startMarket } from '../running-market.ts'
import { interruptible } from '../signals.ts'
import { State } from '../state.ts'
import { STATE_ROOT } from '../state-root.ts'
import { BooksWatch } from './books-watch.ts'
import { exampleRide, startDrivers } from './drivers.ts'
import { openMeters } from './meters.ts'
import { apiPort, firstSlot, metersOf, type UpOptions } from './options.ts'
import { Screen } from './screen.ts'
import { sumTrades } from './status.ts'

/** How long a slot takes: of the data, and at most of meters, which have the next one after a quarter of an hour. */
const SLOT_SECONDS = 5
const METERED_SLOT_SECONDS = 60
/** Least time until an unsettled agreement is refunded, in seconds, and how many slots it spans when that is more. */
const SETTLE_WITHIN = 60
const SETTLE_SLOTS = 12
/** How long the end waits for what is open to be settled, in milliseconds: a launcher kills after ten seconds. */
const SETTLE_TIMEOUT = 1_500
/** How often the homes are asked meanwhile, in milliseconds. */
const POLL_INTERVAL = 100
/** Notices that the table shows. */
const NOTICES = 2

/**
 * Runs a market until it is interrupted, or for `options.slots`.
 *
 * @returns the exit code; Ctrl-C while it runs is the way to end it, and no failure
 */
export async function up(options: UpOptions): Promise<number> {
  using interruption = interruptible()
  const source = metersOf(options)
  const dataset = withMeteredHomes(readCommunity(options.homes), source?.homes ?? [])
  const slotSeconds = options.slotSeconds ?? (source === undefined ? SLOT_SECONDS : METERED_SLOT_SECONDS)
  const from = firstSlot(dataset, options.from)
  using state = new State(STATE_ROOT)
  const port = await apiPort(options.port)
  try {
    const market = await startMarket({
      dataset,
      processes: options.processes,
      settleWithin: options.settleWithin ?? Math.max(SETTLE_WITHIN, Math.ceil(SETTLE_SLOTS * slotSeconds)),
      rpcUrl: options.rpcUrl,
      chainLog: state.chainLog,
      openFolder: (genesisHash) => state.folder(genesisHash, options.keep === true),
      port,
      localWebhooks: options.localWebhooks,
      limits: options,
      metrics: metricsPlace(options),
      openLog: (file) => openLog(options.logLevel, options.verbose ? undefined : file),
      keepsIndex: true,
      signal: interruption.signal,
      onStep: (step) => console.error(step),
    })
    try {
      await using _ = await startDrivers(market, options.drivers, interruption.signal)
      await writeJson(state.networkFile, { ...market.network, apiUrl: market.indexer.url })
      await runMarket(market, {
        options,
        slotSeconds,
        dataset,
        from,
        source,
        state,
        signal: interruption.signal,
      })
    } finally {
      await market.stop()
    }
    return 0
  } catch (error) {
    if (interruption.exitCode === undefined) throw error
    console.error('Interrupted: nothing is left running.')
    return interruption.exitCode
  }
}

interface RunOptions {
  options: UpOptions
  slotSeconds: number
  dataset: Dataset
  from: number
  source: MeterSource | undefined
  state: State
  signal: AbortSignal
}

async function runMarket(
  market: Market,
  { options, slotSeconds, dataset, from, source, state, signal }: RunOptions,
): Promise<void> {
  const { supervisor, indexer, network, folder } = market
  const chainGone = new AbortController()
  void market.chainEnded.then(() => chainGone.abort())
  const links = [
    `look   ${indexer.url}  in a browser`,
    `API    ${indexer.url}  (${indexer.url}/v1/trades, /v1/stats, /openapi.json; for models /mcp)`,
    `chain  ${network.rpcUrl}    join  ${state.networkFile}    logs  ${folder.logs}`,
  ]
  if (options.drivers > 0) links.push(exampleRide(network.area))
  if (options.port === undefined && indexer.port !== DEFAULT_PORT) {
    links[1] += `  (port ${DEFAULT_PORT} was taken)`
  }
  if (indexer.metricsUrl !== undefined) links.push(`metrics  ${indexer.metricsUrl}`)
  let current: { slot: NumberedSlot; energy: OpenEnergy } | undefined
  const notices: string[] = []
  using books = new BooksWatch(supervisor)
  const homes = dataset.homes.map(({ name }) => name)
  const status = () =>
    current && {
      title: `MESH ${dataset.name}`,
      footer: [...links, ...notices, 'Ctrl-C ends the market.'],
      homes,
      books: books.latest,
      isAway: (home: string) => books.isAway(home),
      ...current,
    }
  {
    using screen = new Screen(process.stdout, status, options.verbose !== true)
    const onNotice = (notice: string) => {
      notices.push(notice)
      notices.splice(0, notices.length - NOTICES)
      screen.notice(notice)
    }
    supervisor.events.on('notice', onNotice)
    const ended = AbortSignal.any([signal, chainGone.signal])
    const [{ start, end } = { start: 0, end: 0 }] = dataset.slots
    const reported = { seconds: end - start, file: folder.readings, signal: ended, onNotice }
    await using meters = source && (await openMeters({ source, ...reported }))
    if (meters !== undefined) links.push(`${meters.name}    readings  ${folder.readings}`)
    // The first slot that meters report may be long in coming: until then there is no table that shows where to push.
    if (!process.stdout.isTTY || meters !== undefined) console.log(links.join('\n'))
    const slots = meters ? withOthers(meters.slots, dataset) : endlessly(dataset.slots, from)
    await runSlots({
      supervisor,
      slots: limited(slots, options.slots),
      pace: meters ? quiescence(slotSeconds * 1000) : wallClock(slotSeconds),
      signal: ended,
      onStart: (slot, energyOfSlot) => {
        current = { slot, energy: energyOfSlot }
      },
      onEnd: () => screen.slotEnded(),
    })
    if (!chainGone.signal.aborted) await untilSettled(books)
  }
  if (chainGone.signal.aborted) throw chainEnded(state.chainLog)
  console.log(summary(books, state.root))
}

/** Waits until nothing is open, or as long as an orderly end may take; what is left is refunded by its deadline. */
async function untilSettled(books: BooksWatch): Promise<void> {
  const latest = performance.now() + SETTLE_TIMEOUT
  while (sumTrades(await books.refresh()).open > 0 && performance.now() < latest) await delay(POLL_INTERVAL)
}

function summary(books: BooksWatch, root: string): string {
  const { settled, wh, paid, fees, open } = sumTrades(books.latest)
  const rest = open === 0 ? '' : ` Agreements that were still open: ${energy(open)}.`
  return (
    `Traded ${energy(wh)} Wh in ${counted(settled, 'trade')} for ${money(paid)}, fees ${money(fees)}: all that homes bought or sold.${rest} ` +
    `State is in ${root}.`
  )
}

async function* limited<T>(
  items: Iterable<T> | AsyncIterable<T>,
  most = Number.POSITIVE_INFINITY,
): AsyncGenerator<T, undefined> {
  let taken = 0
  for await (const item of items) {
    yield item
    if (++taken >= most) return undefined
  }
  return undefined
}

function chainEnded(log: string): ChainError {
  return new ChainError('CHAIN_ENDED', 'The local chain ended.', { remedy: `See ${log}` })
}
