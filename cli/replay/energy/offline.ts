import {
  checkPriceRule,
  energyKpis,
  type MechanismName,
  marketKpis,
  mechanisms,
  simulateSlots,
} from '../../../agent/index.ts'
import { parseMoney } from '../../../community/money.ts'
import { ConfigError } from '../../../protocol/errors.ts'
import { SlotProgress } from '../progress.ts'
import { reportWriter } from '../report-file.ts'
import { fileOf } from './chart.ts'
import { compareForecasts, forecastSlotsOf } from './forecast.ts'
import { DEFAULT_SEED, homesOf } from './homes.ts'
import { type EnergyOptions, readReplay } from './input.ts'
import { type Report, toJson, toText } from './report.ts'

/** Milliseconds after which a replay says how far it has come. */
const QUIET = 2_000

/**
 * Replays measured energy through a market without chain or network, and prints what it came to.
 *
 * @throws ConfigError when an option or the data cannot be used; MeshError `PLAN_INVALID` when a strategy plans what its
 *   home cannot do, `PRICE_RULE_UNKNOWN`.
 */
export async function replayOffline(options: EnergyOptions): Promise<void> {
  const write = reportWriter(options.report)
  const report = await run(options)
  await write(() => fileOf(report))
  console.log(options.json ? JSON.stringify(toJson(report), undefined, 2) : toText(report))
}

async function run(options: EnergyOptions): Promise<Report> {
  const replay = readReplay(options)
  const homes = await homesOf(replay.homes, options)
  const mechanism = mechanismOf(options.mechanism)
  checkPriceRule(mechanism, options.priceRule, '--price-rule')
  const gridFee = parseMoney(options.gridFee ?? '0', '--grid-fee')
  const progress = new SlotProgress(process.stderr, replay.slots.length, QUIET)
  try {
    const rules = { mechanism, priceRule: options.priceRule, gridFee }
    if (options.forecast) progress.say('Learning to forecast, from what was measured before')
    const forecast = options.forecast && forecastSlotsOf(replay, options.seed ?? DEFAULT_SEED)
    const simulation = simulateSlots(forecast?.slotsOf(options.forecast ?? 'known') ?? replay.slots, homes, {
      ...rules,
      onSlot: ({ tradedWh }) => progress.slotEnded(tradedWh),
    })
    if (options.forecast) progress.say('Running the same market by each other kind of forecast')
    const comparison =
      options.forecast && forecast && compareForecasts(options.forecast, forecast, homes, replay, rules)
    const readings = replay.slots.map((slot) => slot.readings)
    const kpis = energyKpis(readings, simulation.trades, replay.slots, simulation.storage)
    const market = marketKpis(simulation, kpis, replay.slots)
    return { replay, homes, mechanism, simulation, kpis, market, forecast: comparison }
  } finally {
    progress.end()
  }
}

/** McAfee's auction is for orders that are all as large: homes have none such. */
function mechanismOf(name = 'uniform'): MechanismName {
  if (name in mechanisms && name !== 'mcafee') return name as MechanismName
  throw new ConfigError('MECHANISM_INVALID', 'Homes cannot trade by this mechanism.', {
    field: '--mechanism',
    expected: `one of ${Object.keys(mechanisms)
      .filter((each) => each !== 'mcafee')
      .join(', ')}`,
    received: name,
    remedy: 'Choose one of these; mcafee takes orders of one size only.',
  })
}
