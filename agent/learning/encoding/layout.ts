import { bytesOf, DTYPES, type Dtype, lengthOf } from './tensors.ts'

/** Bytes of the number before the header, which says how long that is. */
export const LENGTH_BYTES = 8
/** Most bytes of a header. */
export const MAX_HEADER_BYTES = 1 << 20
/** Most dimensions of a tensor. */
const MAX_DIMENSIONS = 8
/** The member of the header that is no tensor. */
export const METADATA = '__metadata__'

/** Where a tensor stands. */
export interface Placed {
  readonly name: string
  readonly dtype: Dtype
  readonly shape: readonly number[]
  /** First byte, and that after the last, counted from the end of the header. */
  readonly begin: number
  readonly end: number
}

/** Whether a text can name a tensor: 1 to 128 printable ASCII characters, and not the metadata. */
export function isTensorName(name: string): boolean {
  return /^[\x20-\x7e]{1,128}$/.test(name) && name !== METADATA
}

/** Whether the numbers can be the dimensions of a tensor: at most eight, none of them empty. */
export function isShape(shape: readonly unknown[]): shape is readonly number[] {
  return (
    shape.length <= MAX_DIMENSIONS &&
    shape.every((dimension) => Number.isSafeInteger(dimension) && (dimension as number) > 0) &&
    Number.isSafeInteger(8 * lengthOf(shape as readonly number[]))
  )
}

/**
 * Places tensors as the reference implementation does: those of the largest numbers first, so that all are aligned, and by
 * name where they are alike; one after the other without a hole.
 */
export function place(tensors: Iterable<Omit<Placed, 'begin' | 'end'>>): Placed[] {
  const sorted = [...tensors].sort(
    (a, b) => DTYPES.indexOf(a.dtype) - DTYPES.indexOf(b.dtype) || (a.name < b.name ? -1 : 1),
  )
  let begin = 0
  return sorted.map((tensor) => {
    const end = begin + lengthOf(tensor.shape) * bytesOf(tensor.dtype)
    const placed = { ...tensor, begin, end }
    begin = end
    return placed
  })
}

/**
 * The one header that tensors have: JSON without blanks, the metadata by name and then the tensors as they are placed, and
 * blanks after it to a multiple of eight bytes.
 */
export function writeHeader(placed: readonly Placed[], metadata: ReadonlyMap<string, string>): string {
  const members = placed.map(({ name, dtype, shape, begin, end }) =>
    member(name, { dtype, shape, data_offsets: [begin, end] }),
  )
  if (metadata.size > 0) {
    const said = [...metadata].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, text]) => member(name, text))
    members.unshift(`${JSON.stringify(METADATA)}:{${said.join(',')}}`)
  }
  const json = `{${members.join(',')}}`
  const length = new TextEncoder().encode(json).length
  return json.padEnd(json.length + ((LENGTH_BYTES - (length % LENGTH_BYTES)) % LENGTH_BYTES))
}

function member(name: string, value: unknown): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`
}
