import type { Aggregate } from '../aggregation/index.ts'
import { derivedSeed } from '../random.ts'
import { forecastErrors } from './forecast-errors.ts'
import { type Forecaster, forecastSlots } from './forecaster.ts'
import type { MeterSeries } from './meter-series.ts'
import { PERSISTENCE, type Persistence, persistenceForecast } from './persistence.ts'
import { checkStudy } from './study-checks.ts'
import { ARCHITECTURES, type Architecture, fineTune, trainFederated, trainOwn } from './training.ts'

/** How a home comes by its forecast: without a model, by its own, by that of all, and by that of all fine-tuned at home. */
export const FORECAST_METHODS = [...PERSISTENCE, 'own', 'federated', 'tuned'] as const
export type ForecastMethod = (typeof FORECAST_METHODS)[number]

/** What is compared. */
export interface ForecastStudy {
  /** All of the same quantity, with as many slots as one another, which begin at the same time. */
  homes: readonly MeterSeries[]
  /** Slots from the latest reading that is known to the slot that is forecast. */
  horizon: number
  /** The first slot that is held out: models are trained and chosen by what was before, and tested from here on. */
  heldOutFrom: number
  /** How the updates of the homes become one. */
  rule: Aggregate
  /** Any integer; the same one gives the same result. */
  seed: number
}

/** What one method forecast, in Wh for each home. */
interface MethodForecasts {
  /** Of the days by which models were chosen, by models that were trained on the days before those. */
  validation: Float64Array[]
  /** Of the held-out slots, by models that were trained on all days before them. */
  heldOut: Float64Array[]
}

/** What came of a study. */
export interface StudiedForecasts {
  /** Slots [validationFrom, heldOutFrom) are those by which models were chosen. */
  validationFrom: number
  heldOutFrom: number
  methods: Record<ForecastMethod, MethodForecasts>
  /** The persistence with the smaller mean absolute error on the validation days, mean over homes. */
  persistence: Persistence
  /** Which model each home chose for itself, which was chosen for all, and whether that is better fine-tuned at home. */
  chosen: { own: Architecture[]; federated: Architecture; shared: 'federated' | 'tuned' }
}

/**
 * Forecasts each home's held-out slots by every method. A model is chosen, between linear and perceptron, by its mean absolute
 * error on the last days before the held-out ones, for which it was trained on the days before those; then it is trained on all
 * of them. The held-out slots are looked at by nothing but the forecasts of later ones.
 *
 * @throws ConfigError `OPTION_INVALID` when there are too few days, no home, or they do not fit one another; what training throws
 *
 * @example
 * ```ts
 * const { methods } = studyForecasts({ homes, horizon: 2, heldOutFrom: 14 * 96, rule: aggregationRule('fedavg'), seed: 1 })
 * forecastErrors(methods.tuned.heldOut[0], homes[0].wh.subarray(14 * 96)).mae
 * ```
 */
export function studyForecasts(study: ForecastStudy): StudiedForecasts {
  const { homes, heldOutFrom, horizon } = study
  const validationFrom = checkStudy(study)
  const validation = [validationFrom, heldOutFrom] as const
  const heldOut = [heldOutFrom, homes[0]?.wh.length ?? 0] as const
  const maeOf = (forecast: Float64Array, home: number) =>
    forecastErrors(forecast, homes[home]?.wh.subarray(...validation) ?? forecast).mae
  const meanMae = (forecasts: readonly Float64Array[]) =>
    forecasts.map(maeOf).reduce((sum, mae) => sum + mae, 0) / homes.length

  const early = { linear: forecastBy(study, 'linear', validation), mlp: forecastBy(study, 'mlp', validation) }
  const own = homes.map((_, home) => best((each) => maeOf(early[each].own[home] ?? new Float64Array(), home)))
  const federated = best((each) => Math.min(meanMae(early[each].federated), meanMae(early[each].tuned)))
  const shared =
    meanMae(early[federated].tuned) <= meanMae(early[federated].federated) ? 'tuned' : 'federated'

  const late = Object.fromEntries(
    [...new Set([...own, federated])].map((each) => [each, forecastBy(study, each, heldOut)]),
  )
  const ofOwn = (all: Partial<Record<Architecture, Trained>>) =>
    own.flatMap((each, home) => all[each]?.own[home] ?? [])
  const ofAll = (method: 'federated' | 'tuned'): MethodForecasts => ({
    validation: early[federated][method],
    heldOut: late[federated]?.[method] ?? [],
  })
  const persisted = (kind: Persistence): MethodForecasts => ({
    validation: homes.map((series) => persistenceForecast(series, kind, horizon, ...validation)),
    heldOut: homes.map((series) => persistenceForecast(series, kind, horizon, ...heldOut)),
  })
  const [last, yesterday] = [persisted('last'), persisted('yesterday')]
  return {
    ...{ validationFrom, heldOutFrom },
    methods: {
      ...{ last, yesterday },
      own: { validation: ofOwn(early), heldOut: ofOwn(late) },
      federated: ofAll('federated'),
      tuned: ofAll('tuned'),
    },
    persistence: meanMae(last.validation) <= meanMae(yesterday.validation) ? 'last' : 'yesterday',
    chosen: { own, federated, shared },
  }
}

/** Forecasts of each home by what was trained. */
type Trained = Record<'own' | 'federated' | 'tuned', Float64Array[]>

/** Trains one architecture in every way on all slots before a span, and forecasts the span. */
function forecastBy(
  { homes, horizon, rule, seed }: ForecastStudy,
  architecture: Architecture,
  span: readonly [from: number, until: number],
): Trained {
  const training = { architecture, horizon, until: span[0], seed }
  const federated = trainFederated(homes, training, rule)
  const walk = (forecasterOf: (series: MeterSeries, home: number) => Forecaster | undefined) =>
    homes.flatMap((series, home) => {
      const forecaster = forecasterOf(series, home)
      return forecaster === undefined ? [] : [forecastSlots(forecaster, series, ...span)]
    })
  const ofHome = (home: number) => ({ ...training, seed: derivedSeed(seed, home) })
  return {
    own: walk((series, home) => trainOwn(series, ofHome(home))),
    federated: walk((_, home) => federated[home]),
    tuned: walk((series, home) => federated[home] && fineTune(federated[home], series, ofHome(home))),
  }
}

function best(errorOf: (architecture: Architecture) => number): Architecture {
  const names = Object.keys(ARCHITECTURES) as Architecture[]
  return names.reduce((least, each) => (errorOf(each) < errorOf(least) ? each : least), 'linear')
}
