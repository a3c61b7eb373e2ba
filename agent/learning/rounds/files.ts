import { ConfigError, WireError } from '../../../protocol/errors.ts'
import { decodeSafetensors, encodeSafetensors, type Tensor, type TensorOf } from '../encoding/index.ts'
import { type Examples, linearRegression, type Model, mlp, softmaxRegression } from '../models/index.ts'
import { type LearningModel, NETWORKS, type Network, type TaskModel } from './learning-model.ts'

/** Most layers of a network that a file may describe. */
const MAX_LAYERS = 16

/** Bounds of what a model is scored by: products and quotients of such numbers are finite, and none of them is 0. */
const [LEAST, MOST] = [1e-30, 1e30]

/**
 * Writes a model that agents train together, with what it takes to train and to score it: safetensors with the tensor
 * `parameters`, and as metadata `network`, `layers`, `scale`, `damping` and `maxNorm`.
 *
 * @throws ConfigError `MODEL_INVALID` when it is of no kind that there is, or its numbers are out of their bounds;
 *   `TENSORS_INVALID` when a parameter is NaN or infinite
 *
 * @example
 * ```ts
 * const network = { kind: 'linear', layers: [1, 1] } as const
 * const model = { network, parameters: Float32Array.of(0, 0), scale: 2 ** 20, damping: 20, maxNorm: 1 }
 * decodeModel(encodeModel(model)).model.predict(Float32Array.of(2, 1), Float32Array.of(3)) // [7]
 * ```
 */
export function encodeModel(model: LearningModel): Uint8Array {
  const fault = faultOf(model)
  if (fault !== undefined) {
    throw new ConfigError('MODEL_INVALID', 'A model cannot be trained together.', {
      ...fault,
      remedy: 'Give a network that there is, as many parameters as it has, and positive numbers.',
    })
  }
  const { network, parameters, scale, damping, maxNorm } = model
  const metadata = new Map([
    ['network', network.kind],
    ['layers', network.layers.join(' ')],
    ...Object.entries({ scale, damping, maxNorm }).map(([name, value]) => [name, `${value}`] as const),
  ])
  const tensor: Tensor = { dtype: 'F32', shape: [parameters.length], data: parameters }
  return encodeSafetensors({ tensors: new Map([['parameters', tensor]]), metadata })
}

/**
 * Reads what {@link encodeModel} wrote.
 *
 * @throws WireError `SAFETENSORS_INVALID`, or `MODEL_INVALID` when it describes no model
 */
export function decodeModel(bytes: Uint8Array): TaskModel {
  const { tensors, metadata } = decodeSafetensors(bytes)
  const text = (name: string) => metadata?.get(name) ?? ''
  const number = (name: string) => (/^[\d.e+-]+$/.test(text(name)) ? Number(text(name)) : Number.NaN)
  const layers = text('layers')
    .split(' ')
    .map((size) => (/^\d{1,7}$/.test(size) ? Number(size) : 0))
  const model = {
    network: { kind: text('network') as Network['kind'], layers },
    parameters: vectorOf(tensors.get('parameters'), 'F32', tensors.size) ?? new Float32Array(),
    scale: number('scale'),
    damping: number('damping'),
    maxNorm: number('maxNorm'),
  }
  const fault = faultOf(model)
  if (fault !== undefined) throw wrong('MODEL_INVALID', fault)
  return { ...model, model: modelOf(model.network) }
}

/** Writes an update or an aggregate, in fixed point: safetensors with the tensor `update`. */
export function encodeFixedPoint(values: Int32Array): Uint8Array {
  const tensor: Tensor = { dtype: 'I32', shape: [values.length], data: values }
  return encodeSafetensors({ tensors: new Map([['update', tensor]]) })
}

/** Reads what {@link encodeFixedPoint} wrote. @throws WireError `SAFETENSORS_INVALID` or `UPDATE_INVALID` */
export function decodeFixedPoint(bytes: Uint8Array): Int32Array {
  const { tensors } = decodeSafetensors(bytes)
  const values = vectorOf(tensors.get('update'), 'I32', tensors.size)
  if (values !== undefined) return values
  const received = [...tensors].map(([name, { dtype, shape }]) => `${name} ${dtype}[${shape}]`).join(', ')
  throw wrong('UPDATE_INVALID', { field: 'update', expected: 'one tensor I32 of one dimension', received })
}

