import { relative } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Command } from 'commander'
import { endlessly, type NumberedSlot, runSlots, wallClock } from '../community/clock.ts'
import type { Dataset } from '../community/dataset.ts'
import type { OpenEnergy } from '../community/open-energy.ts'
import { readCommunity } from '../community/read-community.ts'
import { writeJson } from '../community/write-json.ts'
import { ChainError } from '../protocol/errors.ts'
import { energy, money } from './format.ts'
import { type Market, startMarket } from './market.ts'
import { integer, seconds } from './options.ts'
import { interruptible } from './signals.ts'
import { State, stateRoot } from './state.ts'
import { BooksWatch } from './up/books-watch.ts'
import { apiPort, DEFAULT_PORT, firstSlot, type UpOptions } from './up/options.ts'
import { Screen } from './up/screen.ts'
import { sumBooks } from './up/status.ts'

/** Least time until an unsettled agreement is refunded, in seconds, and how many slots it spans when that is more. */
const SETTLE_WITHIN = 60
const SETTLE_SLOTS = 12
/** How long the end waits for what is open to be settled, in milliseconds: a launcher kills after five seconds. */
const SETTLE_TIMEOUT = 1_500
/** How often the homes are asked meanwhile, in milliseconds. */
const POLL_INTERVAL = 100
/** Notices that the table shows. */
const NOTICES = 2

/** `mesh up`: a market on this machine, until Ctrl-C. */
export function upCommand(onExit: (code: number) => void): Command {
  return new Command('up')
    .description('run a market on this machine: chain, contracts, index with API, and a community of homes')
    .option('--slot-seconds <n>', 'how long a slot of 15 minutes takes', seconds(0.5, 3600), 5)
    .option('--processes <n>', 'processes that the homes are spread over', integer(2, 64), 4)
    .option('--homes <file>', 'community file (default: the shipped data/energy/community.json)')
    .option(
      '--from <slot>',
      'first slot: its number, or a time such as 2021-03-08T12:00Z (default: the first with a trade)',
    )
    .option('--slots <n>', 'end after this many slots', integer(1, 1_000_000_000))
    .option(
      '--port <n>',
      `port of the API (default: ${DEFAULT_PORT}, or the next free one)`,
      integer(0, 65_535),
    )
    .option('--keep', "keep earlier state: the homes' keys and their history")
    .option('--rpc-url <url>', 'a development chain that runs already; with --keep its market goes on')
    .option(
      '--settle-within <n>',
      'seconds until an agreement that is not settled is refunded',
      integer(4, 86_400),
    )
    .addHelpText(
      'after',
      `
The data starts over at its end. State is kept in .mesh, by the genesis of the chain; .mesh/network.json tells other
programs how to join.

Examples:
  $ mesh up
  $ mesh up --slot-seconds 2 --from 2021-03-20T11:00Z
  $ mesh up --homes my-street.json --port 9000`,
    )
    .action(async (options: UpOptions) => onExit(await up(options)))
}

async function up(options: UpOptions): Promise<number> {
  using interruption = interruptible()
  const dataset = readCommunity(options.homes)
  const from = firstSlot(dataset, options.from)
  using state = new State(stateRoot())
  const port = await apiPort(options.port)
  try {
    const market = await startMarket({
      dataset,
      processes: options.processes,
      settleWithin:
        options.settleWithin ?? Math.max(SETTLE_WITHIN, Math.ceil(SETTLE_SLOTS * options.slotSeconds)),
      rpcUrl: options.rpcUrl,
      chainLog: state.chainLog,
      openFolder: (genesisHash) => state.folder(genesisHash, options.keep === true),
      port,
      keepsIndex: true,
      signal: interruption.signal,
      onStep: (step) => console.error(step),
    })
    try {
      await writeJson(state.networkFile, { ...market.network, apiUrl: market.indexer.url })
      await runMarket(market, { options, dataset, from, state, signal: interruption.signal })
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
  dataset: Dataset
  from: number
  state: State
  signal: AbortSignal
}

async function runMarket(
  market: Market,
  { options, dataset, from, state, signal }: RunOptions,
): Promise<void> {
  const { supervisor, indexer, network, folder } = market
  const chainGone = new AbortController()
  void market.chainEnded.then(() => chainGone.abort())
  const links = [
    `API    ${indexer.url}  (${indexer.url}/v1/trades, /v1/stats, /openapi.json)`,
    `chain  ${network.rpcUrl}    join  ${relative(process.cwd(), state.networkFile)}    logs  ${relative(process.cwd(), folder.logs)}`,
  ]
  if (options.port === undefined && indexer.port !== DEFAULT_PORT) {
    links[0] += `  (port ${DEFAULT_PORT} was taken)`
  }
  if (!process.stdout.isTTY) console.log(links.join('\n'))

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
      ...current,
    }
  {
    using screen = new Screen(process.stdout, status)
    supervisor.events.on('notice', (notice) => {
      notices.push(notice)
      notices.splice(0, notices.length - NOTICES)
      screen.notice(notice)
    })
    await runSlots({
      supervisor,
      slots: limited(endlessly(dataset.slots, from), options.slots),
      pace: wallClock(options.slotSeconds),
      signal: AbortSignal.any([signal, chainGone.signal]),
      onStart: (slot, energyOfSlot) => {
        current = { slot, energy: energyOfSlot }
      },
      onEnd: () => screen.slotEnded(),
    })
    if (!chainGone.signal.aborted) await untilSettled(books)
  }
  if (chainGone.signal.aborted) throw chainEnded(state.chainLog)
  console.log(summary(books, relative(process.cwd(), state.root)))
}

/** Waits until nothing is open, or as long as an orderly end may take; what is left is refunded by its deadline. */
async function untilSettled(books: BooksWatch): Promise<void> {
  const latest = performance.now() + SETTLE_TIMEOUT
  while (sumBooks(await books.refresh()).open > 0 && performance.now() < latest) await delay(POLL_INTERVAL)
}

function summary(books: BooksWatch, root: string): string {
  const { settled, soldWh, paid, fees, open } = sumBooks(books.latest)
  const rest = open === 0 ? '' : ` ${energy(open / 2)} agreements were still open.`
  return (
    `Traded ${energy(soldWh)} Wh in ${energy(settled / 2)} trades for ${money(paid)}, fees ${money(fees)}.${rest} ` +
    `State is in ${root}.`
  )
}

function* limited<T>(items: Iterable<T>, most = Number.POSITIVE_INFINITY): Generator<T> {
  let taken = 0
  for (const item of items) {
    if (taken++ >= most) return
    yield item
  }
}

function chainEnded(log: string): ChainError {
  return new ChainError('CHAIN_ENDED', 'The local chain ended.', { remedy: `See ${log}` })
}
