import {
  type EnergyKpis,
  gasCostOf,
  type MarketKpis,
  type MechanismName,
  type Simulation,
  usualSlotRollup,
} from '../../../agent/index.ts'
import { type Check, checksByName, checksInWords } from '../../../community/check.ts'
import { formatInstant } from '../../../community/instant.ts'
import { counted, energy, money, percent, pricePerKWh } from '../../format.ts'
import { table } from '../../table.ts'
import type { PageTable } from '../chart.ts'
import { figuresOf, figuresOfHome } from '../figures.ts'
import { rejectedLines } from '../rejected.ts'
import type { ForecastComparison } from './forecast.ts'
import { forecastText, toForecastJson } from './forecast-report.ts'
import type { NamedHome } from './homes.ts'
import type { Replay } from './input.ts'

/** What came of a replay. */
export interface Report {
  replay: Replay
  homes: readonly NamedHome[]
  mechanism: MechanismName
  simulation: Simulation
  kpis: EnergyKpis
  market: MarketKpis
  /** Of a market on a chain; then prices and trades are those of the chain. */
  onChain?: OnChain
  /** What it was worth to order by a forecast, where homes did. */
  forecast?: ForecastComparison | undefined
}

/** What a market did on a chain. */
interface OnChain {
  transactions: number
  gas: bigint
  /** Of calldata. */
  bytes: bigint
  checks: readonly Check[]
}

export function titleOf({ replay: { name, slots, homes }, mechanism }: Report): string {
  return `${name}: ${counted(slots.length, 'slot')} of ${minutesOf(slots)} minutes from ${formatInstant(slots[0]?.start ?? 0)}, ${counted(homes.length, 'home')}, ${mechanism}`
}

function minutesOf([slot]: Replay['slots']): number {
  return ((slot?.end ?? 0) - (slot?.start ?? 0)) / 60
}

/** The report for programs: energy in Wh and shares as numbers, money as integers in minor units. */
export function toJson({
  replay,
  homes,
  mechanism,
  simulation,
  kpis,
  market,
  onChain,
  forecast,
}: Report): object {
  const { slots } = replay
  return {
    dataset: replay.name,
    slots: slots.length,
    from: replay.from,
    start: formatInstant(slots[0]?.start ?? 0),
    slotMinutes: minutesOf(slots),
    homes: homes.length,
    mechanism,
    rejected: replay.rejects.list(),
    noted: replay.rejects.notes(),
    rejectedPrices: replay.priceRejects.list(),
    trades: simulation.trades.length,
    ...figuresOf(kpis),
    welfare: Number(market.welfare),
    optimum: Number(market.optimum),
    welfareShare: market.welfareShare,
    gain: Number(market.gain),
    possibleGain: Number(market.possibleGain),
    fairness: {
      worseOff: market.fairness.worseOff,
      loss: Number(market.fairness.loss),
      worst: Number(market.fairness.worst),
    },
    orders: market.orders,
    gas: Number(market.gas),
    feeShare: market.feeShare,
    gasShare: market.gasShare,
    gasModel: {
      ...Object.fromEntries(Object.entries(usualSlotRollup).map(([name, value]) => [name, Number(value)])),
      perOrder: Number(gasCostOf(usualSlotRollup)),
    },
    ...(onChain && {
      transactions: onChain.transactions,
      gasUsed: Number(onChain.gas),
      calldataBytes: Number(onChain.bytes),
      checks: checksByName(onChain.checks),
    }),
    ...(forecast && { forecast: toForecastJson(forecast) }),
    perHome: kpis.homes.map((home, index) => ({
      home: homes[index]?.name,
      strategy: homes[index]?.strategyName,
      ...figuresOfHome(home),
      storedWh: homes[index]?.battery && simulation.storedWh.community[index],
    })),
    prices: simulation.slots.flatMap(({ start, price, tradedWh }) =>
      price === undefined ? [] : [{ start: formatInstant(start), price: Number(price), tradedWh }],
    ),
  }
}

/** What each home used, traded and paid, and all of them; the user's own among neighbours come first. */
export function tableOf({ replay, homes, kpis }: Report): PageTable {
  const { total } = kpis
  const rows = kpis.homes.map((home, index) => [
    homes[index]?.name ?? '',
    homes[index]?.strategyName ?? '',
    ...[home.loadWh, home.pvWh, home.boughtWh, home.soldWh].map(energy),
    ...[home.billAlone, home.billWithMarket, home.savings].map(money),
  ])
  const sum = [
    'all homes',
    '',
    ...[total.loadWh, total.pvWh, total.tradedWh, total.tradedWh].map(energy),
    ...[kpis.billAlone, kpis.billWithMarket, kpis.savings].map(money),
  ]
  const head = 'home,strategy,load Wh,pv Wh,bought Wh,sold Wh,bill alone,with market,saved'.split(',')
  return { head, rows: [...rows, sum], own: replay.own }
}

