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
import { checkLength } from './checks.ts'
import { type Layer, outputsOf, scratchOf, sizeOf } from './layers.ts'
import type { Loss } from './losses.ts'
import { checkShape, type Examples, type Model } from './model.ts'

/** A layer, with where its parameters begin among all. */
interface Placed {
  layer: Layer
  start: number
}

/**
 * Layers one after the other, with a ReLU between one and the next, and none after the last. A single dense one is linear.
 *
 * @param layers one at least; each takes what the one before makes
 */
export function network(layers: readonly [Layer, ...Layer[]], loss: Loss): Model {
  const placed = place(layers)
  const last = layers.at(-1) ?? layers[0]
  const [{ inputs }, outputs] = [layers[0], outputsOf(last)]
  const targets = loss.targets(outputs)
  const size = layers.reduce((sum, layer) => sum + sizeOf(layer), 0)

  /** What goes into each layer, and what comes out of the last. */
  function forward(parameters: Vector, rows: number, given: Vector): Vector[] {
    checkLength('parameters', parameters, size)
    const values = [given]
    for (const [index, each] of placed.entries()) {
      const next = apply(each, parameters, values[index] ?? given, rows)
      if (index < placed.length - 1) rectify(next)
      values.push(next)
    }
    return values
  }

  function scoresOf(parameters: Vector, rows: number, given: Vector): Vector {
    return forward(parameters, rows, given).at(-1) ?? given
  }

  return {
    size,
    inputs,
    outputs,
    targets,
    scratch: (rows) => layers.reduce((sum, layer) => sum + scratchOf(layer, rows), 0),
    initialise: (draw) => heInitialisation(placed, size, draw),
    loss(parameters, examples) {
      checkShape({ inputs, targets }, examples)
      const found = scoresOf(parameters, examples.rows, examples.inputs)
      return loss.differentiate(found, examples.targets, outputs)
    },
    differentiate(parameters: Vector, examples: Examples, gradient: Vector) {
      checkShape({ inputs, targets }, examples)
      checkLength('gradient', gradient, size)
      const { rows } = examples
      const values = forward(parameters, rows, examples.inputs)
      let delta = values.at(-1) ?? examples.inputs
      const mean = loss.differentiate(delta, examples.targets, outputs)
      gradient.fill(0)
      for (let index = placed.length - 1; index >= 0; index--) {
        const [each, given] = [placed[index], values[index]]
        if (each === undefined || given === undefined) continue
        addGradient(each, gradient, given, delta, rows)
        if (index > 0) delta = backward(each, parameters, given, delta, rows)
      }
      return mean
    },
    predict(parameters, given) {
      const rows = Math.ceil(given.length / inputs)
      checkLength('inputs', given, rows * inputs)
      return scoresOf(parameters, rows, given)
    },
  }
}

function place(layers: readonly Layer[]): Placed[] {
  let start = 0
  return layers.map((layer) => {
    const placed = { layer, start }
    start += sizeOf(layer)
    return placed
  })
}

/** Views of the weights and biases of a layer in a vector of all parameters. */
function viewOf({ layer: { patch, units }, start }: Placed, all: Vector) {
  const biases = start + patch * units
  return { weights: all.subarray(start, biases), biases: all.subarray(biases, biases + units) }
}

/**
 * Weights of mean 0 and variance 2 / values that go into a unit, biases 0.
 *
 * Source: He, Zhang, Ren and Sun, "Delving deep into rectifiers" (ICCV 2015), section 2.2, equation 10.
 */
function heInitialisation(layers: readonly Placed[], size: number, draw: () => number): Float32Array {
  const parameters = new Float32Array(size)
  const normal = normalDraws(draw)
  for (const placed of layers) {
    const deviation = Math.sqrt(2 / placed.layer.patch)
    const { weights } = viewOf(placed, parameters)
    for (let i = 0; i < weights.length; i++) weights[i] = deviation * normal()
  }
  return parameters
}

function apply(placed: Placed, parameters: Vector, given: Vector, rows: number): Vector {
  const { patch, units, positions, unfold } = placed.layer
  const { weights, biases } = viewOf(placed, parameters)
  const next = zerosLike(parameters, rows * positions * units)
  addProduct(unfold(given, rows), weights, next, [rows * positions, patch, units])
  addToRows(biases, next)
  return next
}

/** What is no number stays none, so that it is seen. */
function rectify(values: Vector): void {
  for (let i = 0; i < values.length; i++) if ((values[i] ?? 0) < 0) values[i] = 0
}

function addGradient(placed: Placed, gradient: Vector, given: Vector, delta: Vector, rows: number): void {
  const { patch, units, positions, unfold } = placed.layer
  const { weights, biases } = viewOf(placed, gradient)
  addTransposedProduct(unfold(given, rows), delta, weights, [patch, rows * positions, units])
  addRowSums(delta, biases)
}

/** Gradient with respect to what came out of the layer below, before its ReLU: 0 where that let nothing through. */
function backward(placed: Placed, parameters: Vector, given: Vector, delta: Vector, rows: number): Vector {
  const { patch, units, positions, fold } = placed.layer
  const { weights } = viewOf(placed, parameters)
  const patches = zerosLike(parameters, rows * positions * patch)
  addProductTransposed(delta, weights, patches, [rows * positions, units, patch])
  const below = fold(patches, rows)
  for (let i = 0; i < below.length; i++) if (given[i] === 0) below[i] = 0
  return below
}
