import fc from 'fast-check'
import { concatBytes } from '../../protocol/support/protobuf.ts'

/** One change of some bytes, at a place that is a share of their length. */
type Mutation = (bytes: Uint8Array) => Uint8Array

const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const at = (bytes: Uint8Array, place: number) => Math.floor(bytes.length * place)
const around = (bytes: Uint8Array, from: number, to: number, middle: Uint8Array) =>
  concatBytes(bytes.subarray(0, from), middle, bytes.subarray(Math.max(from, to)))

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  // One bit, or a byte that ends a range: of lengths, of integers.
  fc.tuple(share, fc.nat(7)).map(([place, bit]): Mutation => {
    return (bytes) => bytes.map((byte, index) => (index === at(bytes, place) ? byte ^ (1 << bit) : byte))
  }),
  fc.tuple(share, fc.constantFrom(0x00, 0x01, 0x7f, 0x80, 0xff)).map(([place, value]): Mutation => {
    return (bytes) => bytes.map((byte, index) => (index === at(bytes, place) ? value : byte))
  }),
  // Some left out, said twice, or put in.
  fc.tuple(share, fc.integer({ min: 1, max: 40 })).map(([place, length]): Mutation => {
    return (bytes) => around(bytes, at(bytes, place), at(bytes, place) + length, new Uint8Array())
  }),
  fc.tuple(share, fc.integer({ min: 1, max: 200 })).map(([place, length]): Mutation => {
    return (bytes) => {
      const from = at(bytes, place)
      return around(bytes, from, from, bytes.slice(from, from + length))
    }
  }),
  fc.tuple(share, fc.uint8Array({ minLength: 1, maxLength: 64 })).map(([place, more]): Mutation => {
    return (bytes) => around(bytes, at(bytes, place), at(bytes, place), more)
  }),
  share.map(
    (place): Mutation =>
      (bytes) =>
        bytes.subarray(0, at(bytes, place)),
  ),
)

/**
 * Chunks that were recorded, changed in up to four places. Where one is a frame with its length before it, the length is
 * made right again three times out of four: a decoder should see more than bad lengths.
 */
export function mutated(recorded: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const original = recorded.length === 0 ? fc.uint8Array({ maxLength: 200 }) : fc.constantFrom(...recorded)
  return fc
    .tuple(original, fc.array(mutation, { minLength: 1, maxLength: 4 }), fc.nat(3))
    .map(([bytes, mutations, keepsLength]) => {
      const body = bodyOf(bytes)
      const change = (start: Uint8Array) => mutations.reduce((changed, mutate) => mutate(changed), start)
      return keepsLength === 0 || body === undefined ? change(bytes) : framed(change(body))
    })
}

/** What follows a length that is that of all that follows. */
function bodyOf(bytes: Uint8Array): Uint8Array | undefined {
  let length = 0
  for (let index = 0; index < Math.min(bytes.length, 4); index++) {
    const byte = bytes[index] ?? 0
    length += (byte & 0x7f) * 128 ** index
    if (byte < 0x80) return length === bytes.length - index - 1 ? bytes.subarray(index + 1) : undefined
  }
  return undefined
}

function framed(body: Uint8Array): Uint8Array {
  const prefix: number[] = []
  for (let rest = body.length; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return concatBytes(Uint8Array.of(...prefix, rest), body)
    prefix.push((rest % 128) + 128)
  }
}