/** The report for people. */
export function toText(report: Report): string {
  const { replay } = report
  const { head, rows } = tableOf(report)
  const lines = [
    titleOf(report),
    ...rejectedLines(replay.rejects),
    ...rejectedLines(replay.priceRejects).map((line) => `prices: ${line}`),
  ]
  return [
    lines.join('\n'),
    table([head, ...rows], ['left', 'left', ...Array.from({ length: 7 }, () => 'right' as const)]),
    table(factsOf(report), ['left', 'left']),
    ...(report.forecast === undefined ? [] : [forecastText(report.forecast)]),
  ].join('\n\n')
}

const { gasPrice, bytePrice, etherPrice } = usualSlotRollup
/** What gas costs, in words. */
const PRICES = `, gas at ${Number(gasPrice) / 1e9} gwei, a byte at ${Number(bytePrice) / 1e9} gwei, ether at ${money(etherPrice)}`

/** Name and value of each key figure, in words. */
export function factsOf({ replay, homes, simulation, kpis, market, onChain }: Report): string[][] {
  const { total } = kpis
  const average = pricePerKWh(kpis.paid, total.tradedWh)
  const prices = simulation.slots.flatMap(({ price }) => (price === undefined ? [] : [price]))
  const [lowest, highest] = [
    prices.reduce((least, price) => (price < least ? price : least), prices[0] ?? 0n),
    prices.reduce((most, price) => (price > most ? price : most), prices[0] ?? 0n),
  ]
  const share = ({ alone, community }: { alone: number; community: number }) =>
    `${percent(alone)} alone, ${percent(community)} in the community`
  const { worseOff, loss, worst } = market.fairness
  const stored = simulation.storedWh.community.reduce((all, wh) => all + wh, 0)
  const batteries = homes.filter(({ battery }) => battery !== undefined).length
  return [
    [
      'traded',
      `${energy(total.tradedWh)} Wh in ${counted(kpis.slotsWithTrade, 'slot')} of ${energy(replay.slots.length)}; without batteries ${energy(total.maxTradableWh)} Wh could be`,
    ],
    [
      'price',
      average === undefined
        ? 'nothing was traded'
        : `${money(average)} per kWh on average, ${money(lowest)} to ${money(highest)}`,
    ],
    ['self-sufficiency', share(kpis.selfSufficiency)],
    ['self-consumption', share(kpis.selfConsumption)],
    [
      'peak import',
      `${energy(kpis.peakImportWh.alone)} Wh in a slot alone, ${energy(kpis.peakImportWh.community)} behind one meter`,
    ],
    ['paid', `${money(kpis.paid)} = ${money(kpis.received)} received + ${money(kpis.fees)} fees`],
    [
      'saved',
      `${money(kpis.savings)}: bills of ${money(kpis.billWithMarket)} instead of ${money(kpis.billAlone)}`,
    ],
    ['welfare', `${money(market.welfare)}, ${percent(market.welfareShare)} of the optimum of these orders`],
    [
      'gain',
      `${money(market.gain)} with fees; any market without batteries at most ${money(market.possibleGain)}`,
    ],
    [
      'fairness',
      worseOff === 0
        ? 'no home is worse off than without the market'
        : `${counted(worseOff, 'home')} worse off, by ${money(loss)} in all, ${money(worst)} at most`,
    ],
    ...(batteries === 0 ? [] : [['batteries', `${batteries}, with ${energy(stored)} Wh at the end`]]),
    [
      'fees, gas',
      `${percent(market.feeShare)} and ${percent(market.gasShare)} of what was paid; gas of ${money(market.gas)} for ${counted(market.orders, 'order')}, not in the bills`,
    ],
    ...(onChain === undefined ? gasModel() : chainFacts(onChain, market.orders)),
  ]
}

function gasModel(): string[][] {
  const { gas, bytes } = usualSlotRollup
  return [
    ['gas model', `${gas} gas and ${bytes} bytes${PRICES}: ${money(gasCostOf(usualSlotRollup))} an order`],
  ]
}

function chainFacts({ transactions, gas, bytes, checks }: OnChain, orders: number): string[][] {
  const each = (amount: bigint) => energy(orders === 0 ? 0 : Number(amount) / orders)
  return [
    [
      'transactions',
      `${energy(transactions)} of ${energy(Number(gas))} gas and ${energy(Number(bytes))} bytes in all, ${each(gas)} and ${each(bytes)} an order${PRICES}`,
    ],
    [
      'clock',
      "the chain's was moved on from turn to turn of the homes, and stood still while they took them",
    ],
    ['checks', checksInWords(checks)],
  ]
}
