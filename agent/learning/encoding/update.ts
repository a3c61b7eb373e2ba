import { ConfigError, WireError } from '../../../protocol/errors.ts'
import { notFinite, type Vector } from '../kernels.ts'
import { dequantise, quantise } from './int8.ts'
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts'
import type { Dtype, Tensor, TensorOf } from './tensors.ts'
import { topK } from './top-k.ts'

/** How an update is made smaller to be sent. */
export interface Compression {
  /** Share of the values that are sent, those of the largest magnitude, above 0 and at most 1; by default all. */
  keep?: number
  /** Whether they are sent as 8-bit integers, and how they are rounded; by default they are 32-bit floats. */
  int8?: 'nearest' | 'stochastic'
}

/** An update as it is sent, and as it comes. */
export interface EncodedUpdate {
  readonly bytes: Uint8Array
  /** What a receiver reads from the bytes: the update, less what compression takes from it. */
  readonly received: Float32Array
}

/**
 * Writes an update of a model's parameters as safetensors: `values` (F32, or I8 with a `scale`), and where not all are sent
 * `places` (I32, ascending).
 *
 * @param update finite numbers, one at least
 * @param draw uniform numbers from 0 to below 1, which stochastic rounding needs
 * @throws ConfigError `UPDATE_INVALID`, or `OPTION_INVALID`
 *
 * @example
 * ```ts
 * const { bytes } = encodeUpdate(Float32Array.of(1, -3, 2), { keep: 0.3 })
 * decodeUpdate(bytes, 3) // [0, -3, 0]
 * ```
 */
export function encodeUpdate(
  update: Vector,
  { keep = 1, int8 }: Compression = {},
  draw?: () => number,
): EncodedUpdate {
  const size = update.length
  if (size === 0) throw invalid('update', 'at least one value', 'none')
  const place = notFinite(update)
  if (place >= 0) throw invalid(`update[${place}]`, 'a finite number', update[place])
  if (!(keep > 0 && keep <= 1)) throw option('keep', 'a share above 0 and at most 1', keep)
  if (int8 === 'stochastic' && draw === undefined)
    throw option('draw', 'numbers for stochastic rounding', draw)
  const tensors = new Map<string, Tensor>()
  const places = keep < 1 ? topK(Float64Array.from(update), Math.ceil(keep * size)) : undefined
  const sent = Float64Array.from(places ?? update, (value) =>
    places === undefined ? value : (update[value] ?? 0),
  )
  if (places !== undefined) tensors.set('places', { dtype: 'I32', shape: [places.length], data: places })
  if (int8 === undefined) {
    const data = Float32Array.from(sent)
    const lost = notFinite(data)
    if (lost >= 0) throw invalid('update', 'numbers within the range of 32-bit floats', sent[lost])
    tensors.set('values', { dtype: 'F32', shape: [sent.length], data })
  } else {
    const { values, scale } = quantise(sent, int8 === 'stochastic' ? draw : undefined)
    if (!Number.isFinite(scale)) throw invalid('update', 'numbers within the range of 32-bit floats', scale)
    tensors.set('scale', { dtype: 'F32', shape: [], data: Float32Array.of(scale) })
    tensors.set('values', { dtype: 'I8', shape: [sent.length], data: values })
  }
  const bytes = encodeSafetensors({ tensors, metadata: new Map([['size', String(size)]]) })
  return { bytes, received: decodeUpdate(bytes, size) }
}

/**
 * Reads an update; what is not sent of it is 0.
 *
 * @param size how many parameters the model has
 * @throws WireError `SAFETENSORS_INVALID`; `UPDATE_INVALID` when it is of another size, or its tensors are not those that
 *   `encodeUpdate` writes
 */
export function decodeUpdate(bytes: Uint8Array, size: number): Float32Array {
  const { tensors, metadata } = decodeSafetensors(bytes)
  const declared = [...(metadata ?? [])].map(([name, text]) => `${name}: ${text}`).join(', ')
  if (declared !== `size: ${size}`) throw malformed('metadata', `size: ${size}`, declared)
  const names = [...tensors.keys()].sort().join(', ')
  const places = tensors.has('places') ? tensorOf(tensors, 'places', 'I32') : undefined
  const isQuantised = tensors.has('scale')
  const expected = [...(places ? ['places'] : []), ...(isQuantised ? ['scale'] : []), 'values'].join(', ')
  if (names !== expected) throw malformed('tensors', expected, names)
  const values = isQuantised ? dequantised(tensors) : tensorOf(tensors, 'values', 'F32')
  const count = places?.length ?? size
  if (values.length !== count) throw malformed('values', `${count} values`, values.length)
  const place = notFinite(values)
  if (place >= 0) throw malformed(`values[${place}]`, 'a finite number', values[place])
  if (places === undefined) return values
  const update = new Float32Array(size)
  let least = 0
  for (const [index, place] of places.entries()) {
    if (place < least || place >= size) throw malformed(`places[${index}]`, `${least} to ${size - 1}`, place)
    update[place] = values[index] ?? 0
    least = place + 1
  }
  return update
}

function dequantised(tensors: ReadonlyMap<string, Tensor>): Float32Array {
  const [scale = Number.NaN] = tensorOf(tensors, 'scale', 'F32')
  if (tensors.get('scale')?.shape.length !== 0 || scale < 0)
    throw malformed('scale', 'one number from 0', scale)
  return dequantise({ values: tensorOf(tensors, 'values', 'I8'), scale })
}

/** Numbers of a tensor of one dimension; the shape of a scale is looked at by itself. */
function tensorOf<D extends Dtype>(
  tensors: ReadonlyMap<string, Tensor>,
  name: string,
  dtype: D,
): TensorOf<D>['data'] {
  const tensor = tensors.get(name)
  const isOne = tensor !== undefined && (tensor.shape.length === 1 || name === 'scale')
  if (isOne && tensor.dtype === dtype) return (tensor as unknown as TensorOf<D>).data
  const received = tensor && `[${tensor.shape.join(', ')}] of ${tensor.dtype}`
  throw malformed(name, `one dimension of ${dtype}`, received)
}

function invalid(field: string, expected: string, received: unknown): ConfigError {
  return new ConfigError('UPDATE_INVALID', 'An update cannot be sent.', {
    field,
    expected,
    received,
    remedy: 'Where training diverged, learn in smaller steps; send no update of this round.',
  })
}

function option(field: string, expected: string, received: unknown): ConfigError {
  return new ConfigError('OPTION_INVALID', 'An update cannot be compressed so.', {
    field,
    expected,
    received: received ?? 'nothing',
    remedy: `Give \`${field}\` as is expected, or send the update as it is.`,
  })
}

function malformed(field: string, expected: string, received: unknown): WireError {
  return new WireError('UPDATE_INVALID', 'A file is no update of this model.', {
    field,
    expected,
    received: received ?? 'nothing',
    remedy: 'Leave it out: it is for another model, or its sender is at fault.',
  })
}
