import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Command } from 'commander'
import { type NumberedSlot, quiescence, runSlots } from '../community/clock.ts'
import type { Dataset } from '../community/dataset.ts'
import type { Books } from '../community/messages.ts'
import { parseMoney } from '../community/money.ts'
import { readCommunity } from '../community/read-community.ts'
import { readMeters } from '../community/read-meters.ts'
import type { Supervisor } from '../community/supervisor.ts'
import { ConfigError } from '../protocol/errors.ts'
import { startMarket, temporaryFolder } from './market.ts'
import { integer } from './options.ts'
import { crossCheck } from './replay/checks.ts'
import { collectEvidence } from './replay/evidence.ts'
import { Progress } from './replay/progress.ts'
import { createReport, type Report, toJson, toText } from './replay/report.ts'
import { interruptible } from './signals.ts'

/** Milliseconds after which a slot ends in which trade stands still; it takes about a second when it does not. */
const SLOT_TIMEOUT = 60_000
/** Seconds until an unsettled agreement is refunded: in a replay none should have to be. */
const SETTLE_WITHIN = 600
/** How long what was agreed last may take to be settled, in milliseconds. */
const SETTLE_TIMEOUT = 60_000
/** How often the homes are asked whether anything is open, in milliseconds. */
const POLL_INTERVAL = 200

interface ReplayOptions {
  data?: string
  slots: number
  from: number
  processes: number
  retail?: string
  feedIn?: string
  json?: boolean
}

/** `mesh replay energy`: a real day on a market of its own, and what it came to. */
export function replayCommand(onExit: (code: number) => void): Command {
  const energy = new Command('energy')
    .description('run a whole energy market on measured load and generation, then print its key figures')
    .option(
      '--data <file>',
      'CSV with a time column, <home>_load_wh and, optionally, <home>_pv_wh (default: the shipped community)',
    )
    .option('--slots <n>', 'number of slots', integer(1, 1_000_000), 96)
    .option('--from <n>', 'index of the first slot', integer(0, 1_000_000), 0)
    .option('--processes <n>', 'processes that the homes are spread over', integer(2, 64), 4)
    .option('--retail <price>', 'what the grid asks for a kWh (default: 0.30)')
    .option('--feed-in <price>', 'what the grid gives for a kWh (default: 0.08)')
    .option('--json', 'print JSON: energy in Wh, money in minor units (millionths)')
    .addHelpText(
      'after',
      `
The market has its own chain, contracts, index and homes, and leaves nothing behind. Afterwards meters, journals,
index and chain are held against one another; the exit code is 1 when they differ.

Examples:
  $ mesh replay energy --slots 96 --json
  $ mesh replay energy --data street.csv --slots 48 --retail 0.32 --feed-in 0.07`,
    )
    .action(async (options: ReplayOptions) => onExit(await replay(options)))
  return new Command('replay').description('replay real data through a whole market').addCommand(energy)
}

async function replay(options: ReplayOptions): Promise<number> {
  using interruption = interruptible()
  const dataset = readDataset(options)
  const slots = selectSlots(dataset, options)
  const directory = await mkdtemp(join(tmpdir(), 'mesh-replay-'))
  const progress = new Progress(process.stderr, slots.length)
  try {
    const report = await run(dataset, slots, { ...options, directory, progress, signal: interruption.signal })
    await rm(directory, { recursive: true, force: true })
    console.log(options.json ? JSON.stringify(toJson(report), undefined, 2) : toText(report))
    const faults = report.checks.filter(({ fault }) => fault !== undefined)
    for (const { name, fault } of faults) console.error(`Check ${name} failed. ${fault}`)
    return faults.length === 0 ? 0 : 1
  } catch (error) {
    if (interruption.exitCode !== undefined) {
      await rm(directory, { recursive: true, force: true })
      console.error('Interrupted: nothing is left running.')
      return interruption.exitCode
    }
    console.error(`The logs are in ${directory}`)
    throw error
  } finally {
    progress.end()
  }
}

interface RunOptions {
  processes: number
  directory: string
  progress: Progress
  signal: AbortSignal
}

async function run(
  dataset: Dataset,
  slots: readonly NumberedSlot[],
  { processes, directory, progress, signal }: RunOptions,
): Promise<Report> {
  const market = await startMarket({
    dataset,
    processes,
    settleWithin: SETTLE_WITHIN,
    chainLog: join(directory, 'chain.log'),
    openFolder: async () => temporaryFolder(directory),
    port: 0,
    keepsIndex: false,
    signal,
    onStep: (step) => progress.say(step),
  })
  try {
    const { supervisor } = market
    supervisor.events.on('notice', (notice) => progress.say(notice))
    let maxTradableWh = 0
    await runSlots({
      supervisor,
      slots,
      pace: quiescence(SLOT_TIMEOUT),
      signal,
      onEnd: (_slot, energy) => {
        maxTradableWh += energy.maxTradableWh
        progress.slotEnded(energy.soldWh)
      },
    })
    const books = await booksWhenSettled(supervisor, signal)
    await supervisor.stop()
    const evidence = await collectEvidence(market, books)
    return createReport(dataset, slots, evidence, crossCheck(evidence, maxTradableWh))
  } finally {
    await market.stop()
  }
}

/** The homes' books when nothing is open any more, or what they are when that takes too long: the checks tell. */
async function booksWhenSettled(supervisor: Supervisor, signal: AbortSignal): Promise<Books[]> {
  const latest = performance.now() + SETTLE_TIMEOUT
  for (;;) {
    const books = await supervisor.books()
    signal.throwIfAborted()
    if (books.every(({ open }) => open === 0) || performance.now() > latest) return books
    await delay(POLL_INTERVAL, undefined, { signal })
  }
}

function readDataset({ data, retail, feedIn }: ReplayOptions): Dataset {
  const shipped = readCommunity()
  const retailPrice = retail === undefined ? shipped.retailPrice : parseMoney(retail, '--retail')
  const feedInPrice = feedIn === undefined ? shipped.feedInPrice : parseMoney(feedIn, '--feed-in')
  if (feedInPrice >= retailPrice) {
    throw new ConfigError('TARIFF_INVALID', 'With these prices nobody gains from trade.', {
      field: '--feed-in',
      expected: 'less than the retail price',
      received: `${feedIn ?? '0.08'} against ${retail ?? '0.30'}`,
      remedy: 'Choose a feed-in price below the retail price.',
    })
  }
  const tariff = { retailPrice, feedInPrice, area: shipped.area }
  return data === undefined ? { ...shipped, ...tariff } : readMeters(data, tariff)
}

function selectSlots({ slots, name }: Dataset, { from, slots: count }: ReplayOptions): NumberedSlot[] {
  if (from >= slots.length) {
    throw new ConfigError('SLOT_UNKNOWN', 'The data does not reach that far.', {
      field: '--from',
      expected: `less than ${slots.length}, the number of slots of ${name}`,
      received: from,
    })
  }
  if (from + count > slots.length) {
    console.error(`${name} has ${slots.length} slots: ${slots.length - from} are replayed.`)
  }
  return slots.slice(from, from + count).map((slot, index) => ({ index: from + index, ...slot }))
}