/** Writes a hidden set: safetensors with the tensors `inputs` and `targets`, row by row. */
export function encodeExamples({ rows, inputs, targets }: Examples): Uint8Array {
  const tensorOf = (values: Float32Array): Tensor => ({
    dtype: 'F32',
    shape: [rows, values.length / rows],
    data: values,
  })
  const entries = [
    ['inputs', tensorOf(Float32Array.from(inputs))],
    ['targets', tensorOf(Float32Array.from(targets))],
  ] as const
  return encodeSafetensors({ tensors: new Map(entries) })
}

/** Reads what {@link encodeExamples} wrote. @throws WireError `SAFETENSORS_INVALID` or `EXAMPLES_INVALID` */
export function decodeExamples(bytes: Uint8Array): Examples {
  const { tensors } = decodeSafetensors(bytes)
  const inputs = tensors.get('inputs')
  const targets = tensors.get('targets')
  const [rows = 0] = inputs?.shape ?? []
  const isTable = (tensor: Tensor | undefined) => tensor?.shape.length === 2 && tensor.shape[0] === rows
  if (inputs?.dtype === 'F32' && targets?.dtype === 'F32' && isTable(inputs) && isTable(targets)) {
    return { rows, inputs: inputs.data, targets: targets.data }
  }
  throw wrong('EXAMPLES_INVALID', {
    field: 'examples',
    expected: 'tensors `inputs` and `targets`, F32, of two dimensions and as many rows',
    received: [...tensors].map(([name, { dtype, shape }]) => `${name} ${dtype}[${shape}]`).join(', '),
  })
}

interface Fault {
  field: string
  expected: string
  received: unknown
}

/** What is wrong with a model; undefined when nothing is. */
function faultOf({ network, parameters, scale, damping, maxNorm }: LearningModel): Fault | undefined {
  const { kind, layers } = network
  if (!NETWORKS.includes(kind)) {
    return { field: 'network', expected: NETWORKS.join(', '), received: kind }
  }
  const most = kind === 'mlp' ? MAX_LAYERS : 2
  const isSized = layers.length >= 2 && layers.length <= most
  if (!isSized || layers.some((size) => !Number.isSafeInteger(size) || size < 1)) {
    return { field: 'layers', expected: `2 to ${most} positive integers`, received: layers.join(' ') }
  }
  if (kind !== 'linear' && (layers.at(-1) ?? 0) < 2) {
    return { field: 'layers', expected: 'two classes at least', received: layers.join(' ') }
  }
  const size = sizeOf(layers)
  if (size !== parameters.length) {
    return { field: 'parameters', expected: `${size} values`, received: `${parameters.length} values` }
  }
  for (const [field, received] of Object.entries({ scale, damping, maxNorm })) {
    if (received >= LEAST && received <= MOST) continue
    return { field, expected: `a number from ${LEAST} to ${MOST}`, received }
  }
  return undefined
}

/** Parameters of dense layers, before any array of them is made. */
function sizeOf(layers: readonly number[]): number {
  return layers.slice(1).reduce((sum, outputs, i) => sum + ((layers[i] ?? 0) + 1) * outputs, 0)
}

function modelOf({ kind, layers }: Network): Model {
  const [inputs = 0, outputs = 0] = layers
  if (kind === 'linear') return linearRegression(inputs, outputs)
  return kind === 'softmax' ? softmaxRegression(inputs, outputs) : mlp(layers)
}

/** The numbers of the only tensor of a file, when it is of that type and has one dimension. */
function vectorOf<D extends Tensor['dtype']>(
  tensor: Tensor | undefined,
  dtype: D,
  count: number,
): TensorOf<D>['data'] | undefined {
  const isVector = count === 1 && tensor?.dtype === dtype && tensor.shape.length === 1
  return isVector ? (tensor as TensorOf<D>).data : undefined
}

function wrong(code: string, fault: Fault): WireError {
  return new WireError(code, 'A file of a learning task is not what it should be.', {
    ...fault,
    remedy: 'Leave it out: who made it is at fault.',
  })
}
