import { join } from 'node:path'
import {
  energyKpis,
  gasCostOf,
  isFinal,
  marketKpis,
  type Simulation,
  simulateSlots,
  usualSlotRollup,
} from '../../../agent/index.ts'
import { Agenda } from '../../../community/agenda.ts'
import { driveClock } from '../../../community/driven-clock.ts'
import type { HomeReceipts } from '../../../community/messages.ts'
import { runRounds } from '../../../community/run-rounds.ts'
import { SlotChronicle } from '../../../community/slot-chronicle.ts'
import { startSlotMarketplace, temporaryFolder } from '../../running-market.ts'
import { askUntil } from '../ask-until.ts'
import { SlotProgress } from '../progress.ts'
import { reportWriter } from '../report-file.ts'
import { runTemporarily, type TemporaryMarket } from '../temporary-market.ts'
import { checkRecord } from './chain-checks.ts'
import { beforeMeters, type ChainRecord, recordOf, tradesOf } from './chain-record.ts'
import { fileOf } from './chart.ts'
import { compareForecasts, forecastSlotsOf } from './forecast.ts'
import { DEFAULT_SEED, homesOf, type NamedHome } from './homes.ts'
import { type EnergyOptions, type Replay, readReplay } from './input.ts'
import { type Report, toJson, toText } from './report.ts'

/** Slots where nobody says how many: a day. */
const SLOTS = 96

/** What a market came to, and at which price its sellers made good what they lacked, in minor units per kWh. */
interface MarketRecord extends ChainRecord {
  makeGoodPrice: bigint
}

/** What `mesh replay energy` takes when it runs a market of slots. */
export interface SlotsOptions extends EnergyOptions {
  processes: number
}

/**
 * Replays measured energy through a market of slots on a chain, each home with an agent of its own, and prints what it came
 * to.
 *
 * @returns the exit code: 1 when chain, homes, meters and the pure core do not agree
 * @throws ConfigError when an option or the data cannot be used; and what the market's parts throw
 */
export async function replaySlots(options: SlotsOptions): Promise<number> {
  const write = reportWriter(options.report)
  const measured = readReplay(options, SLOTS)
  const homes = await homesOf(measured.homes, options)
  const kind = options.forecast
  const forecast = kind && forecastSlotsOf(measured, options.seed ?? DEFAULT_SEED)
  const replay = { ...measured, slots: forecast?.slotsOf(kind ?? 'known') ?? measured.slots }
  const comparison = kind && forecast && compareForecasts(kind, forecast, homes, measured, {})
  return runTemporarily(new SlotProgress(process.stderr, replay.slots.length), async (temporary) => {
    const record = await run(replay, homes, options, temporary)
    const report = { ...reportOf(replay, homes, record), forecast: comparison }
    await write(() => fileOf(report))
    console.log(options.json ? JSON.stringify(toJson(report), undefined, 2) : toText(report))
    return report.onChain?.checks ?? []
  })
}

async function run(
  { area, slots }: Replay,
  homes: readonly NamedHome[],
  { seed = DEFAULT_SEED, processes }: SlotsOptions,
  { directory, progress, signal }: TemporaryMarket<SlotProgress>,
): Promise<MarketRecord> {
  const retailPrice = highest(slots.map((slot) => slot.retailPrice))
  const prices = slots.flatMap((slot) => [slot.retailPrice, slot.feedInPrice])
  const first = slots[0]
  const marketplace = await startSlotMarketplace(
    {
      dataset: {
        homes: homes.map(({ name, strategyName, tariff = 0n }, place) => ({
          name,
          strategy: { name: 'honest' },
          slots: { place, strategy: strategyName, seed, tariff },
        })),
        ...{ area, retailPrice, feedInPrice: 0n },
      },
      processes,
      settleWithin: 600,
      chainLog: join(directory, 'chain.log'),
      openFolder: async () => temporaryFolder(directory),
      signal,
      onStep: (step) => progress.say(step),
    },
    {
      slotLength: BigInt((first?.end ?? 0) - (first?.start ?? 0)),
      retailPrice,
      // Room for whoever asks for more than the grid does.
      highest: 2n * highest(prices.map((price) => (price < 0n ? -price : price))) + 1n,
    },
  )
  try {
    const { supervisor, market, network } = marketplace
    supervisor.events.on('notice', (notice) => progress.say(notice))
    const members = homes.flatMap(({ name }) => supervisor.members.get(name) ?? [])
    const parties = members.map(({ home, address }) => ({ name: home, address }))
    const chronicle = new SlotChronicle(network.rpcUrl ?? '', network.deployment, market.id, market.rules)
    const fromBlock = (await chronicle.head()) + 1n
    const numbers = await runRounds({
      ...{ supervisor, slots, chronicle, signal },
      homes: homes.map(({ name }) => name),
      rules: market.rules,
      clock: driveClock(network.rpcUrl ?? ''),
      agenda: new Agenda(
        market.id,
        market.rules,
        members.map(({ address }) => address),
      ),
      onSlot: (slot) => progress.slotEnded(Number(slot?.quantity ?? 0n)),
    })
    const areFinal = (all: HomeReceipts[]) => all.every(({ receipts }) => receipts.every(isFinal))
    const receipts = await askUntil(areFinal, () => supervisor.receipts(), signal)
    await supervisor.stop()
    const { feeAccount, retailPrice: makeGoodPrice } = market.rules
    const parts = { homes: parties, feeAccount }
    return { ...(await recordOf(chronicle, numbers, receipts, parts, fromBlock)), makeGoodPrice }
  } finally {
    await marketplace.stop()
  }
}

/** The key figures of what the chain says, and whether the pure core comes to the same. */
function reportOf(replay: Replay, homes: readonly NamedHome[], record: MarketRecord): Report {
  const { slots } = replay
  const core = simulateSlots(slots, homes, {
    // Who came first is the one thing that no core can know.
    sequence: (slot) => record.slots[slot]?.sequence ?? [],
  })
  const simulation: Simulation = {
    ...core,
    slots: core.slots.map((slot, index) => {
      const { orders = [], quantity = 0n, price } = record.slots[index]?.outcome ?? {}
      return {
        ...slot,
        orders: orders.length,
        tradedWh: Number(quantity),
        price: quantity === 0n ? undefined : price,
      }
    }),
    trades: record.slots.flatMap((slot, index) =>
      tradesOf(index, beforeMeters(slot, slots[index]?.retailPrice ?? 0n)),
    ),
  }
  const readings = slots.map((slot) => slot.readings)
  const kpis = energyKpis(readings, simulation.trades, slots)
  const { gas, bytes, transactions } = record.spent
  const cost = gasCostOf({ ...usualSlotRollup, gas, bytes })
  const market = {
    ...marketKpis(simulation, kpis, slots),
    gas: cost,
    gasShare: kpis.paid === 0n ? 0 : Number(cost) / Number(kpis.paid),
  }
  const checks = checkRecord(record, { slots, core, retailPrice: record.makeGoodPrice })
  return {
    ...{ replay, homes, mechanism: 'uniform', simulation, kpis, market },
    onChain: { transactions, gas, bytes, checks },
  }
}

function highest(values: readonly bigint[]): bigint {
  return values.reduce((most, value) => (value > most ? value : most), values[0] ?? 0n)
}
