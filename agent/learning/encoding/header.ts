import { WireError } from '../../../protocol/errors.ts'
import {
  isShape,
  isTensorName,
  LENGTH_BYTES,
  MAX_HEADER_BYTES,
  METADATA,
  type Placed,
  place,
  writeHeader,
} from './layout.ts'
import { bytesOf, DTYPES, type Dtype, lengthOf } from './tensors.ts'

/** What a header says. */
interface Header {
  placed: Placed[]
  metadata: ReadonlyMap<string, string>
  /** Where the data begin in the file. */
  start: number
}

/** Reads the header of a whole file. @throws WireError `SAFETENSORS_INVALID` that names the field */
export function readHeader(bytes: Uint8Array): Header {
  const { text, start } = textOf(bytes)
  const members = Object.entries(objectOf(text))
  const metadata = metadataOf(members.find(([name]) => name === METADATA)?.[1])
  const found = members.filter(([name]) => name !== METADATA).map(([name, value]) => tensorOf(name, value))
  if (found.length === 0) throw wrong('header', 'at least one tensor', 'none')
  checkWithoutHoles(found, bytes.length - start)
  const placed = place(found)
  const canonical = writeHeader(placed, metadata)
  if (text !== canonical) {
    // Names that come twice are seen here too: JSON has but one value for them.
    let at = 0
    while (canonical[at] === text[at]) at++
    throw wrong('header', `the canonical one, ${canonical.slice(at, at + 40)}`, text.slice(at, at + 40))
  }
  return { placed, metadata, start }
}

function textOf(bytes: Uint8Array): { text: string; start: number } {
  if (bytes.length < LENGTH_BYTES) throw wrong('length', `${LENGTH_BYTES} bytes`, `${bytes.length} bytes`)
  const declared = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getBigUint64(0, true)
  const most = Math.min(MAX_HEADER_BYTES, bytes.length - LENGTH_BYTES)
  if (declared > BigInt(most)) throw wrong('length', `a header of at most ${most} bytes`, declared)
  const start = LENGTH_BYTES + Number(declared)
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    return { text: decoder.decode(bytes.subarray(LENGTH_BYTES, start)), start }
  } catch (cause) {
    throw wrong('header', 'UTF-8', 'other bytes', cause)
  }
}

function objectOf(text: string): object {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw wrong('header', 'JSON', text, cause)
  }
  if (isObject(value)) return value
  throw wrong('header', 'an object', text)
}

function metadataOf(value: unknown): ReadonlyMap<string, string> {
  if (value === undefined) return new Map()
  if (!isObject(value)) throw wrong(METADATA, 'an object of texts', JSON.stringify(value))
  const entries = Object.entries(value)
  for (const [name, text] of entries) {
    if (typeof text !== 'string') throw wrong(`${METADATA}.${name}`, 'a text', JSON.stringify(text))
  }
  return new Map(entries as [string, string][])
}

function tensorOf(name: string, value: unknown): Placed {
  if (!isTensorName(name)) throw wrong('header', 'a name of 1 to 128 printable ASCII characters', name)
  if (!isObject(value)) throw wrong(name, 'an object', JSON.stringify(value))
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>
  if (!DTYPES.includes(dtype as Dtype)) throw wrong(`${name}.dtype`, DTYPES.join(', '), JSON.stringify(dtype))
  if (!Array.isArray(shape) || !isShape(shape)) {
    throw wrong(`${name}.shape`, 'at most 8 positive integers', JSON.stringify(shape))
  }
  const isPair = Array.isArray(offsets) && offsets.length === 2 && offsets.every(Number.isSafeInteger)
  if (!isPair) throw wrong(`${name}.data_offsets`, 'two integers', JSON.stringify(offsets))
  const [begin, end] = offsets as [number, number]
  const length = lengthOf(shape) * bytesOf(dtype as Dtype)
  if (begin < 0 || end - begin !== length) {
    throw wrong(`${name}.data_offsets`, `${length} bytes, as the shape has it`, `[${begin}, ${end}]`)
  }
  return { name, dtype: dtype as Dtype, shape, begin, end }
}

/** @param length bytes of the data */
function checkWithoutHoles(tensors: readonly Placed[], length: number): void {
  let next = 0
  for (const { name, begin, end } of tensors.toSorted((a, b) => a.begin - b.begin)) {
    if (begin > next)
      throw wrong(`${name}.data_offsets`, `no hole before ${begin}`, `nothing from ${next} on`)
    if (begin < next) throw wrong(`${name}.data_offsets`, `${next} or more`, `${begin}, which overlaps`)
    next = end
  }
  if (next !== length) throw wrong('data', `${next} bytes`, `${length} bytes`)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The error of bytes that are no safetensors file, or not the only one for their tensors. */
export function wrong(field: string, expected: string, received: unknown, cause?: unknown): WireError {
  return new WireError('SAFETENSORS_INVALID', 'Bytes are no safetensors file in its one encoding.', {
    field,
    expected,
    received,
    remedy:
      'Leave the update out: its sender is at fault. A file of your own is written anew by `encodeSafetensors`.',
    cause,
  })
}
