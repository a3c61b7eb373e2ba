import { uniformDraws } from '../../market/uniform-draws.ts'
import type { Aggregate } from '../aggregation/index.ts'
import { adam, type Examples, type Model } from '../models/index.ts'
import { squaredError } from '../models/losses.ts'
import { denseNetwork } from '../models/networks.ts'
import { derivedSeed } from '../random.ts'
import { federatedRounds, train } from '../training/index.ts'
import { examplesOf, FEATURES, firstForecast, historyOf } from './features.ts'
import type { Forecaster } from './forecaster.ts'
import { checkSeries, type MeterSeries } from './meter-series.ts'
import { type Scale, scaleOf } from './scale.ts'

/**
 * Models that are tried: a weighted sum of what is known (autoregressive), and a perceptron with one hidden layer. Each with
 * how often it goes through a home's readings: as epochs where a home learns alone, as rounds of one epoch in a federation.
 */
export const ARCHITECTURES = {
  linear: { widths: [FEATURES, 1], passes: 60 },
  mlp: { widths: [FEATURES, 16, 1], passes: 12 },
} as const
export type Architecture = keyof typeof ARCHITECTURES

const BATCH_SIZE = 32
const RATE = 0.003
/** Fine-tuning goes less often through the readings and by smaller steps, and is held back to the model of all. */
const TUNING = { epochs: 6, rate: 0.002, proximal: 0.3 }

/** Parts of a training that draw for themselves. */
const [START, FEDERATION, OWN, HOME] = [0, 1, 2, 3]

/** What a forecaster is trained with. */
export interface ForecastTraining {
  architecture: Architecture
  /** Slots from the latest reading that is known to the slot that is forecast. */
  horizon: number
  /** Slots [0, until) of each series are learnt from, and nothing after them is looked at. */
  until: number
  /** Any integer; the same one gives the same model. */
  seed: number
}

/**
 * Trains a forecaster for a home by itself, on nothing but its own readings.
 *
 * @throws ConfigError `OPTION_INVALID` when there are too few readings, or one is negative, `NOT_FINITE`, `SHAPE_MISMATCH`
 */
export function trainOwn(series: MeterSeries, training: ForecastTraining): Forecaster {
  const { model, start, draw } = prepare(training, OWN)
  const { scale, examples } = prepareHome(series, training)
  const epochs = ARCHITECTURES[training.architecture].passes
  const local = { epochs, batchSize: BATCH_SIZE, optimiser: adam(RATE) }
  return { model, parameters: train(model, start, examples, local, draw), scale, horizon: training.horizon }
}

/**
 * Trains one model among homes: in each round each trains it for one epoch on its own readings and gives away by how much its
 * parameters changed, no more; the rule makes one change of them. What each home gets is this model on its own scale.
 *
 * @param rule how the updates of the homes become one
 * @throws as {@link trainOwn}; and what the rule throws
 */
export function trainFederated(
  homes: readonly MeterSeries[],
  training: ForecastTraining,
  rule: Aggregate,
): Forecaster[] {
  const { model, start } = prepare(training, FEDERATION)
  const prepared = homes.map((series) => prepareHome(series, training))
  const rounds = federatedRounds({
    ...{ model, start, byzantine: 0, attack: {}, rule },
    clients: prepared.map(({ examples }) => examples),
    local: { epochs: 1, batchSize: BATCH_SIZE, optimiser: adam(RATE) },
    seed: derivedSeed(training.seed, FEDERATION),
  })
  const { passes } = ARCHITECTURES[training.architecture]
  let parameters = start
  for (let round = 0; round < passes; round++) parameters = rounds.next().value.parameters
  return prepared.map(({ scale }) => ({ model, parameters, scale, horizon: training.horizon }))
}

/**
 * Fine-tunes a forecaster on a home's own readings, held back to where it was by a proximal term.
 *
 * Source: Li, Sahu, Zaheer, Sanjabi, Talwalkar and Smith, "Federated optimization in heterogeneous networks" (MLSys 2020),
 * equation 2, for the term; Wang, Mathews, Kiddon, Eichner, Beaufays and Ramage, "Federated evaluation of on-device
 * personalization" (2019) for tuning what a federation learnt at each participant.
 *
 * @throws as {@link trainOwn}
 */
export function fineTune(
  forecaster: Forecaster,
  series: MeterSeries,
  { until, seed }: Pick<ForecastTraining, 'until' | 'seed'>,
): Forecaster {
  const { model, parameters, scale, horizon } = forecaster
  const local = {
    ...{ epochs: TUNING.epochs, batchSize: BATCH_SIZE, optimiser: adam(TUNING.rate) },
    proximal: TUNING.proximal,
  }
  const examples = trainingExamples(series, scale, { horizon, until })
  const draw = uniformDraws(derivedSeed(seed, HOME))
  return { ...forecaster, parameters: train(model, parameters, examples, local, draw) }
}

function prepare({ architecture, seed }: ForecastTraining, part: number) {
  const model: Model = denseNetwork(ARCHITECTURES[architecture].widths, squaredError)
  const start = model.initialise(uniformDraws(derivedSeed(seed, START)))
  return { model, start, draw: uniformDraws(derivedSeed(seed, part)) }
}

function prepareHome(series: MeterSeries, training: ForecastTraining) {
  checkSeries(series)
  const scale = scaleOf(series.wh.subarray(0, training.until))
  return { scale, examples: trainingExamples(series, scale, training) }
}

/** Of the slots before `until`, of a series that ends there: what comes later is out of reach. */
function trainingExamples(
  series: MeterSeries,
  scale: Scale,
  { horizon, until }: Pick<ForecastTraining, 'horizon' | 'until'>,
): Examples {
  const known = { ...series, wh: series.wh.subarray(0, until) }
  return examplesOf(historyOf(known, scale, horizon), firstForecast(known), until)
}
