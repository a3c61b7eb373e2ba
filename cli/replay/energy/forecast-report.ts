import type { Spread } from '../../../agent/index.ts'
import { counted, energy, money, percent } from '../../format.ts'
import { table } from '../../table.ts'
import type { ForecastComparison, ForecastGain } from './forecast.ts'

/** What homes order by, in words. */
const NAMES = {
  none: 'no forecast: the last reading, or that of a day before',
  local: "each home's own model",
  federated: 'the model of all, tuned at home',
  known: 'what will be measured',
} as const

/** The comparison for programs: energy in Wh, money in minor units. */
export function toForecastJson({ markets, ...comparison }: ForecastComparison): object {
  return {
    ...comparison,
    markets: markets.map(({ base, maeWh, kpis, homes, days }) => ({
      ...{ base, maeWh },
      tradedWh: kpis.total.tradedWh,
      savings: Number(kpis.savings),
      billWithMarket: Number(kpis.billWithMarket),
      ...{ homes, days },
    })),
  }
}

/** The comparison for people. */
export function forecastText({ kind, horizon, learntFrom, markets, gains }: ForecastComparison): string {
  const rows = markets.map(({ base, maeWh, kpis }) => [
    base === kind ? `${base} *` : base,
    NAMES[base],
    maeWh.toFixed(1),
    energy(kpis.total.tradedWh),
    money(kpis.billWithMarket),
    money(kpis.savings),
  ])
  const head = ['forecast', 'homes order by', 'off by Wh', 'traded Wh', 'bills', 'saved']
  return [
    `forecast * ${horizon} slots ahead, learnt from the ${counted(learntFrom, 'slot')} before; the same market by each kind:`,
    table([head, ...rows], ['left', 'left', 'right', 'right', 'right', 'right']),
    table(gains.map(gainLine), ['left', 'left']),
  ].join('\n\n')
}

/** What a gain came to, and how it was spread. */
function gainLine({ over, total, share, homes, days }: ForecastGain): string[] {
  const name = { none: 'no forecast', local: 'own model', federated: '', known: '' }[over]
  return [
    `federated over ${name}`,
    `${signed(total)}, ${percent(share)} of the bills; ${spread(homes)} a home, ${spread(days)} a day`,
  ]
}

function spread({ mean, deviation, least, most }: Spread): string {
  return `${signed(mean)} ± ${amount(deviation)} (${signed(least)} to ${signed(most)})`
}

function signed(minorUnits: number): string {
  return `${minorUnits > 0 ? '+' : ''}${amount(minorUnits)}`
}

function amount(minorUnits: number): string {
  return money(BigInt(Math.round(minorUnits)))
}
