import { join } from 'node:path'
import { type NumberedSlot, quiescence, runSlots } from '../../community/clock.ts'
import type { Dataset } from '../../community/dataset.ts'
import type { Books } from '../../community/messages.ts'
import { startMarket, temporaryFolder } from '../running-market.ts'
import { askUntil } from './ask-until.ts'
import { crossCheck } from './checks.ts'
import { collectEvidence } from './evidence.ts'
import { type ReplayOptions, readDataset, selectSlots } from './input.ts'
import { SlotProgress } from './progress.ts'
import { createReport, type Report, toJson, toText } from './report.ts'
import { runTemporarily, type TemporaryMarket } from './temporary-market.ts'

/** Milliseconds after which a slot ends in which trade stands still; it takes about a second when it does not. */
const SLOT_TIMEOUT = 60_000
/** Seconds until an unsettled agreement is refunded: in a replay none should have to be. */
const SETTLE_WITHIN = 600

/**
 * Runs a market over the slots that the options name, and prints what it came to.
 *
 * @returns the exit code: 1 when the records of the market do not agree
 */
export async function replay(options: ReplayOptions): Promise<number> {
  const dataset = readDataset(options)
  const slots = selectSlots(dataset, options)
  return runTemporarily(new SlotProgress(process.stderr, slots.length), async (temporary) => {
    const report = await run(dataset, slots, options.processes, temporary)
    console.log(options.json ? JSON.stringify(toJson(report), undefined, 2) : toText(report))
    return report.checks
  })
}

async function run(
  dataset: Dataset,
  slots: readonly NumberedSlot[],
  processes: number,
  { directory, progress, signal }: TemporaryMarket<SlotProgress>,
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
      onEnd: ({ index }, energy) => {
        maxTradableWh += energy.maxTradableWh
        const missing = energy.maxTradableWh - energy.matchedWh
        if (missing > 0) progress.say(`Slot ${index} ended with ${missing} Wh that could have been traded.`)
        progress.slotEnded(energy.soldWh)
      },
    })
    const areSettled = (books: Books[]) => books.every(({ open }) => open === 0)
    const books = await askUntil(areSettled, () => supervisor.books(), signal)
    await supervisor.stop()
    const evidence = await collectEvidence(market, books)
    return createReport(dataset, slots, evidence, crossCheck(evidence, maxTradableWh))
  } finally {
    await market.stop()
  }
}
