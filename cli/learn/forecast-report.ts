import { FORECAST_METHODS, type ForecastMethod, skillScore, spreadOf } from '../../agent/index.ts'
import { formatInstant } from '../../community/instant.ts'
import { counted, energy, percent } from '../format.ts'
import { table } from '../table.ts'
import type { ForecastReport, HomeRow, QuantityReport } from './forecast.ts'

const TITLES = { load: 'load', pv: 'generation' } as const
/** Eighths of a line's height. */
const BARS = [...'▁▂▃▄▅▆▇█']
const HOUR = 3_600
const DAY = 86_400

/** The report for programs: errors in Wh per slot, skill as a share. */
export function toJson({ quantities, heldOutStart, ...report }: ForecastReport): object {
  return {
    ...report,
    heldOutStart: formatInstant(heldOutStart),
    ...Object.fromEntries(
      quantities.map(({ quantity, study, rows }) => [
        quantity,
        {
          persistence: study.persistence,
          chosen: study.chosen,
          homes: rows.map(({ home, errors }) => ({ home, errors })),
          mean: perMethod((method) => ({
            mae: spreadOf(rows.map(({ errors }) => errors[method].mae)),
            rmse: spreadOf(rows.map(({ errors }) => errors[method].rmse)),
            skill: skillOf(rows, method),
          })),
        },
      ]),
    ),
  }
}

/** The report for people. @param home that was asked for alone */
export function toText(report: ForecastReport, home: string | undefined): string {
  const { name, slotSeconds, trainingSlots, heldOutSlots, heldOutStart, rule, seed, horizon } = report
  const days = (slots: number) => counted((slots * slotSeconds) / DAY, 'day')
  const head = [
    `${name}: slots of ${slotSeconds / 60} minutes, each forecast from what is known ${horizon} before; ${rule}, seed ${seed}`,
    `learnt from ${days(trainingSlots)}, tested on ${days(heldOutSlots)} from ${formatInstant(heldOutStart)}; mean absolute error in Wh per slot`,
  ]
  return [
    head.join('\n'),
    ...report.quantities
      .filter(({ rows }) => rows.length > 0)
      .flatMap((each) => [
        tableOf(each),
        factsOf(each),
        ...(home === undefined ? [] : [linesOf(each, report)]),
      ]),
  ].join('\n\n')
}

function tableOf({ quantity, rows }: QuantityReport): string {
  const line = (name: string, of: (method: ForecastMethod) => string) => [name, ...FORECAST_METHODS.map(of)]
  const spreads = perMethod((method) => spreadOf(rows.map(({ errors }) => errors[method].mae)))
  const perHome = rows.map(({ home, errors }) => line(home, (method) => errors[method].mae.toFixed(1)))
  const summary = [
    line('mean', (method) => spreads[method].mean.toFixed(2)),
    line('deviation', (method) => spreads[method].deviation.toFixed(2)),
    line('RMSE, mean', (method) => meanOf(rows, (row) => row.errors[method].rmse).toFixed(2)),
    line('skill', (method) => percent(skillOf(rows, method))),
  ]
  return table(
    [[TITLES[quantity], ...FORECAST_METHODS], ...perHome, ...(rows.length > 1 ? summary : summary.slice(2))],
    ['left', ...FORECAST_METHODS.map(() => 'right' as const)],
  )
}

/** Skill is against the better of the two persistences at each home: no forecast is flattered by a weak one. */
function skillOf(rows: readonly HomeRow[], method: ForecastMethod): number {
  const reference = meanOf(rows, ({ errors }) => Math.min(errors.last.mae, errors.yesterday.mae))
  return skillScore(
    meanOf(rows, ({ errors }) => errors[method].mae),
    reference,
  )
}

function factsOf({ study, rows }: QuantityReport): string {
  const { own, federated, shared } = study.chosen
  const linear = own.filter((each) => each === 'linear').length
  const better = (than: ForecastMethod) =>
    rows.filter(({ errors }) => errors[shared].mae < errors[than].mae).length
  return table(
    [
      [
        'chosen',
        `${federated} for all, ${shared}; by themselves ${linear} of ${own.length} linear, the others mlp`,
      ],
      [
        `${shared} beats`,
        `own at ${better('own')} of ${counted(rows.length, 'home')}, last at ${better('last')}, yesterday at ${better('yesterday')}`,
      ],
    ],
    ['left', 'left'],
  )
}

/** A home's last day, hour by hour. */
function linesOf({ quantity, rows }: QuantityReport, { slotSeconds, heldOutSlots }: ForecastReport): string {
  const [row] = rows
  if (row === undefined) return ''
  const perHour = HOUR / slotSeconds
  const hours = (values: Float64Array) =>
    Array.from({ length: 24 }, (_, hour) => {
      const first = heldOutSlots - (24 - hour) * perHour
      return values.subarray(first, first + perHour).reduce((sum, wh) => sum + wh, 0)
    })
  const lines = { measured: hours(row.measured), ...perMethod((method) => hours(row.forecasts[method])) }
  const most = Math.max(...Object.values(lines).flat(), 1)
  const bar = (wh: number) => BARS[Math.min(BARS.length - 1, Math.floor((wh / most) * BARS.length))] ?? ''
  return table(
    [
      [`${TITLES[quantity]}, last day`, `24 hours, highest ${energy(most)} Wh`],
      ...Object.entries(lines).map(([name, values]) => [name, values.map(bar).join('')]),
    ],
    ['left', 'left'],
  )
}

function meanOf(rows: readonly HomeRow[], of: (row: HomeRow) => number): number {
  return rows.reduce((sum, row) => sum + of(row), 0) / rows.length
}

function perMethod<T>(of: (method: ForecastMethod) => T): Record<ForecastMethod, T> {
  return Object.fromEntries(FORECAST_METHODS.map((method) => [method, of(method)])) as Record<
    ForecastMethod,
    T
  >
}
