import {
  addProduct,
  addProductTransposed,
  addRowSums,
  addToRows,
  addTransposedProduct,
  type Vector,
  zerosLike,
} from '../kernels.ts'
import { normalDraws } from '../random.ts'
import { checkCount, checkLength } from './checks.ts'
import type { Loss } from './losses.ts'
import { checkShape, type Examples, type Model } from './model.ts'

/** Where the parameters of a layer stand: weights, inputs × outputs row by row, then as many biases as outputs. */
interface Layer {
  inputs: number
  outputs: number
  start: number
}

/**
 * Layers that are connected completely, with a ReLU between one and the next, and none after the last. Without a layer in
 * between it is linear.
 *
 * @param widths values per row before the first layer, between each and the next, and after the last
 * @throws ConfigError `OPTION_INVALID` unless there are two widths at least, all of them positive integers
 */
export function denseNetwork(widths: readonly number[], loss: Loss): Model {
  checkCount('widths.length', widths.length, 2)
  for (const [index, width] of widths.entries()) checkCount(`widths[${index}]`, width)
  const layers = layersOf(widths)
  const [inputs, outputs] = [widths[0] ?? 0, widths.at(-1) ?? 0]
  const targets = loss.targets(outputs)
  const size = layers.reduce((sum, layer) => sum + sizeOf(layer), 0)

  /** What goes into each layer, and what comes out of the last. */
  function forward(parameters: Vector, rows: number, given: Vector): Vector[] {
    checkLength('parameters', parameters, size)
    const values = [given]
    for (const [index, layer] of layers.entries()) {
      const next = apply(layer, parameters, values[index] ?? given, rows)
      if (index < layers.length - 1) rectify(next)
      values.push(next)
    }
    return values
  }

  function outputsOf(parameters: Vector, rows: number, given: Vector): Vector {
    return forward(parameters, rows, given).at(-1) ?? given
  }

  return {
    size,
    inputs,
    outputs,
    targets,
    initialise: (draw) => heInitialisation(layers, size, draw),
    loss(parameters, examples) {
      checkShape({ inputs, targets }, examples)
      const found = outputsOf(parameters, examples.rows, examples.inputs)
      return loss.differentiate(found, examples.targets, outputs)
    },
    differentiate(parameters: Vector, examples: Examples, gradient: Vector) {
      checkShape({ inputs, targets }, examples)
      checkLength('gradient', gradient, size)
      const values = forward(parameters, examples.rows, examples.inputs)
      let delta = values.at(-1) ?? examples.inputs
      const mean = loss.differentiate(delta, examples.targets, outputs)
      gradient.fill(0)
      for (let index = layers.length - 1; index >= 0; index--) {
        const [layer, given] = [layers[index], values[index]]
        if (layer === undefined || given === undefined) continue
        addGradient(layer, gradient, given, delta, examples.rows)
        if (index > 0) delta = backward(layer, parameters, given, delta, examples.rows)
      }
      return mean
    },
    predict(parameters, given) {
      const rows = Math.ceil(given.length / inputs)
      checkLength('inputs', given, rows * inputs)
      return outputsOf(parameters, rows, given)
    },
  }
}

function layersOf(widths: readonly number[]): Layer[] {
  let start = 0
  return widths.slice(1).map((outputs, index) => {
    const layer = { inputs: widths[index] ?? 0, outputs, start }
    start += sizeOf(layer)
    return layer
  })
}

function sizeOf({ inputs, outputs }: Pick<Layer, 'inputs' | 'outputs'>): number {
  return (inputs + 1) * outputs
}

/** Views of the weights and biases of a layer in a vector of all parameters. */
function viewOf({ inputs, outputs, start }: Layer, all: Vector) {
  const biases = start + inputs * outputs
  return { weights: all.subarray(start, biases), biases: all.subarray(biases, biases + outputs) }
}

/**
 * Weights of mean 0 and variance 2 / inputs of the layer, biases 0.
 *
 * Source: He, Zhang, Ren and Sun, "Delving deep into rectifiers" (ICCV 2015), section 2.2, equation 10.
 */
function heInitialisation(layers: readonly Layer[], size: number, draw: () => number): Float32Array {
  const parameters = new Float32Array(size)
  const normal = normalDraws(draw)
  for (const layer of layers) {
    const deviation = Math.sqrt(2 / layer.inputs)
    const { weights } = viewOf(layer, parameters)
    for (let i = 0; i < weights.length; i++) weights[i] = deviation * normal()
  }
  return parameters
}

function apply(layer: Layer, parameters: Vector, given: Vector, rows: number): Vector {
  const { weights, biases } = viewOf(layer, parameters)
  const next = zerosLike(parameters, rows * layer.outputs)
  addProduct(given, weights, next, [rows, layer.inputs, layer.outputs])
  addToRows(biases, next)
  return next
}

/** What is no number stays none, so that it is seen. */
function rectify(values: Vector): void {
  for (let i = 0; i < values.length; i++) if ((values[i] ?? 0) < 0) values[i] = 0
}

function addGradient(layer: Layer, gradient: Vector, given: Vector, delta: Vector, rows: number): void {
  const { weights, biases } = viewOf(layer, gradient)
  addTransposedProduct(given, delta, weights, [layer.inputs, rows, layer.outputs])
  addRowSums(delta, biases)
}

/** Gradient with respect to what came out of the layer below, before its ReLU: 0 where that let nothing through. */
function backward(layer: Layer, parameters: Vector, given: Vector, delta: Vector, rows: number): Vector {
  const { weights } = viewOf(layer, parameters)
  const below = zerosLike(parameters, rows * layer.inputs)
  addProductTransposed(delta, weights, below, [rows, layer.outputs, layer.inputs])
  for (let i = 0; i < below.length; i++) if (given[i] === 0) below[i] = 0
  return below
}
