import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import type * as TensorFlow from '@tensorflow/tfjs'
import type * as WasmBackend from '@tensorflow/tfjs-backend-wasm'
import { heap } from '../../agent/learning/kernels/workspace.ts'
import { mlp } from '../../agent/learning/models/networks.ts'
import { sgd } from '../../agent/learning/models/optimisers.ts'
import { train, trainIn } from '../../agent/learning/training/local.ts'
import { uniformDraws } from '../../agent/market/uniform-draws.ts'
import { spreadOf } from '../network/statistics.ts'

const WIDTHS = [784, 200, 200, 10]
const BATCH = 10
const LEARNING_RATE = 0.1
const SEED = 1
/** Examples of a run of ours and of the fastest rival, and of one of a slow one; runs, in turn, after those that warm up. */
const [MANY, FEW] = [1000, 100]
const RUNS = 9
const WARM_UP = 2
/** Largest difference of a parameter after the runs of two ways from the same start, of which most are below 0.2. */
const TOLERANCE = 1e-3

const require = createRequire(import.meta.url)
// As modules they would come without gradients under Node.
const tf = require('@tensorflow/tfjs') as typeof TensorFlow
const { setWasmPaths, setThreadsCount } = require('@tensorflow/tfjs-backend-wasm') as typeof WasmBackend

const model = mlp(WIDTHS)
const local = { epochs: 1, batchSize: BATCH, optimiser: sgd(LEARNING_RATE) }
const draw = uniformDraws(SEED)
const start = model.initialise(draw)
const examples = {
  rows: MANY,
  inputs: Float32Array.from({ length: MANY * model.inputs }, draw),
  targets: Float32Array.from({ length: MANY }, () => Math.floor(draw() * model.outputs)),
}

/** A way to train, for an epoch from the same start. */
interface Way {
  what: string
  rows: number
  run: (rows: number) => Promise<Float32Array>
}

const ways: Way[] = [
  { what: 'SIMD', rows: MANY, run: async (rows) => train(model, start, first(rows), local, inSequence()) },
  {
    what: 'plain TypeScript',
    rows: FEW,
    run: async (rows) => trainIn(heap, model, start, first(rows), local, inSequence()),
  },
  { what: 'rival: tfjs, wasm', rows: MANY, run: (rows) => trainTensors('wasm', rows) },
  { what: 'rival: tfjs, cpu', rows: FEW, run: (rows) => trainTensors('cpu', rows) },
]

/** How many examples a second each way learns from, one thread each; all come to the same parameters, or the part fails. */
export async function training() {
  const wasm = dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))
  setWasmPaths(wasm + sep)
  setThreadsCount(1)
  for (const { what, run } of ways) checkAgreement(what, await run(FEW))
  const rates = ways.map((): number[] => [])
  for (let round = 0; round < WARM_UP + RUNS; round++) {
    for (const [index, { rows, run }] of ways.entries()) {
      const begin = performance.now()
      await run(rows)
      const seconds = (performance.now() - begin) / 1000
      if (round >= WARM_UP) rates[index]?.push(rows / seconds)
    }
  }
  const spreads = rates.map(spreadOf)
  return ways.map(({ what, rows }, index) => {
    const { p50 = 0, low = 0, high = 0, runs } = spreads[index] ?? {}
    return {
      what,
      'examples/s (quartiles)': `${p50.toFixed(0)} (${low.toFixed(0)} to ${high.toFixed(0)})`,
      'SIMD is faster by': `${((spreads[0]?.p50 ?? 0) / p50).toFixed(1)}`,
      'examples of a run': rows,
      runs,
    }
  })
}

const expected = trainIn(heap, model, start, first(FEW), local, inSequence())

function checkAgreement(what: string, found: Float32Array): void {
  const error = found.reduce((most, value, i) => Math.max(most, Math.abs(value - (expected[i] ?? 0))), 0)
  if (!(error < TOLERANCE)) throw new Error(`${what} comes to other parameters, by up to ${error}`)
}

/** Draws by which a shuffle changes nothing, for TensorFlow.js gets the examples as they stand. */
function inSequence(): () => number {
  return () => 1 - Number.EPSILON
}

function first(rows: number) {
  return {
    rows,
    inputs: examples.inputs.subarray(0, rows * model.inputs),
    targets: examples.targets.subarray(0, rows),
  }
}

async function trainTensors(backend: 'wasm' | 'cpu', rows: number): Promise<Float32Array> {
  await tf.setBackend(backend)
  let place = 0
  const next = (...shape: number[]) => {
    const size = shape.reduce((product, each) => product * each, 1)
    place += size
    return tf.variable(tf.tensor(start.subarray(place - size, place), shape))
  }
  const layers = WIDTHS.slice(1).map((width, i) => [next(WIDTHS[i] ?? 0, width), next(width)] as const)
  const optimiser = tf.train.sgd(LEARNING_RATE)
  const { inputs, targets } = first(rows)
  for (let row = 0; row < rows; row += BATCH) {
    tf.tidy(() => {
      const given = tf.tensor2d(inputs.subarray(row * model.inputs, (row + BATCH) * model.inputs), [
        BATCH,
        model.inputs,
      ])
      const labels = tf.tensor1d(Int32Array.from(targets.subarray(row, row + BATCH)), 'int32')
      const classes = tf.oneHot(labels, model.outputs)
      optimiser.minimize(() => {
        const scores = layers.reduce<TensorFlow.Tensor>(
          (values, [weights, biases], index) =>
            tf.add(tf.matMul(index === 0 ? values : tf.relu(values), weights), biases),
          given,
        )
        return tf.losses.softmaxCrossEntropy(classes, scores).asScalar()
      })
    })
  }
  const parameters = layers.flat().flatMap((variable) => [...variable.dataSync()])
  tf.dispose(layers.flat())
  return Float32Array.from(parameters)
}
