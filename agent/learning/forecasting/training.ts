import { uniformDraws } from '../../market/uniform-draws.ts'
import { type Aggregate, mean } from '../aggregation/index.ts'
import { adam, type Examples, type Model } from '../models/index.ts'
import { absoluteError } from '../models/losses.ts'
import { denseNetwork } from '../models/networks.ts'
import { derivedSeed } from '../random.ts'
import { federatedRounds, type LocalTraining, train } from '../training/index.ts'
import { examplesOf, FEATURES, firstForecast, historyOf } from './features.ts'
import type { Forecaster } from './forecaster.ts'
import { checkSeries, type MeterSeries } from './meter-series.ts'
import { type Scale, scaleOf } from './scale.ts'

/** How one way of training goes about it: passes over a home's readings, or rounds of one pass each; what each step takes off. */
interface Course {
  passes: number
  weightDecay: number
}

/**
 * Models that are tried: a weighted sum of what is known (autoregressive), and a perceptron with two hidden layers. What a home learns
 * alone and what a federation learns are trained each as is best for it on validation days: alone, a perceptron has to be held to
 * small weights, and a federation has use for more passes.
 */
export const ARCHITECTURES = {
  linear: {
    ...{ widths: [FEATURES, 1], rate: 0.02 },
    ...{ own: { passes: 40, weightDecay: 0.3 }, federated: { passes: 40, weightDecay: 0.3 } },
  },
  mlp: {
    ...{ widths: [FEATURES, 64, 64, 1], rate: 0.01 },
    ...{ own: { passes: 12, weightDecay: 1 }, federated: { passes: 20, weightDecay: 0.5 } },
  },
} as const satisfies Record<
  string,
  { widths: readonly number[]; rate: number; own: Course; federated: Course }
>
export type Architecture = keyof typeof ARCHITECTURES

const BATCH_SIZE = 32
/** Errors beyond about it, in deviations of the home, count by what they are and not by their squares. */
const LOSS = absoluteError(0.3)
/** Part of the rounds, at the end, whose models are averaged. */
const AVERAGED = 0.5
/** Fine-tuning goes less often through the readings, and is held back to the model of all. */
const TUNING = { passes: 8, rate: 0.01, weightDecay: 0.5, proximal: 0.01 }

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
  const { rate, own } = ARCHITECTURES[training.architecture]
  const local = settling({ ...own, rate }, examples)
  return { model, parameters: train(model, start, examples, local, draw), scale, horizon: training.horizon }
}

/**
 * Trains one model among homes: in each round each trains it for one epoch on its own readings and gives away by how much its
 * parameters changed, no more; the rule makes one change of them. What each home gets is the mean of the models of the last
 * rounds, on its own scale.
 *
 * Source: Izmailov, Podoprikhin, Garipov, Vetrov and Wilson, "Averaging weights leads to wider optima and better
 * generalization" (UAI 2018), section 3, for the mean.
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
  const { rate, federated } = ARCHITECTURES[training.architecture]
  const { passes, weightDecay } = federated
  const rounds = federatedRounds({
    ...{ model, start, byzantine: 0, attack: {}, rule },
    clients: prepared.map(({ examples }) => examples),
    local: { epochs: 1, batchSize: BATCH_SIZE, optimiser: adam(rate, { weightDecay }) },
    seed: derivedSeed(training.seed, FEDERATION),
  })
  const models = Array.from({ length: passes }, () => rounds.next().value.parameters)
  const parameters = Float32Array.from(mean(models.slice(-AVERAGED * passes)))
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
  const examples = trainingExamples(series, scale, { horizon, until })
  const local = { ...settling(TUNING, examples), proximal: TUNING.proximal }
  const draw = uniformDraws(derivedSeed(seed, HOME))
  return { ...forecaster, parameters: train(model, parameters, examples, local, draw) }
}

/** Training by steps that become small. */
function settling(
  { passes, weightDecay, rate }: Course & { rate: number },
  { rows }: Examples,
): LocalTraining {
  const decaySteps = passes * Math.ceil(rows / BATCH_SIZE)
  return { epochs: passes, batchSize: BATCH_SIZE, optimiser: adam(rate, { weightDecay, decaySteps }) }
}

function prepare({ architecture, seed }: ForecastTraining, part: number) {
  const model: Model = denseNetwork(ARCHITECTURES[architecture].widths, LOSS)
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
