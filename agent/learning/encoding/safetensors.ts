import { ConfigError } from '../../../protocol/errors.ts'
import { notFinite } from '../kernels.ts'
import { readHeader, wrong } from './header.ts'
import { isShape, isTensorName, LENGTH_BYTES, MAX_HEADER_BYTES, place, writeHeader } from './layout.ts'
import { ARRAYS, DTYPES, isFloat, lengthOf, type Tensor, type Tensors } from './tensors.ts'

/**
 * Writes tensors in the one encoding that they have, so that equal models have equal content ids: the safetensors format,
 * with the bytes that the reference implementation writes of the same tensors.
 *
 * Source: https://github.com/huggingface/safetensors, README.md ("Format") and `safetensors/src/tensor.rs`, `prepare`.
 *
 * @throws ConfigError `TENSORS_INVALID` when there are none, a name is not 1 to 128 printable ASCII characters, a shape does
 *   not fit its data, or a value is NaN or infinite
 *
 * @example
 * ```ts
 * const update = { dtype: 'F32', shape: [2], data: Float32Array.of(0.5, -1) } as const
 * const bytes = encodeSafetensors({ tensors: new Map([['update', update]]) })
 * decodeSafetensors(bytes).tensors.get('update') // update
 * ```
 */
export function encodeSafetensors({ tensors, metadata = new Map() }: Tensors): Uint8Array {
  if (tensors.size === 0) throw unusable('tensors', 'at least one tensor', 'none')
  for (const [name, tensor] of tensors) checkTensor(name, tensor)
  for (const [name, text] of metadata) {
    if (name.isWellFormed() && text.isWellFormed()) continue
    throw unusable(`metadata.${name}`, 'whole characters', 'half of a surrogate pair')
  }
  const placed = place([...tensors].map(([name, { dtype, shape }]) => ({ name, dtype, shape })))
  const header = new TextEncoder().encode(writeHeader(placed, metadata))
  if (header.length > MAX_HEADER_BYTES) {
    throw unusable('tensors', `a header of at most ${MAX_HEADER_BYTES} bytes`, `${header.length} bytes`)
  }
  const start = LENGTH_BYTES + header.length
  const bytes = new Uint8Array(start + (placed.at(-1)?.end ?? 0))
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true)
  bytes.set(header, LENGTH_BYTES)
  for (const { name, begin } of placed) {
    const { buffer, byteOffset, byteLength } = (tensors.get(name) as Tensor).data
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), start + begin)
  }
  return bytes
}

/**
 * Reads tensors, of the one encoding that `encodeSafetensors` writes: whatever is decoded encodes to the same bytes again.
 * What is less strict than that has two content ids for one model, or room for what nobody looks at.
 *
 * @param bytes of one file; they may be a view, and stay as they are
 * @throws WireError `SAFETENSORS_INVALID`, which names the field: a header that is cut off, too long, no JSON, or not in its
 *   one form (names twice, other blanks, other sequence); an unknown type; a shape that does not fit; holes, overlaps, bytes
 *   that are missing or left over; a value that is NaN or infinite
 */
export function decodeSafetensors(bytes: Uint8Array): Tensors {
  const { placed, metadata, start } = readHeader(bytes)
  const tensors = new Map<string, Tensor>()
  for (const { name, dtype, shape, begin, end } of placed) {
    // A copy: in the file, numbers stand at multiples of their size only if the file does.
    const { buffer } = new Uint8Array(bytes.subarray(start + begin, start + end))
    const data = new ARRAYS[dtype](buffer)
    const tensor = { dtype, shape, data } as Tensor
    const place = placeOfNoNumber(tensor)
    if (place >= 0) throw wrong(`${name}[${place}]`, 'a finite number', data[place])
    tensors.set(name, tensor)
  }
  return metadata.size > 0 ? { tensors, metadata } : { tensors }
}

function checkTensor(name: string, tensor: Tensor): void {
  const { dtype, shape, data } = tensor
  if (!isTensorName(name)) throw unusable('tensors', 'a name of 1 to 128 printable ASCII characters', name)
  if (!DTYPES.includes(dtype)) throw unusable(`${name}.dtype`, DTYPES.join(', '), dtype)
  if (!(data instanceof ARRAYS[dtype])) throw unusable(`${name}.data`, ARRAYS[dtype].name, typeof data)
  if (!isShape(shape) || lengthOf(shape) !== data.length) {
    const received = `${data.length} values for the shape [${shape.join(', ')}]`
    throw unusable(`${name}.shape`, 'at most 8 positive dimensions that hold all values', received)
  }
  const place = placeOfNoNumber(tensor)
  if (place >= 0) throw unusable(`${name}[${place}]`, 'a finite number', data[place])
}

function placeOfNoNumber({ dtype, data }: Tensor): number {
  return isFloat(dtype) ? notFinite(data as Float32Array | Float64Array) : -1
}

function unusable(field: string, expected: string, received: unknown): ConfigError {
  return new ConfigError('TENSORS_INVALID', 'Tensors cannot be encoded.', {
    field,
    expected,
    received,
    remedy: 'Give numbers that fit their shape; where training diverged, send no update.',
  })
}
